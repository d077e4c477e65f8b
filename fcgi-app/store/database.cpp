#include "store/database.h"

#include "store/sql_error.h"

namespace dialix::store {
namespace {

constexpr int kMaxTries = 3;

// A batch is all or nothing, so one that PostgreSQL gave up for another's sake is run again; one whose
// connection died only if it does no harm twice, for a commit may have been reached.
bool IsWorthAnotherTry(const Error& error, bool connection_lost, Batch::Mode mode, int attempt) {
  if (connection_lost) return mode != Batch::Mode::kReadWrite && attempt == 1;
  return error.slug == kTransactionConflict && attempt < kMaxTries;
}

}  // namespace

Result<std::vector<Rows>> Database::Run(const Scope& scope, const Batch& batch, Cost* cost) {
  for (int attempt = 1;; ++attempt) {
    std::string changes;
    bool connection_lost = false;
    auto rows = RunOnce(scope, batch, cost, changes, connection_lost);
    if (rows && !changes.empty() && on_commit_) on_commit_(changes);
    if (rows || !IsWorthAnotherTry(rows.error(), connection_lost, batch.mode(), attempt)) return rows;
  }
}

Result<std::vector<Rows>> Database::RunOnce(const Scope& scope, const Batch& batch, Cost* cost,
                                            std::string& changes, bool& connection_lost) {
  const auto started = Connection::Clock::now();
  DIALIX_TRY(auto lease, pool_.Acquire());
  const int before = lease->round_trips();
  auto rows = lease->Run(scope, batch, &changes);
  if (cost != nullptr) {
    cost->round_trips += lease->round_trips() - before;
    cost->microseconds +=
        std::chrono::duration_cast<std::chrono::microseconds>(Connection::Clock::now() - started).count();
  }
  connection_lost = lease->IsBroken();
  return rows;
}

Result<Rows> Database::Query(const Scope& scope, const Statement& statement, std::vector<Param> params,
                             Cost* cost, Batch::Mode mode) {
  Batch batch(mode);
  batch.Add(statement, std::move(params));
  DIALIX_TRY(auto rows, Run(scope, batch, cost));
  return std::move(rows.front());
}

}  // namespace dialix::store
