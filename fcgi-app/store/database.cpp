#include "store/database.h"

namespace dialix::store {

Result<std::vector<Rows>> Database::Run(const Scope& scope, const Batch& batch, Cost* cost) {
  const auto started = Connection::Clock::now();
  for (int attempt = 0;; ++attempt) {
    auto lease = pool_.Acquire();
    if (!lease) return std::move(lease).error();
    const int before = (*lease)->round_trips();
    auto rows = (*lease)->Run(scope, batch);
    if (cost != nullptr) {
      cost->round_trips += (*lease)->round_trips() - before;
      cost->microseconds +=
          std::chrono::duration_cast<std::chrono::microseconds>(Connection::Clock::now() - started).count();
    }
    const bool lost = !rows.ok() && (*lease)->IsBroken();
    if (!lost || batch.mode() != Batch::Mode::kReadOnly || attempt > 0) return rows;
  }
}

Result<Rows> Database::Query(const Scope& scope, const Statement& statement, std::vector<Param> params,
                             Cost* cost, Batch::Mode mode) {
  Batch batch(mode);
  batch.Add(statement, std::move(params));
  DIALIX_TRY(auto rows, Run(scope, batch, cost));
  return std::move(rows.front());
}

}  // namespace dialix::store
