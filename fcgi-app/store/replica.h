// A streaming replica that may serve reads: its pool, and a thread that watches how far it has come. One a
// worker process, made after fork. Thread-safe.
// Twice a second the watch notes where the primary's log stands and what the replica has replayed: the lag is
// the age of the newest such note that the replica has reached, so a replica that is paused, slow or cut off
// from its primary is seen alike. Behind by more than max_lag, away, or promoted: it is not used until the
// watch finds it well again, and reads go to the primary.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "store/pool.h"

namespace dialix::store {

// A position in the write-ahead log, "16/B374D848" (PostgreSQL manual, pg_lsn), as a number.
[[nodiscard]] std::optional<std::uint64_t> ParseLsn(std::string_view text);

// How old what a replica shows is. Pure; one thread's.
class LagMeter {
 public:
  using Clock = Connection::Clock;
  // The primary stood there then. Positions only grow.
  void NotePrimary(Clock::time_point at, std::uint64_t position);
  // The replica has replayed as far as that.
  void NoteReplica(std::uint64_t position);
  // Nothing: it has not reached anything known of the primary.
  [[nodiscard]] std::optional<Clock::duration> Lag(Clock::time_point now) const;

 private:
  std::deque<std::pair<Clock::time_point, std::uint64_t>> ahead_;  // not yet reached, oldest first
  std::optional<Clock::time_point> reached_;
};

struct ReplicaOptions {
  PoolOptions pool;             // of the replica
  Connection::Options primary;  // for the watch
  std::chrono::milliseconds max_lag{10000};
  std::chrono::milliseconds interval{500};
};

class Replica {
 public:
  explicit Replica(ReplicaOptions options);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  [[nodiscard]] bool IsUsable() const { return usable_.load(std::memory_order_relaxed); }
  // It has just failed somebody: nobody else tries before the watch has.
  void Suspend();
  Pool& pool() { return pool_; }

 private:
  void Watch();
  bool Look();

  const ReplicaOptions options_;
  Pool pool_;
  LagMeter meter_;                       // of the watch
  std::unique_ptr<Connection> primary_;  // of the watch
  std::unique_ptr<Connection> replica_;
  std::atomic<bool> usable_{false};
  std::mutex mutex_;
  std::condition_variable ends_;
  bool ending_ = false;
  std::thread watch_;
};

}  // namespace dialix::store
