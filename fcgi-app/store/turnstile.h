// Who goes next at something of which there are few: strictly first come, first served, each with a deadline.
// Not thread-safe by itself: every call is made under the one mutex of whoever owns it, which Wait gives up
// while it sleeps. What is handed over (T) is moved to the waiter's own stack.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace dialix::store {

template <typename T>
class Turnstile {
 public:
  using Clock = std::chrono::steady_clock;

  // Sleeps until Hand gives this caller something, or the deadline has passed: nothing. REQUIRES: `lock` is
  // held.
  std::optional<T> Wait(std::unique_lock<std::mutex>& lock, Clock::time_point deadline) {
    Waiter self;
    queue_.push_back(&self);
    while (!self.given && self.called.wait_until(lock, deadline) != std::cv_status::timeout) {
    }
    if (!self.given) Forget(&self);
    return std::move(self.given);
  }

  // Gives it to whoever has waited longest; gives it back where nobody waits.
  std::optional<T> Hand(T thing) {
    if (queue_.empty()) return thing;
    Waiter* first = queue_.front();
    queue_.pop_front();
    first->given.emplace(std::move(thing));
    first->called.notify_one();
    return std::nullopt;
  }

  [[nodiscard]] int size() const { return static_cast<int>(queue_.size()); }

 private:
  struct Waiter {
    std::condition_variable called;
    std::optional<T> given;
  };

  void Forget(const Waiter* gone) {
    for (auto it = queue_.begin(); it != queue_.end(); ++it) {
      if (*it != gone) continue;
      queue_.erase(it);
      return;
    }
  }

  std::deque<Waiter*> queue_;
};

}  // namespace dialix::store
