#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "cache/build_id.h"
#include "cache/cache_key.h"
#include "cache/envelope.h"
#include "cache/floors.h"
#include "cache/local_cache.h"
#include "cache/scope.h"
#include "cache/single_flight.h"

namespace dialix::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Value Sample() {
  Value value;
  value.body = "{\"a\":1}\nsecond \0 line";
  value.versions = {1764000000000000, 0, 7};
  value.fresh_until_ms = 1764000300000;
  value.changes_at_ms = 1764010000000;
  return value;
}

TEST(Changes, AreReadFromWhatTheCommitSays) {
  const auto changes = ParseChanges("c1:records=12 account:a=1764000000000001");
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].scope, "c1:records");
  EXPECT_EQ(changes[0].version, 12);
  EXPECT_EQ(changes[1].scope, "account:a");
  EXPECT_EQ(changes[1].version, 1764000000000001);
}

TEST(Changes, LeaveOutWhatCannotBeRead) {
  for (const char* text : {"", " ", "x", "=1", "x=", "x=-1", "x=1a", "x=99999999999999999999"})
    EXPECT_TRUE(ParseChanges(text).empty()) << text;
}

TEST(Key, IsTheSameForTheSameArgumentsAndAnotherForOthers) {
  const auto key = [](auto... arguments) {
    CacheKey made("list", "c1");
    (made.Add(arguments), ...);
    return std::move(made).Take();
  };
  using Opt = std::optional<std::string>;
  EXPECT_EQ(key("a", 1), key("a", 1));
  const std::vector<std::string> all = {key(),
                                        key(""),
                                        key(Opt()),
                                        key("a"),
                                        key("a", ""),
                                        key("", "a"),
                                        key("ab"),
                                        key("a", "b"),
                                        key("a:1.b"),
                                        key(Opt("-")),
                                        key(1),
                                        key(11),
                                        key(1, 1),
                                        key("a b"),
                                        key("a\nb"),
                                        key(std::string(500, 'x')),
                                        key(std::string(501, 'x')),
                                        key(Opt(), ""),
                                        key("", Opt()),
                                        key(std::optional<bool>(false)),
                                        key(std::optional<bool>())};
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_LE(all[i].size(), 128U);
    EXPECT_EQ(all[i].find_first_of(" \n\r"), std::string::npos);
    EXPECT_TRUE(all[i].starts_with("list:c1")) << all[i];
    for (std::size_t j = 0; j < i; ++j) {
      // An integer and its digits are the same argument.
      EXPECT_NE(all[i], all[j]) << i << " " << j;
    }
  }
}

TEST(Envelope, ComesBackAsItWas) {
  const auto read = ReadEnvelope(WriteEnvelope(Sample()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->body, Sample().body);
  EXPECT_EQ(read->versions, Sample().versions);
  EXPECT_EQ(read->fresh_until_ms, Sample().fresh_until_ms);
  EXPECT_EQ(read->changes_at_ms, Sample().changes_at_ms);
}

TEST(Envelope, RefusesWhatWasCutShortOrIsForeign) {
  const std::string whole = WriteEnvelope(Sample());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(ReadEnvelope(whole.substr(0, size))) << size;
  for (const char* text : {"", "\n", "garbage", "dx1 1 2 3\n", "dx2 1 2 3 1\nx", "dx1 1 2 3, 1\nx",
                           "dx1 1 2 -3 1\nx", "dx1 1 2 3 -1\nx", "dx1 a 2 3 1\nx", "dx1 1 2 3 1\nxx"})
    EXPECT_FALSE(ReadEnvelope(text)) << text;
}

TEST(Versions, AreNewEnoughOnlyIfEachIsAndEachIsKnown) {
  Value value;
  value.versions = {5, 7};
  const auto as_new_as = [&](std::vector<Version> least) { return IsAsNewAs(value, least); };
  EXPECT_TRUE(as_new_as({5, 7}));
  EXPECT_TRUE(as_new_as({4, 0}));
  EXPECT_FALSE(as_new_as({6, 7}));
  EXPECT_FALSE(as_new_as({5, 8}));
  EXPECT_FALSE(as_new_as({5, kUnknown}));
  EXPECT_FALSE(as_new_as({5}));
}

TEST(EntityTag, TellsWhenItEndsAndDiffersWithKeyVersionsAndDay) {
  const std::vector<Version> one = {1, 2};
  const std::vector<Version> other = {1, 3};
  const std::string tag = EntityTag("k", one, 1764010000000);
  EXPECT_EQ(TagChangesAt(tag), 1764010000000);
  EXPECT_EQ(TagChangesAt(EntityTag("k", one, 0)), 0);
  EXPECT_EQ(tag, EntityTag("k", one, 1764010000000));
  EXPECT_NE(tag, EntityTag("l", one, 1764010000000));
  EXPECT_NE(tag, EntityTag("k", other, 1764010000000));
  EXPECT_NE(tag, EntityTag("k", one, 1764096400000));
  for (const char* foreign :
       {"", "*", "\"abc\"", "W/\"abc\"", "W/\"v0123456789abcdef-\"", "W/\"v0123456789abcdef-x\""})
    EXPECT_FALSE(TagChangesAt(foreign)) << foreign;
}

TEST(LocalCache, DropsWhatWasUsedLongestAgoAndStaysWithinItsBytes) {
  constexpr std::size_t kBytes = LocalCache<int>::kShards * 4 * (1000 + LocalCache<int>::kEntryOverhead + 8);
  LocalCache<int> cache(kBytes);
  cache.Put("loved", std::make_shared<int>(-1), 1000);
  for (int i = 0; i < 500; ++i) {
    cache.Put("k" + std::to_string(i), std::make_shared<int>(i), 1000);
    ASSERT_NE(cache.Find("loved"), nullptr) << i;
    ASSERT_LE(cache.bytes(), kBytes);
  }
  ASSERT_NE(cache.Find("k499"), nullptr);
  EXPECT_EQ(*cache.Find("k499"), 499);
  EXPECT_EQ(cache.Find("k0"), nullptr);
}

TEST(LocalCache, DoesNotKeepWhatIsTooLargeAndForgetsWhatItReplaced) {
  LocalCache<int> cache(8 * 2000);
  cache.Put("a", std::make_shared<int>(1), 100);
  cache.Put("a", std::make_shared<int>(2), 5000);
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(Floors, LiftVersionsAndNeverLowerThem) {
  Floors floors(seconds(60));
  floors.Raise(std::vector<Change>{{"a", 5}, {"b", 2}});
  floors.Raise(std::vector<Change>{{"a", 3}});
  const std::vector<std::string> scopes = {"a", "b", "c", "a"};
  std::vector<Version> versions = {1, 9, 4, kUnknown};
  floors.Apply(scopes, versions);
  EXPECT_EQ(versions, (std::vector<Version>{5, 9, 4, kUnknown}));
}

TEST(Floors, AreKeptForTheirTimeAndThenDropped) {
  Floors floors(seconds(60));
  const auto start = Floors::Clock::now();
  floors.Raise(std::vector<Change>{{"a", 5}}, start);
  floors.Prune(start + seconds(60));
  EXPECT_EQ(floors.size(), 1U);
  floors.Prune(start + seconds(61));
  EXPECT_EQ(floors.size(), 0U);
}

TEST(Floors, AreTrustedOnlyWhileSomebodyListens) {
  Floors floors(seconds(60));
  const auto now = Floors::Clock::now();
  EXPECT_FALSE(floors.Trusted(now));
  floors.TrustUntil(now + seconds(5));
  EXPECT_TRUE(floors.Trusted(now));
  EXPECT_FALSE(floors.Trusted(now + seconds(5)));
  floors.TrustUntil(now + seconds(5));
  floors.Distrust();
  EXPECT_FALSE(floors.Trusted(now));
}

TEST(Floors, AreNotTrustedWhileOneFoundNoRoom) {
  Floors floors(seconds(60), 2);
  const auto now = Floors::Clock::now();
  floors.TrustUntil(now + seconds(3600));
  floors.Raise(std::vector<Change>{{"a", 1}, {"b", 1}, {"c", 1}}, now);
  EXPECT_FALSE(floors.Trusted(now));
  floors.Prune(now + seconds(61));
  EXPECT_TRUE(floors.Trusted(now));
}

TEST(Floors, TellWhenTheListenerHasHeardOfAChange) {
  Floors floors(seconds(60));
  const std::vector<Change> change = {{"a", 5}};
  floors.Raise(change);
  EXPECT_FALSE(floors.AwaitHeard(change, milliseconds(0)));
  std::thread listener([&] { floors.Hear(change); });
  EXPECT_TRUE(floors.AwaitHeard(change, seconds(30)));
  listener.join();
}

TEST(SingleFlight, FollowersGetWhatTheLeaderFound) {
  SingleFlight<int> flights;
  auto leader = flights.Join("k");
  auto follower = flights.Join("k");
  auto other = flights.Join("l");
  EXPECT_TRUE(leader.leads());
  EXPECT_FALSE(follower.leads());
  EXPECT_TRUE(other.leads());
  EXPECT_FALSE(follower.Await(milliseconds(0)).has_value());
  leader.Land(42);
  const auto result = follower.Await(seconds(30));
  ASSERT_TRUE(result && *result);
  EXPECT_EQ(**result, 42);
  EXPECT_TRUE(flights.Join("k").leads()) << "whoever asks after the landing asks anew";
}

TEST(SingleFlight, ALeaderThatEndsWithoutAResultLeavesAnError) {
  SingleFlight<int> flights;
  std::optional<SingleFlight<int>::Ticket> leader(flights.Join("k"));
  auto follower = flights.Join("k");
  leader.reset();
  const auto result = follower.Await(seconds(30));
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->ok());
}

TEST(BuildId, IsTwelveDigitsOfThisProgram) {
  EXPECT_EQ(BuildId().size(), 12U);
  EXPECT_EQ(BuildId(), BuildId());
}

}  // namespace
}  // namespace dialix::cache
