// The cache's half in Redis, shared by all processes on all hosts: the scopes' versions, values, and the lock
// under which a value is computed. Every method is one round trip. Thread-safe.
//
// Every key carries the run_id of the Redis process that holds it, so a Redis that was restarted or failed
// over, also one that loaded an old snapshot, never serves its past; keys of values carry the program's build
// too. Errors: kUnavailable (Redis is away), kInternal (it refused, for want of memory for instance).
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cache/envelope.h"
#include "cache/scope.h"
#include "store/redis.h"

namespace dialix::cache {

struct Script;

class RemoteCache {
 public:
  struct Options {
    std::string build;                        // whose values these are: bodies change with the program
    std::chrono::seconds version_ttl{86400};  // a version that nobody raised for so long is forgotten
    std::chrono::milliseconds lock_ttl{10000};
  };

  RemoteCache(store::Redis& redis, Options options);

  // The versions of these scopes, kUnknown where Redis has none; first lifts those in `raise`.
  Result<std::vector<Version>> ReadVersions(std::span<const std::string> scopes,
                                            std::span<const Change> raise = {});
  // Lifts versions; lower ones change nothing.
  Status Raise(std::span<const Change> changes);

  struct Claim {
    std::optional<Value> value;     // whatever stands there, fresh or not
    std::vector<Version> versions;  // of `scopes`, at that moment
    bool locked = false;            // ours now, under `token`
    bool lockable = true;           // false: Redis takes no locks (it is full): no use in waiting for one
  };
  // Reads the value, and takes its lock if that is free.
  Result<Claim> FetchOrLock(std::string_view key, std::string_view token,
                            std::span<const std::string> scopes);

  enum class Stored { kStored, kLockLost, kOutdated };
  // Stores what was computed under the lock, and gives that back.
  Result<Stored> Store(std::string_view key, std::string_view token, std::span<const std::string> scopes,
                       const Value& value, std::chrono::milliseconds ttl);
  // Gives the lock back.
  Status Release(std::string_view key, std::string_view token);

 private:
  // The arguments of one command; views stay valid as long as it does.
  class Words;
  using Fill = std::function<void(std::string_view run_id, bool whole_scripts, store::RedisPipeline&)>;
  Result<std::vector<store::RedisReply>> Run(const Fill& fill);
  void AddRaise(std::string_view run_id, bool whole, std::span<const Change> changes,
                store::RedisPipeline& pipeline) const;

  store::Redis& redis_;
  const Options options_;
  const std::string version_ttl_;
  const std::string lock_ttl_;
};

}  // namespace dialix::cache
