#include <optional>
#include <utility>

#include "store/connection.h"
#include "store/sql_error.h"

namespace dialix::store {

Result<std::vector<Rows>> Connection::RunAndStream(const Scope& scope, const Batch& batch,
                                                   const Statement& statement,
                                                   const std::vector<Param>& params, Notes* notes) {
  has_kept_nothing_ = true;
  if (!LooksAlive()) {
    is_lost_ = true;
    return ConnectionError("closed by the server while it was idle");
  }
  std::vector<Sent> sent;
  std::vector<Sent> streamed;
  if (!Send(scope, batch, {}, sent) || !SendScope(scope, true, streamed) ||
      !SendOne(statement, params, streamed) || PQpipelineSync(connection_.get()) != 1) {
    return ConnectionError(PQerrorMessage(connection_.get()));
  }
  ++round_trips_;
  has_kept_nothing_ = false;
  DIALIX_TRY(auto rows, Collect(sent, false));
  // Where this fails, the connection is in pipeline mode still, so nobody uses it again.
  streamed.pop_back();  // the statement itself
  for (const Sent& item : streamed) {
    const ResultPtr result(PQgetResult(connection_.get()));
    if (!result) return ConnectionError(PQerrorMessage(connection_.get()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
      return SqlError(result.get(), item.statement->name);
    const ResultPtr end(PQgetResult(connection_.get()));
  }
  if (PQsetSingleRowMode(connection_.get()) != 1) return Internal("libpq gives no rows one by one");
  rows.erase(rows.begin());  // the scope's own
  if (batch.mode() == Batch::Mode::kReadOnly) return rows;
  if (notes != nullptr) *notes = {rows.back().String(0, 0), rows.back().String(0, 1)};
  rows.pop_back();
  return rows;
}

Result<std::optional<Rows>> Connection::NextOfStream() {
  ResultPtr result(PQgetResult(connection_.get()));
  if (!result) return ConnectionError(PQerrorMessage(connection_.get()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_SINGLE_TUPLE) return std::optional(Rows(std::move(result)));
  if (status != PGRES_TUPLES_OK) return SqlError(result.get(), "stream");
  const ResultPtr end(PQgetResult(connection_.get()));
  const ResultPtr sync(PQgetResult(connection_.get()));
  if (!sync || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC ||
      PQexitPipelineMode(connection_.get()) != 1) {
    return ConnectionError(PQerrorMessage(connection_.get()));
  }
  return std::optional<Rows>();
}

}  // namespace dialix::store
