#include "app/hot_reads.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace dialix::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Time = HotReads::Clock::time_point;

constexpr Time kStart{std::chrono::hours(1)};
const std::vector<cache::Change> kRecords{{"c:records", 5}};

HotRead Read(const std::string& path, std::vector<std::string> scopes = {"c:records"}) {
  HotRead read;
  read.path = path;
  read.scopes = std::move(scopes);
  return read;
}

HotReads::Options Options(std::size_t most = 10) {
  HotReads::Options options;
  options.hot = seconds(90);
  options.settle = milliseconds(50);
  options.pause = milliseconds(1000);
  options.asked = 1;
  options.unasked = 2;
  options.most = most;
  return options;
}

HotReads::Options AskedTwice() {
  HotReads::Options options = Options();
  options.asked = 2;
  return options;
}

TEST(HotReads, WhatWasAskedForComesDueOnceAShortWhileAfterItsDataChanged) {
  HotReads reads(Options());
  EXPECT_FALSE(reads.Touch("k", kStart));
  reads.Add("k", Read("/a"), 1, kStart);
  EXPECT_TRUE(reads.Touch("k", kStart));
  EXPECT_EQ(reads.Take(kStart + seconds(1)), nullptr);
  reads.Changed(kRecords, kStart + seconds(1));
  EXPECT_EQ(reads.Take(kStart + milliseconds(1049)), nullptr);
  const auto due = reads.Take(kStart + milliseconds(1050));
  ASSERT_NE(due, nullptr);
  EXPECT_EQ(due->path, "/a");
  EXPECT_EQ(reads.Take(kStart + seconds(9)), nullptr);
}

TEST(HotReads, OtherScopesConcernNobody) {
  HotReads reads(Options());
  reads.Add("k", Read("/a"), 1, kStart);
  reads.Changed(std::vector<cache::Change>{{"c:billing", 5}, {"other:records", 5}}, kStart);
  EXPECT_EQ(reads.Take(kStart + seconds(9)), nullptr);
}

TEST(HotReads, WhatNobodyAskedForLatelyIsDropped) {
  HotReads reads(Options());
  reads.Add("cold", Read("/cold"), 1, kStart);
  reads.Add("warm", Read("/warm"), 1, kStart);
  EXPECT_TRUE(reads.Touch("warm", kStart + seconds(60)));
  reads.Changed(kRecords, kStart + seconds(91));
  EXPECT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads.Take(kStart + seconds(99))->path, "/warm");
  EXPECT_FALSE(reads.Touch("cold", kStart + seconds(99)));
}

TEST(HotReads, ManyChangesAreOneReadAndTheSameOneWaitsAPause) {
  HotReads reads(Options());
  reads.Add("k", Read("/a"), 1, kStart);
  for (int i = 0; i < 5; ++i) reads.Changed(kRecords, kStart + milliseconds(10 * i));
  EXPECT_NE(reads.Take(kStart + milliseconds(50)), nullptr);
  reads.Changed(kRecords, kStart + milliseconds(60));
  EXPECT_EQ(reads.Take(kStart + milliseconds(1049)), nullptr);
  EXPECT_NE(reads.Take(kStart + milliseconds(1050)), nullptr);
}

TEST(HotReads, WhatWasAskedForOnceIsNotHot) {
  HotReads reads(AskedTwice());
  reads.Add("k", Read("/a"), 1, kStart);
  reads.Changed(kRecords, kStart);
  EXPECT_EQ(reads.Take(kStart + seconds(1)), nullptr);
  EXPECT_TRUE(reads.Touch("k", kStart + seconds(1)));
  reads.Changed(kRecords, kStart + seconds(1));
  EXPECT_NE(reads.Take(kStart + seconds(2)), nullptr);
}

TEST(HotReads, WhatSomebodyElseHadComputedWasAskedForTwice) {
  HotReads reads(AskedTwice());
  reads.Add("k", Read("/a"), 2, kStart);
  reads.Changed(kRecords, kStart);
  EXPECT_NE(reads.Take(kStart + seconds(1)), nullptr);
}

TEST(HotReads, WhatIsReadAnewForNobodyRestsUntilSomebodyAsks) {
  HotReads reads(Options());
  reads.Add("k", Read("/a"), 1, kStart);
  Time now = kStart;
  const auto change_and_take = [&] {
    now += seconds(2);
    reads.Changed(kRecords, now);
    return reads.Take(now + seconds(1)) != nullptr;
  };
  EXPECT_TRUE(change_and_take());
  EXPECT_TRUE(change_and_take());
  EXPECT_FALSE(change_and_take());
  EXPECT_TRUE(reads.Touch("k", now));
  EXPECT_TRUE(change_and_take());
}

TEST(HotReads, WhatWasAskedForLongestAgoMakesRoom) {
  HotReads reads(Options(2));
  reads.Add("first", Read("/1"), 1, kStart);
  reads.Add("second", Read("/2"), 1, kStart + seconds(1));
  EXPECT_TRUE(reads.Touch("first", kStart + seconds(2)));
  reads.Add("third", Read("/3"), 1, kStart + seconds(3));
  EXPECT_EQ(reads.size(), 2U);
  EXPECT_TRUE(reads.Touch("first", kStart + seconds(3)));
  EXPECT_FALSE(reads.Touch("second", kStart + seconds(3)));
}

TEST(HotReads, SwitchedOffItKeepsNothing) {
  HotReads::Options options;
  options.hot = seconds(0);
  HotReads reads(options);
  reads.Add("k", Read("/a"));
  EXPECT_FALSE(reads.Touch("k"));
  EXPECT_FALSE(reads.enabled());
}

TEST(HotReads, AwaitGivesWhatComesDueAndEndsWithStop) {
  HotReads reads(Options());
  std::promise<std::string> first;
  std::thread worker([&] {
    int taken = 0;
    while (const auto read = reads.Await()) {
      if (++taken == 1) first.set_value(read->path);
    }
  });
  reads.Add("k", Read("/a"));
  reads.Changed(kRecords);
  EXPECT_EQ(first.get_future().get(), "/a");
  reads.Stop();
  worker.join();
  EXPECT_EQ(reads.Await(), nullptr);
}

}  // namespace
}  // namespace dialix::app
