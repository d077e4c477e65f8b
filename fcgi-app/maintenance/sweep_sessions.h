// Removes what ended by itself: sessions, quiet throttles, Idempotency-Keys (migration 0016).
#pragma once

#include <chrono>

#include "maintenance/scheduler.h"

namespace dialix::maintenance {

// `session_idle`: SESSION_IDLE. `db` outlives the task.
[[nodiscard]] Task SweepSessions(store::Database& db, std::chrono::seconds session_idle);

}  // namespace dialix::maintenance
