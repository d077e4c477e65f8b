// The connections of one worker process. Made after fork. Thread-safe: a Lease is one thread's until it ends.
// Keeps up to `size` connections open for good, opens up to `max_overflow` more under load and closes those
// when they come back. A connection that has looked dead, or is older than `recycle`, is replaced on the way
// out.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "store/connection.h"

namespace dialix::store {

struct PoolOptions {
  Connection::Options connection;
  int size = 10;
  int max_overflow = 20;
  bool pre_ping = true;  // look at the socket of an idle connection before it is used; costs no round trip
  std::chrono::seconds recycle{3600};
  std::chrono::milliseconds timeout{5000};
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

  // Errors: kUnavailable with Retry-After: the pool is exhausted for `timeout`, or the server can't be
  // reached.
  Result<Lease> Acquire();
  [[nodiscard]] PoolStats Stats() const;

 private:
  void Release(std::unique_ptr<Connection> connection);
  [[nodiscard]] bool IsUsable(Connection& connection) const;

  const PoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // last in, first out: the warm ones are used
  PoolStats stats_;
};

}  // namespace dialix::store
