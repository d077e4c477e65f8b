#include "monitoring/performance.h"

namespace dialix::monitoring {

void PerformanceMonitor::Observe(const RequestTiming& timing) const noexcept {
  if (slow_after_.count() == 0 || timing.total < slow_after_) return;
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto total = duration_cast<milliseconds>(timing.total);
  const auto db = duration_cast<milliseconds>(timing.db);
  logger_.Warn("slow_request", {{"method", timing.method},
                                {"route", timing.route},
                                {"status", timing.status},
                                {"ms", total.count()},
                                {"db_ms", db.count()},
                                {"db_round_trips", timing.db_round_trips},
                                {"threshold_ms", slow_after_.count()}});
}

}  // namespace dialix::monitoring
