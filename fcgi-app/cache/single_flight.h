// One computation per key among the threads of a process: the first that asks leads, the others wait for what
// it finds. The key must hold what the asker knows (versions), so that nobody gets an answer from before
// their question. Thread-safe. A leader that ends without a result (an exception) leaves its followers an
// error.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/result.h"

namespace dialix::cache {

template <typename T>
class SingleFlight {
  struct Flight {
    std::mutex mutex;
    std::condition_variable landed;
    std::optional<Result<T>> result;
  };

 public:
  class Ticket {
   public:
    Ticket(SingleFlight* owner, std::string key, std::shared_ptr<Flight> flight, bool leads)
        : owner_(owner), key_(std::move(key)), flight_(std::move(flight)), leads_(leads) {}
    Ticket(Ticket&& other) noexcept
        : owner_(other.owner_),
          key_(std::move(other.key_)),
          flight_(std::move(other.flight_)),
          leads_(std::exchange(other.leads_, false)) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (leads_) Land(Internal("the computation that this request waited for was broken off"));
    }

    [[nodiscard]] bool leads() const { return leads_; }

    // For the leader, once: whoever asks from now on leads anew.
    void Land(Result<T> result) {
      leads_ = false;
      owner_->Forget(key_);
      {
        const std::lock_guard lock(flight_->mutex);
        flight_->result = std::move(result);
      }
      flight_->landed.notify_all();
    }

    // For a follower: the leader's result, or nothing when it takes longer.
    [[nodiscard]] std::optional<Result<T>> Await(std::chrono::milliseconds longest) {
      std::unique_lock lock(flight_->mutex);
      flight_->landed.wait_for(lock, longest, [this] { return flight_->result.has_value(); });
      return flight_->result;
    }

   private:
    SingleFlight* owner_;
    std::string key_;
    std::shared_ptr<Flight> flight_;
    bool leads_;
  };

  [[nodiscard]] Ticket Join(std::string key) {
    const std::lock_guard lock(mutex_);
    auto& flight = flights_[key];
    const bool leads = flight == nullptr;
    if (leads) flight = std::make_shared<Flight>();
    return Ticket(this, std::move(key), flight, leads);
  }

 private:
  void Forget(const std::string& key) {
    const std::lock_guard lock(mutex_);
    flights_.erase(key);
  }

  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace dialix::cache
