// How everybody talks to PostgreSQL: a batch, a scope, one round trip. Owned by a worker, thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/pool.h"
#include "store/replica.h"
#include "store/row_stream.h"

namespace dialix::store {

// What one request has spent on the database; shown in Server-Timing. One thread's.
struct Cost {
  int round_trips = 0;
  std::int64_t microseconds = 0;
  std::string wrote;  // the last transaction that changed rows (xid8); see LastWrites
};

class Database {
 public:
  // Hears what a commit has changed, "scope=version scope=version", before the writer's Run returns. Called
  // from any thread; must not fail and must not take long.
  using CommitHook = std::function<void(std::string_view changes)>;

  explicit Database(PoolOptions options, CommitHook on_commit = {},
                    const std::optional<ReplicaOptions>& replica = std::nullopt);

  // Runs the batch as one transaction in one round trip; gives one Rows a statement.
  // A batch whose connection died is tried once more, a kReadWrite one only where PostgreSQL can have kept
  // nothing of it; any batch that lost a deadlock up to three times. Errors: see sql_error.h, and
  // Pool::Acquire.
  Result<std::vector<Rows>> Run(const Scope& scope, const Batch& batch, Cost* cost = nullptr);
  // A kReadOnly batch that may be answered by the replica, where there is one and it is well: as old as
  // ReplicaOptions::max_lag, but never older than transaction `must_see` (xid8; empty: none). Else, and
  // whatever goes wrong there, by the primary.
  Result<std::vector<Rows>> RunMayLag(const Scope& scope, const Batch& batch, const std::string& must_see,
                                      Cost* cost = nullptr);
  // A batch of one statement.
  Result<Rows> Query(const Scope& scope, const Statement& statement, std::vector<Param> params,
                     Cost* cost = nullptr, Batch::Mode mode = Batch::Mode::kReadOnly);

  // As Run, and behind it, in the same round trip, the rows of a statement that only reads, however many. At
  // most two streams are open at a time, so that they leave the pool to everybody else: beyond, and like
  // every error never tried again, kUnavailable.
  Result<Streamed> Stream(const Scope& scope, const Batch& batch, const Statement& statement,
                          const std::vector<Param>& params, Cost* cost = nullptr);

  [[nodiscard]] bool HasReplica() const { return replica_ != nullptr; }
  [[nodiscard]] PoolStats Stats() const { return pool_.Stats(); }

 private:
  struct Tried {
    Result<std::vector<Rows>> rows;
    Connection::Notes notes = {};
    bool was_lost = false;      // the connection
    bool kept_nothing = false;  // see Connection::HasKeptNothing
  };
  static Tried Try(Pool& pool, const Scope& scope, const Batch& batch, Cost* cost, bool wary,
                   const std::string& must_see);
  [[nodiscard]] bool IsWorthAnotherTry(const Tried& tried, Batch::Mode mode, int attempt) const;

  const monitoring::PoolMetrics metrics_;
  std::atomic<int> streams_{0};
  Pool pool_;
  const CommitHook on_commit_;
  const monitoring::PoolMetrics replica_metrics_;
  const std::unique_ptr<Replica> replica_;
};

}  // namespace dialix::store
