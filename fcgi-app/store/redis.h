// Redis through hiredis 0.14: a small pool of connections for one process, opened after fork. Thread-safe.
// Redis may vanish at any time and nothing may depend on it: every call is bounded by short timeouts, and
// after a failure calls fail at once for a moment (a circuit breaker) instead of making every request wait.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct redisContext;

namespace dialix::store {

struct RedisOptions {
  std::string url;  // redis://[:password@]host[:port][/db] or unix:///path
  std::chrono::milliseconds connect_timeout{200};
  std::chrono::milliseconds command_timeout{200};
  std::chrono::milliseconds open_circuit{1000};  // how long calls fail at once after a failure
  std::size_t idle_connections = 32;
};

struct RedisReply {
  enum class Kind { kNil, kString, kInteger, kArray, kStatus };
  Kind kind = Kind::kNil;
  std::string text;
  std::int64_t integer = 0;
  std::vector<RedisReply> elements;
};

class Redis {
 public:
  explicit Redis(RedisOptions options);
  ~Redis();

  [[nodiscard]] bool IsConfigured() const { return !options_.url.empty(); }
  // One command, binary-safe. Errors: kUnavailable (away, slow, circuit open), kInternal (Redis said an
  // error).
  Result<RedisReply> Command(const std::vector<std::string_view>& arguments);

 private:
  struct Closer {
    void operator()(redisContext* context) const;
  };
  using ContextPtr = std::unique_ptr<redisContext, Closer>;

  Result<ContextPtr> Take();
  Result<ContextPtr> Open() const;
  void GiveBack(ContextPtr context);
  Error Broken(const std::string& why);

  const RedisOptions options_;
  std::mutex mutex_;
  std::vector<ContextPtr> idle_;
  std::atomic<std::int64_t> closed_until_ms_{0};  // steady clock; the circuit is open before it
};

}  // namespace dialix::store
