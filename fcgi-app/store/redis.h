// Redis through hiredis 0.14: a small pool of connections for one process, opened after fork. Thread-safe.
// Redis may vanish, hang or come back at any time and nothing may depend on it: every call is bounded by
// short timeouts. After a failure the circuit is open: calls fail at once, and when its pause is over one
// single caller tries (half-open); success closes it, failure doubles the pause. A connection that died while
// it lay idle is no failure: the call is sent again on a fresh one, so commands must bear being sent twice.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct redisContext;

namespace dialix::store {

// Error::internal_detail of a call that was not even tried.
inline constexpr std::string_view kCircuitOpen = "redis: circuit open";
inline constexpr std::string_view kNoRedis = "redis: REDIS_URL is not set";

struct RedisOptions {
  std::string url;  // redis://[:password@]host[:port][/db] or unix:///path
  std::chrono::milliseconds connect_timeout{200};
  std::chrono::milliseconds command_timeout{150};
  std::chrono::milliseconds first_pause{100};     // of the open circuit
  std::chrono::milliseconds longest_pause{1000};  // it doubles up to this
  std::size_t idle_connections = 64;
};

struct RedisReply {
  enum class Kind { kNil, kString, kInteger, kArray, kStatus, kError };
  Kind kind = Kind::kNil;
  std::string text;
  std::int64_t integer = 0;
  std::vector<RedisReply> elements;
};

// Commands that travel together. Arguments are copied at once and binary-safe.
class RedisPipeline {
 public:
  explicit RedisPipeline(redisContext* context) : context_(context) {}
  void Add(std::span<const std::string_view> arguments);
  void Add(std::initializer_list<std::string_view> arguments) {
    Add(std::span(arguments.begin(), arguments.size()));
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  redisContext* context_;
  std::size_t size_ = 0;
};

class Redis {
 public:
  explicit Redis(RedisOptions options);
  ~Redis();

  [[nodiscard]] bool IsConfigured() const { return !options_.url.empty(); }
  // One command. Errors: kUnavailable (away, slow, circuit open), kInternal (Redis said an error).
  Result<RedisReply> Command(const std::vector<std::string_view>& arguments);

  // Sends what `build` adds and reads a reply for each, in one round trip. `run_id` names the Redis process
  // that answers: another one after a restart or a failover. `build` may be called twice. What Redis refuses
  // comes as Kind::kError, except that it cannot serve at all (LOADING, MASTERDOWN). Errors: kUnavailable.
  using Build = std::function<void(std::string_view run_id, RedisPipeline& pipeline)>;
  Result<std::vector<RedisReply>> Run(const Build& build);

  [[nodiscard]] bool IsOpenCircuit() const { return open_.load(std::memory_order_relaxed); }

 private:
  struct Closer {
    void operator()(redisContext* context) const;
  };
  struct Link {
    std::unique_ptr<redisContext, Closer> context;
    std::string run_id;
    bool reused = false;
  };
  enum class Entry { kFree, kProbe, kRefused };

  Entry Enter();
  Result<std::vector<RedisReply>> RunEntered(Entry entry, const Build& build);
  Result<std::vector<RedisReply>> RunOn(Link& link, const Build& build, bool* died_idle);
  Result<Link> Take(bool fresh);
  Result<Link> Open() const;
  void GiveBack(Link link);
  void NoteFailure(Entry entry);
  void NoteSuccess(Entry entry);

  const RedisOptions options_;
  std::mutex mutex_;
  std::vector<Link> idle_;
  std::atomic<bool> open_{false};
  std::atomic<bool> probing_{false};
  std::atomic<std::int64_t> retry_at_ms_{0};  // steady clock
  std::atomic<std::int64_t> pause_ms_;
};

}  // namespace dialix::store
