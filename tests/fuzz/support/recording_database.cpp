// store::Database for fuzz targets, linked in place of the real one: whatever a handler asks, its parameters
// are looked at and the answer is that there is no database. No connection is ever opened.
#include "store/database.h"

#include <cstring>

#include "base/text.h"
#include "support/check.h"

namespace dialix::store {
namespace {

// What PostgreSQL's text format takes: UTF-8 without a NUL, at which libpq would cut the text.
void CheckParams(const Batch& batch) {
  for (const Batch::Item& item : batch.items()) {
    FUZZ_CHECK(item.statement->sql != nullptr && *item.statement->sql != '\0');
    for (const Param& param : item.params) {
      if (!param.text) continue;
      FUZZ_CHECK(IsValidUtf8(*param.text));
      FUZZ_CHECK(param.text->find('\0') == std::string::npos);
    }
  }
}

Error NoDatabase() {
  Error error = Fail(Error::Code::kUnavailable, "The database cannot be reached.", "fuzzing");
  error.slug = "database_unavailable";
  error.retry_after_s = 1;
  return error;
}

}  // namespace

Database::Database(PoolOptions options, CommitHook on_commit, const std::optional<ReplicaOptions>& replica)
    : metrics_(options.metrics), pool_(std::move(options)), on_commit_(std::move(on_commit)) {
  FUZZ_CHECK(!replica);
}

Result<std::vector<Rows>> Database::Run(const Scope&, const Batch& batch, Cost*) {
  CheckParams(batch);
  return NoDatabase();
}

Result<std::vector<Rows>> Database::RunMayLag(const Scope& scope, const Batch& batch, const std::string&,
                                              Cost* cost) {
  return Run(scope, batch, cost);
}

Result<Rows> Database::Query(const Scope& scope, const Statement& statement, std::vector<Param> params,
                             Cost* cost, Batch::Mode mode) {
  Batch batch(mode);
  batch.Add(statement, std::move(params));
  return Run(scope, batch, cost).error();
}

Result<Streamed> Database::Stream(const Scope& scope, const Batch& batch, const Statement& statement,
                                  const std::vector<Param>& params, Cost* cost) {
  Batch last;
  last.Add(statement, params);
  CheckParams(last);
  return Run(scope, batch, cost).error();
}

}  // namespace dialix::store
