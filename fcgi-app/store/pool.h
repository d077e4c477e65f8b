// The connections of one worker process. Made after fork. Thread-safe: a Lease is one thread's until it ends.
// `size` connections stay open for good; up to `max_overflow` more are opened under load and closed by the
// janitor thread once they have been idle for `overflow_idle`. Whoever waits is served first come, first
// served. A connection is replaced on its way out when it is older than its share of `recycle` (each has its
// own, so that they don't all reconnect at once) or looks dead; the first that does takes all idle ones with
// it, since a server that restarted has closed them all.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "monitoring/pool_metrics.h"
#include "store/connection.h"
#include "store/turnstile.h"

namespace dialix::store {

struct PoolOptions {
  Connection::Options connection;
  int size = 10;
  int max_overflow = 20;
  bool pre_ping = true;  // look at an idle connection before it is used; see Pool::Acquire
  std::chrono::seconds recycle{3600};
  std::chrono::milliseconds timeout{5000};
  std::chrono::milliseconds overflow_idle{5000};
  std::chrono::milliseconds trusted{1000};  // used since: taken as it is
  std::chrono::seconds ping_after{10};      // idle longer, over TCP: a real round trip asks whether it lives
  std::chrono::milliseconds grace{
      2000};  // how long a server that is away is waited for, as while it restarts
  monitoring::PoolMetrics metrics;
};

struct PoolStats {
  int open = 0;
  int in_use = 0;
  int waiting = 0;
  std::int64_t opened_total = 0;
  std::int64_t timeouts_total = 0;
};

class Pool {
 public:
  using Clock = Connection::Clock;

  class Lease {
   public:
    Lease(Pool* pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Lease();
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Connection* operator->() { return connection_.get(); }
    Connection& operator*() { return *connection_; }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  explicit Pool(PoolOptions options) : options_(std::move(options)) {}
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // With pre_ping: one used within `trusted` is taken as it is; else its socket is looked at, which costs no
  // round trip; only one that was idle for long over TCP, where a peer may vanish unseen, is asked. `wary`
  // (after a loss) trusts none unseen. Errors: kUnavailable with Retry-After: the pool is exhausted for
  // `timeout`, or the server can't be reached.
  Result<Lease> Acquire(bool wary = false);
  // A connection was found dead while it was used: the idle ones go too.
  void DropIdle();
  [[nodiscard]] PoolStats Stats() const;

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    Clock::time_point since;
  };
  // What a waiter is handed: a connection, or none and the right to open one.
  using Turn = std::unique_ptr<Connection>;

  Result<Idle> TakeTurn();
  Result<std::unique_ptr<Connection>> Open(Clock::time_point deadline);
  // Why it can't be used; "" where it can.
  [[nodiscard]] bool IsUsable(Idle& idle, bool wary);
  void Release(std::unique_ptr<Connection> connection);
  void GiveUpSlot();
  void CloseOverflow();
  void Publish() const;  // REQUIRES: mutex_ is held

  const PoolOptions options_;
  mutable std::mutex mutex_;
  Turnstile<Turn> turnstile_;
  std::deque<Idle> idle_;  // the warm end is the back: last in, first out
  PoolStats stats_;
  Clock::time_point away_since_{};  // of the server; none while it can be reached
  bool ending_ = false;
  std::condition_variable janitor_wakes_;
  std::thread janitor_;  // started with the first overflow
};

}  // namespace dialix::store
