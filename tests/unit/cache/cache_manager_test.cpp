// Two processes (two managers, each with floors and memory of its own) before one Redis; PostgreSQL is a
// number that the test counts up. The loader is where a test lets things happen in between.
#include "cache/cache_manager.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "cache/change_publisher.h"
#include "redis_process.h"

namespace dialix::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::vector<std::string> kScopes = {"c:records"};

store::RedisOptions QuickCircuit(const std::string& url) {
  store::RedisOptions options;
  options.url = url;
  options.command_timeout = milliseconds(100);
  options.first_pause = options.longest_pause = milliseconds(1);
  return options;
}

CacheOptions QuickOptions() {
  CacheOptions options;
  options.largest_value = 1000;
  options.look_again = milliseconds(1);
  options.longest_wait = seconds(30);
  return options;
}

struct Process {
  explicit Process(const std::string& url, CacheOptions options = QuickOptions())
      : redis(QuickCircuit(url)), manager(remote, floors, options, counters) {
    floors.TrustUntil(Floors::Clock::now() + seconds(3600));
  }
  store::Redis redis;
  RemoteCache remote{redis, {"build", seconds(1000), milliseconds(10000)}};
  Floors floors{seconds(3600)};
  monitoring::MetricSet counters;
  CacheManager manager;
  ChangePublisher publisher{redis, remote, &floors, counters, {milliseconds(0), milliseconds(0)}};
};

class CacheManagerTest : public testing::Test {
 protected:
  // A commit, up to where the writer is told; `who` tells Redis.
  void Commit(Process& who) { who.publisher.Publish("c:records=" + std::to_string(++truth_)); }
  void CommitWhoseWordIsLost() { ++truth_; }

  Loaded Read() {
    ++loads_;
    return {"body " + std::to_string(truth_), {truth_}, std::nullopt};
  }
  Result<Found> Get(Process& process) {
    return process.manager.Cached("k", process.manager.Look(kScopes),
                                  [&](bool) -> Result<Loaded> { return Read(); });
  }
  void ExpectGets(Process& process, Outcome outcome) {
    const auto found = Get(process);
    ASSERT_TRUE(found) << found.error().internal_detail;
    EXPECT_EQ(found->value->body, "body " + std::to_string(truth_));
    EXPECT_EQ(OutcomeName(found->outcome), OutcomeName(outcome));
  }

  RedisProcess redis_;
  Process one_{redis_.url()};
  Process two_{redis_.url()};
  std::atomic<Version> truth_ = 100;
  std::atomic<int> loads_ = 0;
};

TEST_F(CacheManagerTest, IsComputedOnceForAllProcesses) {
  ExpectGets(one_, Outcome::kMiss);
  ExpectGets(one_, Outcome::kHit);
  ExpectGets(two_, Outcome::kHit);
  ExpectGets(two_, Outcome::kHit);
  EXPECT_EQ(loads_, 1);
}

TEST_F(CacheManagerTest, ACommitAnywhereCountsEverywhereAtOnce) {
  ExpectGets(one_, Outcome::kMiss);
  ExpectGets(two_, Outcome::kHit);
  for (int i = 0; i < 5; ++i) {
    Commit(two_);
    ExpectGets(one_, Outcome::kMiss);
    ExpectGets(two_, Outcome::kHit);
  }
}

TEST_F(CacheManagerTest, WhoReadBeforeACommitDoesNotLeaveItBehind) {
  const auto found = one_.manager.Cached("k", one_.manager.Look(kScopes), [&](bool) -> Result<Loaded> {
    Loaded old = Read();
    Commit(two_);  // acknowledged while the reader still works
    return old;
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value->body, "body 100") << "it asked before the commit";
  ExpectGets(one_, Outcome::kMiss);
  ExpectGets(two_, Outcome::kHit);
}

TEST_F(CacheManagerTest, WhoAsksAfterACommitDoesNotJoinAnOlderComputation) {
  std::optional<Result<Found>> later;
  std::thread asker;
  const auto found = one_.manager.Cached("k", one_.manager.Look(kScopes), [&](bool) -> Result<Loaded> {
    Loaded old = Read();
    Commit(two_);
    const View view = one_.manager.Look(kScopes);  // asks while the first computation is under way
    asker = std::thread([&, view] {
      later = one_.manager.Cached("k", view, [&](bool) -> Result<Loaded> { return Read(); });
    });
    return old;
  });
  asker.join();
  ASSERT_TRUE(found && later && *later);
  EXPECT_EQ(found->value->body, "body 100");
  EXPECT_EQ((*later)->value->body, "body 101");
}

TEST_F(CacheManagerTest, AWriterThatDiedBeforeItToldRedisIsMadeGoodByItsNotification) {
  ExpectGets(one_, Outcome::kMiss);
  ExpectGets(two_, Outcome::kHit);
  CommitWhoseWordIsLost();
  const std::vector<Change> heard = {{"c:records", truth_}};
  one_.floors.Hear(heard);
  two_.floors.Hear(heard);
  ExpectGets(one_, Outcome::kMiss);
  ExpectGets(two_, Outcome::kHit);
  EXPECT_EQ(loads_, 2);
}

TEST_F(CacheManagerTest, ARedisThatStoodStillDuringAWriteServesNothingOldAfterwards) {
  ExpectGets(one_, Outcome::kMiss);
  redis_.Freeze();
  ++truth_;
  one_.publisher.Publish("c:records=" + std::to_string(truth_));  // takes the word, and loses it
  two_.floors.Hear(std::vector<Change>{{"c:records", truth_}});
  redis_.Thaw();
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  for (Process* process : {&one_, &two_}) {
    for (;;) {
      const auto found = Get(*process);
      ASSERT_TRUE(found);
      ASSERT_EQ(found->value->body, "body " + std::to_string(truth_));
      if (found->outcome == Outcome::kHit) break;
      ASSERT_LT(std::chrono::steady_clock::now(), until);
    }
  }
}

TEST_F(CacheManagerTest, AnEvictedVersionIsAMiss) {
  ExpectGets(one_, Outcome::kMiss);
  Commit(one_);
  ASSERT_TRUE(one_.redis.Command({"FLUSHALL"}));
  ExpectGets(one_, Outcome::kMiss);
  ExpectGets(two_, Outcome::kHit);
}

TEST_F(CacheManagerTest, AVersionThatWentBackInRedisDoesNotReviveWhatIsOld) {
  ExpectGets(one_, Outcome::kMiss);
  Commit(one_);
  two_.floors.Hear(std::vector<Change>{{"c:records", truth_}});
  ASSERT_TRUE(one_.redis.Run([](std::string_view run_id, store::RedisPipeline& pipeline) {
    const std::string key = "dx:" + std::string(run_id.substr(0, 12)) + ":v:c:records";
    pipeline.Add({"SET", key, "100"});
  }));
  ExpectGets(two_, Outcome::kMiss);
  ExpectGets(one_, Outcome::kHit);
}

TEST_F(CacheManagerTest, IsPassedByWhileNobodyListens) {
  ExpectGets(one_, Outcome::kMiss);
  one_.floors.Distrust();
  ExpectGets(one_, Outcome::kBypass);
  ExpectGets(two_, Outcome::kHit);
}

TEST_F(CacheManagerTest, IsPassedByWhileRedisIsAwayAndComesBackByItself) {
  ExpectGets(one_, Outcome::kMiss);
  redis_.Kill();
  ExpectGets(one_, Outcome::kBypass);
  Commit(one_);
  ExpectGets(one_, Outcome::kBypass);
  redis_.Start();
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  for (;;) {
    const auto found = Get(one_);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->value->body, "body " + std::to_string(truth_));
    if (found->outcome == Outcome::kHit) break;
    ASSERT_LT(std::chrono::steady_clock::now(), until);
  }
}

TEST_F(CacheManagerTest, AFullRedisCostsTheCacheButNoError) {
  ASSERT_TRUE(one_.redis.Command({"CONFIG", "SET", "maxmemory", "1"}));
  ExpectGets(one_, Outcome::kMiss);
  Commit(one_);
  ExpectGets(one_, Outcome::kMiss);
  ASSERT_TRUE(one_.redis.Command({"CONFIG", "SET", "maxmemory", "0"}));
  ExpectGets(one_, Outcome::kMiss);
  ExpectGets(two_, Outcome::kHit);
}

TEST_F(CacheManagerTest, WhatIsTooLargeIsNotKept) {
  const auto get = [&] {
    return one_.manager.Cached("big", one_.manager.Look(kScopes), [&](bool) -> Result<Loaded> {
      ++loads_;
      return Loaded{std::string(1001, 'x'), {truth_}, std::nullopt};
    });
  };
  ASSERT_TRUE(get());
  const auto again = get();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->outcome, Outcome::kMiss);
  EXPECT_EQ(loads_, 2);
  EXPECT_EQ(one_.manager.local_bytes(), 0U);
}

TEST_F(CacheManagerTest, WhatEndsWithTheDayIsNotServedTheNext) {
  const auto get = [&](milliseconds left) {
    return one_.manager.Cached("day", one_.manager.Look(kScopes), [&, left](bool) -> Result<Loaded> {
      ++loads_;
      return Loaded{"today", {truth_}, left};
    });
  };
  const auto found = get(milliseconds(0));  // read at the stroke of midnight
  ASSERT_TRUE(found);
  EXPECT_GT(found->value->changes_at_ms, 0);
  EXPECT_EQ(TagChangesAt(found->value->tag), found->value->changes_at_ms);
  ASSERT_TRUE(get(seconds(3600)));
  EXPECT_EQ(loads_, 2);
  ASSERT_TRUE(get(seconds(3600)));
  EXPECT_EQ(loads_, 2);
}

TEST_F(CacheManagerTest, AnErrorIsGivenOnAndNotKept) {
  const auto failed = one_.manager.Cached("k", one_.manager.Look(kScopes), [&](bool) -> Result<Loaded> {
    return Fail(Error::Code::kInvalid, "no such company");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Error::Code::kInvalid);
  ExpectGets(two_, Outcome::kMiss);  // nobody holds the lock
}

TEST_F(CacheManagerTest, WhatALaggingReplicaSaysIsAskedAgainAtTheSource) {
  Commit(one_);
  std::vector<bool> insisted;
  const auto found = one_.manager.Cached("k", one_.manager.Look(kScopes), [&](bool insist) -> Result<Loaded> {
    insisted.push_back(insist);
    if (insist) return Read();
    return Loaded{"body 100", {100}, std::nullopt};
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value->body, "body 101");
  EXPECT_EQ(insisted, (std::vector<bool>{false, true}));
}

TEST_F(CacheManagerTest, TwoHundredAtOnceAreOneComputation) {
  std::atomic<int> waiting = 0;
  std::atomic<bool> release = false;
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 200; ++i) {
    Process& process = i % 2 == 0 ? one_ : two_;
    threads.emplace_back([&, &at = process] {
      const View view = at.manager.Look(kScopes);
      ++waiting;
      while (!release) std::this_thread::yield();
      const auto found = at.manager.Cached("k", view, [&](bool) -> Result<Loaded> {
        // Long enough for everybody to come: until all threads but those that wait are at it.
        std::this_thread::sleep_for(milliseconds(50));
        return Read();
      });
      if (found && found->value->body == "body 100") ++right;
    });
  }
  while (waiting < 200) std::this_thread::yield();
  release = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 200);
  EXPECT_EQ(loads_, 1);
}

TEST_F(CacheManagerTest, WhoWaitsTooLongComputesForThemselves) {
  CacheOptions impatient = QuickOptions();
  impatient.longest_wait = milliseconds(5);
  Process hasty(redis_.url(), impatient);
  const auto held = one_.remote.FetchOrLock("k", "somebody", kScopes);
  ASSERT_TRUE(held && held->locked);
  ExpectGets(hasty, Outcome::kMiss);
}

}  // namespace
}  // namespace dialix::cache
