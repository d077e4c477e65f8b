#include "audit/chain.h"

#include <gtest/gtest.h>

#include <set>

#include "audit/seal_keys.h"
#include "base/text.h"

namespace dialix::audit {
namespace {

Seal SomeSeal() {
  Seal seal;
  seal.batch = 3;
  seal.first_seq = 11;
  seal.last_seq = 12;
  seal.previous_root = std::string(kHashBytes, 'p');
  seal.root = std::string(kHashBytes, 'r');
  seal.newest_at = 1'700'000'000'000'001;
  seal.drained = true;
  seal.sealed_at = 1'700'000'010'000'002;
  seal.key_id = "0a1b2c3d";
  return seal;
}

// Computed with Python's hashlib and hmac over the documented layout.
TEST(Chain, HashesAndStampsAsDocumented) {
  const std::string hash = EntryHash({"id", std::nullopt, "", "record.create"});
  EXPECT_EQ(ToHex(hash), "1123630bfefb9bb41ce07f59f5cb51cfd908336e6e05ef9f0bb2a57d2bf72c06");
  EXPECT_EQ(ToHex(StampOf("key", 7, "id", hash)),
            "c15a2685d20e32c1e9ad9d0335e87fe562c658eb0765d7cfff3532e0e953114f");
  EXPECT_EQ(ToHex(NextRoot(FirstRoot(), hash)),
            "458544f5037f0b2937f8b0496b4fc4205516d95fdd755be1750bc715d13b0699");
}

TEST(Chain, NoTwoEntriesLookAlike) {
  const std::set<std::string> hashes = {
      EntryHash({"ab", "c"}),  EntryHash({"a", "bc"}), EntryHash({"abc"}),
      EntryHash({"abc", ""}),  EntryHash({"", "abc"}), EntryHash({std::nullopt, "abc"}),
      EntryHash({"-", "abc"}), EntryHash({"2:ab1:c"}), EntryHash({"ab", "c", std::nullopt})};
  EXPECT_EQ(hashes.size(), 9U);
}

TEST(Chain, AStampIsOfItsKeyItsPlaceItsEntryAndItsContent) {
  const std::set<std::string> stamps = {StampOf("k", 1, "id", "h"), StampOf("l", 1, "id", "h"),
                                        StampOf("k", 2, "id", "h"), StampOf("k", 1, "ie", "h"),
                                        StampOf("k", 1, "id", "i")};
  EXPECT_EQ(stamps.size(), 5U);
}

TEST(Chain, ASealsSignatureIsOverAllOfIt) {
  std::set<std::string> signatures = {SignSeal("k", SomeSeal()), SignSeal("l", SomeSeal())};
  const auto changed = [&signatures](auto change) {
    Seal seal = SomeSeal();
    change(seal);
    signatures.insert(SignSeal("k", seal));
  };
  changed([](Seal& s) { s.batch = 4; });
  changed([](Seal& s) { s.first_seq = 10; });
  changed([](Seal& s) { s.last_seq = 13; });
  changed([](Seal& s) { s.previous_root[0] = 'q'; });
  changed([](Seal& s) { s.root[0] = 'q'; });
  changed([](Seal& s) { ++s.newest_at; });
  changed([](Seal& s) { s.drained = false; });
  changed([](Seal& s) { ++s.sealed_at; });
  changed([](Seal& s) { s.key_id = "ffffffff"; });
  EXPECT_EQ(signatures.size(), 11U);
}

TEST(Chain, ARemovalIsSignedForOneSealAtOneTime) {
  const std::set<std::string> signatures = {
      SignRemoval("k", "s", 1, 5, "id"), SignRemoval("l", "s", 1, 5, "id"),
      SignRemoval("k", "t", 1, 5, "id"), SignRemoval("k", "s", 2, 5, "id"),
      SignRemoval("k", "s", 1, 6, "id"), SignRemoval("k", "s", 1, 5, "ie")};
  EXPECT_EQ(signatures.size(), 6U);
}

TEST(Chain, TheRemovalOfAnEntryIsSignedForOneEntryAtOneTime) {
  const std::set<std::string> signatures = {
      SignEntryRemoval("k", {1, "s", 3, 5, "id"}), SignEntryRemoval("l", {1, "s", 3, 5, "id"}),
      SignEntryRemoval("k", {2, "s", 3, 5, "id"}), SignEntryRemoval("k", {1, "t", 3, 5, "id"}),
      SignEntryRemoval("k", {1, "s", 4, 5, "id"}), SignEntryRemoval("k", {1, "s", 3, 6, "id"}),
      SignEntryRemoval("k", {1, "s", 3, 5, "ie"}), SignRemoval("k", "s", 1, 5, "id")};
  EXPECT_EQ(signatures.size(), 8U);
}

TEST(SealKeys, AreThoseOfTheRingAndNoOthers) {
  const auto ring =
      security::KeyRing::Make("the current key of the server....", {"the one before it, long enough..."});
  ASSERT_TRUE(ring.ok());
  const SealKeys keys(*ring);
  const auto ids = ring->Ids();
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(keys.current_id(), ids[0]);
  EXPECT_EQ(keys.Find(ids[0]), keys.current());
  EXPECT_EQ(keys.Find(ids[1]).size(), 32U);
  EXPECT_NE(keys.Find(ids[1]), keys.current());
  EXPECT_TRUE(keys.Find("00000000").empty());
}

}  // namespace
}  // namespace dialix::audit
