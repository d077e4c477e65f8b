// How everybody talks to PostgreSQL: a batch, a scope, one round trip. Owned by a worker, thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "store/pool.h"

namespace dialix::store {

// What one request has spent on the database; shown in Server-Timing. One thread's.
struct Cost {
  int round_trips = 0;
  std::int64_t microseconds = 0;
};

class Database {
 public:
  explicit Database(PoolOptions options) : pool_(std::move(options)) {}

  // Runs the batch as one transaction in one round trip; gives one Rows a statement.
  // A read-only batch whose connection died is tried once more, any batch that lost a deadlock up to three
  // times. Errors: see sql_error.h, and Pool::Acquire.
  Result<std::vector<Rows>> Run(const Scope& scope, const Batch& batch, Cost* cost = nullptr);
  // A batch of one statement.
  Result<Rows> Query(const Scope& scope, const Statement& statement, std::vector<Param> params,
                     Cost* cost = nullptr, Batch::Mode mode = Batch::Mode::kReadOnly);

  [[nodiscard]] PoolStats Stats() const { return pool_.Stats(); }

 private:
  Pool pool_;
};

}  // namespace dialix::store
