// store::Redis against a real Redis: pipelines, a connection that died, the circuit.
#include "store/redis.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "redis_process.h"
#include "store/redis_url.h"

namespace dialix::store {
namespace {

using cache::RedisProcess;
using std::chrono::milliseconds;
using std::chrono::seconds;

RedisOptions OptionsFor(const RedisProcess& process) {
  RedisOptions options;
  options.url = process.url();
  return options;
}

TEST(RedisUrl, IsReadInAllItsForms) {
  EXPECT_EQ(ParseRedisUrl("unix:///run/redis.sock").path, "/run/redis.sock");
  const auto full = ParseRedisUrl("redis://:pa:ss@host.example:6380/3");
  EXPECT_EQ(full.password, "pa:ss");
  EXPECT_EQ(full.host, "host.example");
  EXPECT_EQ(full.port, 6380);
  EXPECT_EQ(full.database, "3");
  EXPECT_EQ(ParseRedisUrl("redis://host").port, 6379);
}

TEST(RedisPipeline, BringsAReplyForEachCommandInOrder) {
  RedisProcess process;
  Redis redis(OptionsFor(process));
  const std::string binary("a\0b\r\n", 5);
  const auto replies = redis.Run([&](std::string_view run_id, RedisPipeline& pipeline) {
    EXPECT_EQ(run_id.size(), 40U);
    pipeline.Add({"SET", "k", binary});
    pipeline.Add({"GET", "k"});
    pipeline.Add({"LPUSH", "k", "x"});
    pipeline.Add({"MGET", "k", "none"});
  });
  ASSERT_TRUE(replies) << replies.error().internal_detail;
  ASSERT_EQ(replies->size(), 4U);
  EXPECT_EQ((*replies)[1].text, binary);
  EXPECT_EQ((*replies)[2].kind, RedisReply::Kind::kError) << "one command's error is that command's";
  ASSERT_EQ((*replies)[3].elements.size(), 2U);
  EXPECT_EQ((*replies)[3].elements[1].kind, RedisReply::Kind::kNil);
}

TEST(RedisConnection, ThatDiedIdleCostsNothing) {
  RedisProcess process;
  Redis redis(OptionsFor(process));
  std::string first;
  std::string second;
  ASSERT_TRUE(redis.Run([&](std::string_view id, RedisPipeline& p) { first = id, p.Add({"PING"}); }));
  process.Kill();
  process.Start();
  ASSERT_TRUE(redis.Run([&](std::string_view id, RedisPipeline& p) { second = id, p.Add({"PING"}); }));
  EXPECT_NE(first, second) << "the commands were built for the Redis that got them";
  EXPECT_FALSE(redis.IsOpenCircuit());
}

TEST(RedisCircuit, FailsAtOnceWhileItIsOpenAndClosesByOneProbe) {
  RedisProcess process;
  RedisOptions options = OptionsFor(process);
  options.command_timeout = milliseconds(50);
  options.first_pause = options.longest_pause = milliseconds(200);
  Redis redis(options);
  ASSERT_TRUE(redis.Command({"PING"}));
  process.Freeze();
  EXPECT_FALSE(redis.Command({"PING"}));
  EXPECT_TRUE(redis.IsOpenCircuit());
  const auto refused = redis.Command({"PING"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().internal_detail, kCircuitOpen);
  process.Thaw();
  const auto until = std::chrono::steady_clock::now() + seconds(30);
  while (!redis.Command({"PING"})) ASSERT_LT(std::chrono::steady_clock::now(), until);
  EXPECT_FALSE(redis.IsOpenCircuit());
}

TEST(RedisCircuit, LetsOneProbeAtATimeThrough) {
  RedisProcess process;
  RedisOptions options = OptionsFor(process);
  options.command_timeout = milliseconds(300);
  options.first_pause = options.longest_pause = milliseconds(1);
  Redis redis(options);
  ASSERT_TRUE(redis.Command({"PING"}));
  process.Freeze();
  ASSERT_FALSE(redis.Command({"PING"}));
  const auto reopened = std::chrono::steady_clock::now() + milliseconds(1);
  while (std::chrono::steady_clock::now() <= reopened) std::this_thread::yield();
  std::atomic<int> tried = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto reply = redis.Command({"PING"});
      (reply.error().internal_detail == kCircuitOpen ? refused : tried).fetch_add(1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  process.Thaw();
  EXPECT_GE(refused, 1) << "the others do not wait for the probe";
  EXPECT_LE(tried, 7);
}

TEST(RedisCircuit, ARedisThatIsNotThereOpensItToo) {
  RedisOptions options;
  options.url = "unix:///nonexistent/redis.sock";
  Redis redis(options);
  EXPECT_FALSE(redis.Command({"PING"}));
  EXPECT_TRUE(redis.IsOpenCircuit());
}

TEST(RedisUnset, IsNoFailure) {
  Redis redis(RedisOptions{});
  const auto reply = redis.Command({"PING"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().internal_detail, kNoRedis);
  EXPECT_FALSE(redis.IsOpenCircuit());
}

}  // namespace
}  // namespace dialix::store
