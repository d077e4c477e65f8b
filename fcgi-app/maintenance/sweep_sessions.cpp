#include "maintenance/sweep_sessions.h"

namespace dialix::maintenance {
namespace {

constexpr int kAtOnce = 1000;
constexpr std::chrono::minutes kEvery{10};
constexpr store::Statement kSweep{"sweep_sessions",
                                  "SELECT sweep_sessions(make_interval(secs => $1::int), $2::integer)"};

}  // namespace

Task SweepSessions(store::Database& db, std::chrono::seconds session_idle) {
  Task task;
  task.name = "sweep_sessions";
  task.every = kEvery;
  task.run = [&db, session_idle]() -> Result<bool> {
    DIALIX_TRY(const auto rows, db.Query(store::Scope::None(), kSweep,
                                         {static_cast<std::int64_t>(session_idle.count()), kAtOnce}, nullptr,
                                         store::Batch::Mode::kReadWrite));
    return rows.Bool(0, 0);
  };
  return task;
}

}  // namespace dialix::maintenance
