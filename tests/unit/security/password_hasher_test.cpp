#include "security/password_hasher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "monitoring/metrics.h"
#include "security/argon2_phc.h"

namespace dialix::security {
namespace {

PasswordParameters Cheap() { return {64, 1, 1, 2, 8}; }

TEST(PasswordHasher, VerifiesItsOwnHashAndNoOther) {
  PasswordHasher hasher(Cheap());
  const auto hash = hasher.Hash("correct horse battery");
  ASSERT_TRUE(hash.ok());
  EXPECT_EQ(hash->rfind("$argon2id$v=19$m=64,t=1,p=1$", 0), 0U);
  EXPECT_TRUE(*hasher.Verify("correct horse battery", *hash));
  EXPECT_FALSE(*hasher.Verify("correct horse batterz", *hash));
  EXPECT_FALSE(*hasher.Verify("", *hash));
}

TEST(PasswordHasher, SaltsEveryHash) {
  PasswordHasher hasher(Cheap());
  EXPECT_NE(*hasher.Hash("same password"), *hasher.Hash("same password"));
}

TEST(PasswordHasher, TakesTheSamePasswordInAnyUnicodeForm) {
  PasswordHasher hasher(Cheap());
  const auto composed = hasher.Hash("caf\u00e9 in the morning");
  EXPECT_TRUE(*hasher.Verify("cafe\u0301 in the morning", *composed));
}

TEST(PasswordHasher, RefusesStringsThatAreNoArgon2idHash) {
  PasswordHasher hasher(Cheap());
  for (const char* phc : {"", "plain", "!", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$broken",
                          "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"}) {
    EXPECT_FALSE(*hasher.Verify("plain", phc)) << phc;
  }
  EXPECT_FALSE(*hasher.VerifyNobody("anything"));
}

TEST(PasswordHasher, ComputesOnceForEveryAnswerWhateverIsStored) {
  monitoring::MetricsCollector collector;
  const monitoring::PasswordMetrics metrics(collector);
  PasswordHasher hasher(Cheap(), metrics);
  const auto hash = hasher.Hash("correct horse battery");
  std::uint64_t before = metrics.computed.Value();
  for (const std::string& phc :
       {*hash, std::string(), std::string("!"), std::string("$argon2id$v=19$broken"),
        std::string("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$") + "aGFzaGhhc2hoYXNoaGFzaA"}) {
    EXPECT_FALSE(*hasher.Verify("wrong", phc));
    EXPECT_EQ(metrics.computed.Value(), ++before) << phc;
  }
}

TEST(PasswordHasher, AStoredHashCannotAskForMoreMemoryThanOneMayTake) {
  PasswordHasher hasher(Cheap());
  const std::string rest = "$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA";
  // 4 TiB, and costs that would take hours: had they been computed, this test would not end.
  EXPECT_FALSE(*hasher.Verify("x", "$argon2id$v=19$m=4294967295,t=1,p=1" + rest));
  EXPECT_FALSE(*hasher.Verify("x", "$argon2id$v=19$m=64,t=4294967295,p=1" + rest));
  EXPECT_FALSE(*hasher.Verify("x", "$argon2id$v=19$m=131072,t=1,p=255" + rest));
}

TEST(PasswordHasher, AsksForANewHashWhereTheParametersHaveChanged) {
  PasswordHasher old_one({64, 1, 1, 1, 8});
  const auto hash = old_one.Hash("correct horse battery");
  EXPECT_FALSE(old_one.NeedsRehash(*hash));
  for (const PasswordParameters& changed :
       {PasswordParameters{128, 1, 1, 1, 8}, {64, 2, 1, 1, 8}, {64, 1, 2, 1, 8}}) {
    PasswordHasher hasher(changed);
    EXPECT_TRUE(*hasher.Verify("correct horse battery", *hash));
    EXPECT_TRUE(hasher.NeedsRehash(*hash));
  }
}

// 40 callers at once, room for one that runs and three that wait: of the others each is told so at once, and
// all who were let in get their answer.
TEST(PasswordHasher, RefusesWhoeverComesWhileEnoughWait) {
  monitoring::MetricsCollector collector;
  const monitoring::PasswordMetrics metrics(collector);
  PasswordHasher hasher({65536, 3, 1, 1, 3}, metrics);
  std::atomic<int> right{0};
  std::atomic<int> refused{0};
  const auto hash = hasher.Hash("correct horse battery");
  std::vector<std::thread> callers;
  for (int i = 0; i < 40; ++i) {
    callers.emplace_back([&] {
      const auto answer = hasher.Verify("correct horse battery", *hash);
      if (answer) {
        right += *answer ? 1 : 0;
        return;
      }
      refused += 1;
      EXPECT_EQ(answer.error().code, Error::Code::kUnavailable);
      EXPECT_EQ(answer.error().slug, "busy");
      EXPECT_EQ(answer.error().retry_after_s, 1);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(right + refused, 40);
  EXPECT_GE(right, 4);
  EXPECT_GE(refused, 1);
  EXPECT_EQ(metrics.refused.Value(), static_cast<std::uint64_t>(refused));
  EXPECT_EQ(metrics.waiting.Value(), 0);
}

TEST(ReadPhc, TellsTheCosts) {
  const std::string phc = FormatPhc({19456, 2, 1}, "salt of 16 bytes", std::string(32, '\xff'));
  EXPECT_EQ(phc.rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0), 0U);
  const auto costs = ReadPhc(phc);
  ASSERT_TRUE(costs);
  EXPECT_EQ(costs->memory_kib, 19456U);
  EXPECT_EQ(costs->iterations, 2U);
  EXPECT_EQ(costs->lanes, 1U);
  for (const char* bad : {"m=0,t=1,p=1", "m=-1,t=1,p=1", "m=64,t=1", "t=1,m=64,p=1", "m=64,t=1,p=1,x=2",
                          "m=99999999999,t=1,p=1", "m=64 ,t=1,p=1"}) {
    EXPECT_FALSE(ReadPhc(std::string("$argon2id$v=19$") + bad + "$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"))
        << bad;
  }
}

}  // namespace
}  // namespace dialix::security
