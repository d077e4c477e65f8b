#include "cache/remote_cache.h"

#include <gtest/gtest.h>

#include "redis_process.h"

namespace dialix::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Stored = RemoteCache::Stored;

const std::vector<std::string> kScopes = {"c:records", "c:operators"};

Value Made(std::string body, std::vector<Version> versions) {
  Value value;
  value.body = std::move(body);
  value.versions = std::move(versions);
  value.fresh_until_ms = 4102444800000;  // 2100
  return value;
}

class RemoteCacheTest : public testing::Test {
 protected:
  static store::RedisOptions Options(const std::string& url) {
    store::RedisOptions options;
    options.url = url;
    options.first_pause = milliseconds(1);
    options.longest_pause = milliseconds(1);
    return options;
  }
  // Runs a command as somebody else would.
  store::RedisReply Say(const std::vector<std::string_view>& words) {
    auto reply = other_.Command(words);
    EXPECT_TRUE(reply) << reply.error().internal_detail;
    return reply ? *reply : store::RedisReply();
  }
  std::vector<std::string> Keys(const std::string& pattern) {
    std::vector<std::string> names;
    for (const auto& name : Say({"KEYS", pattern}).elements) names.push_back(name.text);
    return names;
  }
  std::vector<Version> Versions() {
    auto versions = cache_.ReadVersions(kScopes);
    EXPECT_TRUE(versions) << versions.error().internal_detail;
    return versions ? *versions : std::vector<Version>();
  }
  bool Locks(std::string_view token) {
    auto claim = cache_.FetchOrLock("k", token, kScopes);
    EXPECT_TRUE(claim) << claim.error().internal_detail;
    return claim && claim->locked;
  }
  std::optional<Value> Fetch() {
    auto claim = cache_.FetchOrLock("k", "looker", kScopes);
    EXPECT_TRUE(claim) << claim.error().internal_detail;
    if (claim && claim->locked) {
      EXPECT_TRUE(cache_.Release("k", "looker"));
    }
    return claim ? claim->value : std::nullopt;
  }
  Stored StoreAs(std::string_view token, const Value& value) {
    auto stored = cache_.Store("k", token, kScopes, value, seconds(60));
    EXPECT_TRUE(stored) << stored.error().internal_detail;
    return stored ? *stored : Stored::kLockLost;
  }

  RedisProcess process_;
  store::Redis redis_{Options(process_.url())};
  store::Redis other_{Options(process_.url())};
  RemoteCache cache_{redis_, {"build", seconds(100), milliseconds(10000)}};
};

TEST_F(RemoteCacheTest, VersionsAreUnknownUntilRaisedAndNeverGoBack) {
  EXPECT_EQ(Versions(), (std::vector<Version>{kUnknown, kUnknown}));
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:records", 1764000000000007}}));
  EXPECT_EQ(Versions(), (std::vector<Version>{1764000000000007, kUnknown}));
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:records", 1764000000000006}, {"c:operators", 0}}));
  EXPECT_EQ(Versions(), (std::vector<Version>{1764000000000007, 0}));
}

TEST_F(RemoteCacheTest, AReadCanTeachOnItsWay) {
  const auto versions = cache_.ReadVersions(kScopes, std::vector<Change>{{"c:operators", 3}, {"x", 4}});
  ASSERT_TRUE(versions);
  EXPECT_EQ(*versions, (std::vector<Version>{kUnknown, 3}));
}

TEST_F(RemoteCacheTest, AValueIsStoredUnderTheLockAndGivesItBack) {
  ASSERT_TRUE(Locks("a"));
  EXPECT_FALSE(Locks("b"));
  EXPECT_EQ(StoreAs("a", Made("body", {5, 6})), Stored::kStored);
  ASSERT_TRUE(Fetch());
  EXPECT_EQ(Fetch()->body, "body");
  EXPECT_EQ(Versions(), (std::vector<Version>{5, 6})) << "what the reader learned in PostgreSQL is told";
  EXPECT_TRUE(Locks("b"));
}

TEST_F(RemoteCacheTest, WhoReadBeforeAWriteCannotStoreAfterIt) {
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:records", 5}, {"c:operators", 6}}));
  ASSERT_TRUE(Locks("a"));
  const Value computed = Made("old", {5, 6});                          // read from PostgreSQL …
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:operators", 7}}));  // … then somebody commits
  EXPECT_EQ(StoreAs("a", computed), Stored::kOutdated);
  EXPECT_FALSE(Fetch());
  EXPECT_TRUE(Locks("b")) << "the lock is free again";
}

TEST_F(RemoteCacheTest, WhoLostTheLockCannotStore) {
  ASSERT_TRUE(Locks("a"));
  Say({"FLUSHALL"});
  EXPECT_EQ(StoreAs("a", Made("old", {5, 6})), Stored::kLockLost);
  ASSERT_TRUE(Locks("b"));
  EXPECT_EQ(StoreAs("a", Made("old", {5, 6})), Stored::kLockLost);
  EXPECT_FALSE(Fetch());
  EXPECT_EQ(StoreAs("b", Made("new", {7, 7})), Stored::kStored);
}

TEST_F(RemoteCacheTest, TheLockOfOneWhoDiedRunsOut) {
  RemoteCache quick(redis_, {"build", seconds(100), milliseconds(1)});
  auto held = quick.FetchOrLock("k", "dead", kScopes);
  ASSERT_TRUE(held && held->locked);
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  while (!Locks("next")) ASSERT_LT(std::chrono::steady_clock::now(), until);
}

TEST_F(RemoteCacheTest, WorksOnAfterScriptFlush) {
  ASSERT_TRUE(Locks("a"));
  Say({"SCRIPT", "FLUSH"});
  EXPECT_EQ(StoreAs("a", Made("body", {1, 1})), Stored::kStored);
  Say({"SCRIPT", "FLUSH"});
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:records", 9}}));
  EXPECT_EQ(Versions(), (std::vector<Version>{9, 1}));
}

TEST_F(RemoteCacheTest, WhatHasTheWrongTypeIsUnknownAndPutRight) {
  ASSERT_TRUE(Locks("a"));
  ASSERT_EQ(StoreAs("a", Made("body", {1, 1})), Stored::kStored);
  for (const std::string& key : Keys("dx:*")) {
    Say({"DEL", key});
    Say({"LPUSH", key, "x"});
  }
  EXPECT_EQ(Versions(), (std::vector<Version>{kUnknown, kUnknown}));
  EXPECT_FALSE(Fetch());
  ASSERT_TRUE(Locks("b"));
  EXPECT_EQ(StoreAs("b", Made("again", {2, 2})), Stored::kStored);
  EXPECT_EQ(Fetch()->body, "again");
  EXPECT_EQ(Versions(), (std::vector<Version>{2, 2}));
}

TEST_F(RemoteCacheTest, RubbishIsNoValueAndNoVersion) {
  ASSERT_TRUE(Locks("a"));
  ASSERT_EQ(StoreAs("a", Made("body", {1, 1})), Stored::kStored);
  for (const std::string& key : Keys("dx:*")) Say({"SET", key, "rubbish"});
  EXPECT_EQ(Versions(), (std::vector<Version>{kUnknown, kUnknown}));
  EXPECT_FALSE(Fetch());
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:records", 3}}));
  EXPECT_EQ(Versions(), (std::vector<Version>{3, kUnknown}));
}

TEST_F(RemoteCacheTest, AFullRedisForgetsAVersionRatherThanKeepAnOldOne) {
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:records", 5}, {"c:operators", 6}}));
  Say({"CONFIG", "SET", "maxmemory-policy", "noeviction"});
  Say({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(Versions(), (std::vector<Version>{5, 6})) << "what it has it still tells";
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"c:records", 7}}));
  EXPECT_EQ(Versions(), (std::vector<Version>{kUnknown, 6}));
  const auto claim = cache_.FetchOrLock("k", "a", kScopes);
  ASSERT_TRUE(claim);
  EXPECT_FALSE(claim->locked);
  EXPECT_FALSE(claim->lockable) << "nobody waits for a lock that cannot be taken";
  Say({"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_TRUE(Locks("a"));
  EXPECT_EQ(StoreAs("a", Made("body", {7, 6})), Stored::kStored);
}

TEST_F(RemoteCacheTest, KeysOfAnotherBuildAreOthers) {
  ASSERT_TRUE(Locks("a"));
  ASSERT_EQ(StoreAs("a", Made("body", {1, 1})), Stored::kStored);
  RemoteCache other(redis_, {"other", seconds(100), milliseconds(10000)});
  const auto claim = other.FetchOrLock("k", "b", kScopes);
  ASSERT_TRUE(claim);
  EXPECT_FALSE(claim->value);
  EXPECT_EQ(claim->versions, (std::vector<Version>{1, 1})) << "versions are everybody's";
}

TEST_F(RemoteCacheTest, EverythingInRedisEndsByItself) {
  ASSERT_TRUE(cache_.Raise(std::vector<Change>{{"a", 1}}));
  ASSERT_TRUE(Locks("a"));
  ASSERT_EQ(StoreAs("a", Made("body", {1, 1})), Stored::kStored);
  ASSERT_TRUE(Locks("b"));
  const auto keys = Keys("*");
  EXPECT_EQ(keys.size(), 5U);
  for (const std::string& key : keys) EXPECT_GT(Say({"PTTL", key}).integer, 0) << key;
}

TEST(RemoteCacheRestart, ARedisThatLoadsItsOldSnapshotDoesNotServeIt) {
  RedisProcess process({"--save", "3600 1"});
  store::RedisOptions options;
  options.url = process.url();
  options.first_pause = options.longest_pause = milliseconds(1);
  store::Redis redis(options);
  RemoteCache cache(redis, {"build", seconds(1000), milliseconds(10000)});
  auto claim = cache.FetchOrLock("k", "a", kScopes);
  ASSERT_TRUE(claim && claim->locked);
  ASSERT_TRUE(cache.Store("k", "a", kScopes, Made("old", {1, 1}), seconds(600)));
  ASSERT_TRUE(redis.Command({"SAVE"}));
  ASSERT_TRUE(cache.Raise(std::vector<Change>{{"c:records", 2}}));  // after the snapshot
  process.Kill();
  process.Start();
  ASSERT_GT(redis.Command({"DBSIZE"})->integer, 0) << "the snapshot is there";
  claim = cache.FetchOrLock("k", "b", kScopes);
  ASSERT_TRUE(claim) << claim.error().internal_detail;
  EXPECT_FALSE(claim->value);
  EXPECT_EQ(claim->versions, (std::vector<Version>{kUnknown, kUnknown}));
}

}  // namespace
}  // namespace dialix::cache
