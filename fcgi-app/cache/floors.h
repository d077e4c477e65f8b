// What this process itself knows to be committed: the lowest version a scope can have. Fed by its own
// commits and by the notifications of all others (change_listener.h), so that a bump which never reached
// Redis can't leave a stale value alive. Thread-safe.
//
// A floor is kept for as long as a value from before it may live (the longest TTL and the longest
// computation), then it is dropped. While nobody listens, or when there are too many, the floors are not to
// be trusted, and the cache is passed by.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cache/scope.h"

namespace dialix::cache {

class Floors {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Floors(std::chrono::seconds keep, std::size_t most = 200'000) : keep_(keep), most_(most) {}

  // Lifts floors; lower ones change nothing.
  void Raise(std::span<const Change> changes, Clock::time_point now = Clock::now());
  // Lifts each version to its scope's floor; kUnknown stays. REQUIRES: equal sizes.
  void Apply(std::span<const std::string> scopes, std::span<Version> versions) const;

  // The listener has heard from PostgreSQL: the floors may be trusted until then.
  void TrustUntil(Clock::time_point until) { trusted_until_ = until.time_since_epoch().count(); }
  void Distrust() { trusted_until_ = 0; }
  [[nodiscard]] bool Trusted(Clock::time_point now = Clock::now()) const {
    return now.time_since_epoch().count() < trusted_until_.load(std::memory_order_acquire) &&
           !overflowed_.load(std::memory_order_relaxed);
  }

  // The listener has heard of these changes; wakes AwaitHeard.
  void Hear(std::span<const Change> changes);
  // Waits until the listener has heard of all these changes. False: not within `longest`.
  bool AwaitHeard(std::span<const Change> changes, std::chrono::milliseconds longest);

  // Drops what is older than it need be kept. O(n): once a minute.
  void Prune(Clock::time_point now = Clock::now());
  [[nodiscard]] std::size_t size() const;

 private:
  struct Floor {
    Version version;
    Version heard;  // as far as the listener knows
    Clock::time_point raised_at;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  void RaiseLocked(const Change& change, bool heard, Clock::time_point now);
  [[nodiscard]] bool AllHeard(std::span<const Change> changes) const;

  const std::chrono::seconds keep_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable heard_;
  std::unordered_map<std::string, Floor, Hash, std::equal_to<>> floors_;
  std::atomic<Clock::rep> trusted_until_{0};
  std::atomic<bool> overflowed_{false};
  Clock::time_point lost_at_{};  // when a floor last found no room
};

}  // namespace dialix::cache
