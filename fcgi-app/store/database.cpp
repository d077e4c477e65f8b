#include "store/database.h"

#include "store/sql_error.h"

namespace dialix::store {
namespace {

constexpr int kMaxTries = 3;
constexpr int kMaxStreams = 2;

void Count(Cost* cost, int round_trips, Connection::Clock::time_point started) {
  if (cost == nullptr) return;
  cost->round_trips += round_trips;
  cost->microseconds +=
      std::chrono::duration_cast<std::chrono::microseconds>(Connection::Clock::now() - started).count();
}

}  // namespace

Database::Database(PoolOptions options, CommitHook on_commit, const std::optional<ReplicaOptions>& replica)
    : metrics_(options.metrics),
      pool_(std::move(options)),
      on_commit_(std::move(on_commit)),
      replica_metrics_(replica ? replica->pool.metrics : monitoring::PoolMetrics()),
      replica_(replica ? std::make_unique<Replica>(*replica) : nullptr) {}

// A batch is all or nothing, so one that PostgreSQL gave up for another's sake is run again. One whose
// connection died is too, unless it would do harm twice and may have been committed.
bool Database::IsWorthAnotherTry(const Tried& tried, Batch::Mode mode, int attempt) const {
  if (tried.was_lost) return attempt == 1 && (tried.kept_nothing || mode != Batch::Mode::kReadWrite);
  return tried.rows.error().slug == kTransactionConflict && attempt < kMaxTries;
}

Result<std::vector<Rows>> Database::Run(const Scope& scope, const Batch& batch, Cost* cost) {
  bool has_lost = false;
  for (int attempt = 1;; ++attempt) {
    Tried tried = Try(pool_, scope, batch, cost, has_lost, {});
    if (tried.rows) {
      if (!tried.notes.changes.empty() && on_commit_) on_commit_(tried.notes.changes);
      if (cost != nullptr && !tried.notes.transaction.empty())
        cost->wrote = std::move(tried.notes.transaction);
      return std::move(tried.rows);
    }
    if (tried.was_lost) pool_.DropIdle();
    if (!IsWorthAnotherTry(tried, batch.mode(), attempt)) return std::move(tried.rows);
    has_lost = has_lost || tried.was_lost;
    metrics_.retries.Add();
  }
}

Result<std::vector<Rows>> Database::RunMayLag(const Scope& scope, const Batch& batch,
                                              const std::string& must_see, Cost* cost) {
  if (!replica_ || !replica_->IsUsable() || batch.mode() != Batch::Mode::kReadOnly)
    return Run(scope, batch, cost);
  Tried tried = Try(replica_->pool(), scope, batch, cost, false, must_see);
  if (tried.rows) return std::move(tried.rows);
  if (tried.was_lost || tried.rows.error().slug == kUnreachable) replica_->Suspend();
  replica_metrics_.retries.Add();
  return Run(scope, batch, cost);
}

Database::Tried Database::Try(Pool& pool, const Scope& scope, const Batch& batch, Cost* cost, bool wary,
                              const std::string& must_see) {
  const auto started = Connection::Clock::now();
  auto lease = pool.Acquire(wary);
  if (!lease) return {std::move(lease).error()};
  Connection& connection = **lease;
  const int before = connection.round_trips();
  Connection::Notes notes;
  auto rows = connection.Run(scope, batch, &notes, must_see);
  Count(cost, connection.round_trips() - before, started);
  return {std::move(rows), std::move(notes), connection.IsBroken(), connection.HasKeptNothing()};
}

Result<Streamed> Database::Stream(const Scope& scope, const Batch& batch, const Statement& statement,
                                  const std::vector<Param>& params, Cost* cost) {
  const auto started = Connection::Clock::now();
  if (++streams_ > kMaxStreams) {
    --streams_;
    Error busy = Fail(Error::Code::kUnavailable, "Other exports are under way. Try again in a moment.");
    busy.retry_after_s = 5;
    return busy;
  }
  auto lease = pool_.Acquire();
  if (!lease) {
    --streams_;
    return std::move(lease).error();
  }
  auto stream = std::make_unique<RowStream>(std::move(lease).value(), streams_);
  Connection::Notes notes;
  auto rows = stream->connection().RunAndStream(scope, batch, statement, params, &notes);
  Count(cost, 1, started);
  if (!rows) return std::move(rows).error();
  if (!notes.changes.empty() && on_commit_) on_commit_(notes.changes);
  if (cost != nullptr && !notes.transaction.empty()) cost->wrote = std::move(notes.transaction);
  return Streamed{std::move(rows).value(), std::move(stream)};
}

Result<Rows> Database::Query(const Scope& scope, const Statement& statement, std::vector<Param> params,
                             Cost* cost, Batch::Mode mode) {
  Batch batch(mode);
  batch.Add(statement, std::move(params));
  DIALIX_TRY(auto rows, Run(scope, batch, cost));
  return std::move(rows.front());
}

}  // namespace dialix::store
