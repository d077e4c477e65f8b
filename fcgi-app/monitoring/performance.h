// PerformanceMonitor: writes one "slow_request" line for a request that took longer than it should, with
// where the time went. Holds a threshold and a logger; thread-safe.
#pragma once

#include <chrono>
#include <string_view>

#include "monitoring/logger.h"

namespace dialix::monitoring {

struct RequestTiming {
  std::string_view method;
  std::string_view route;
  int status = 0;
  std::chrono::nanoseconds total{};
  std::chrono::nanoseconds db{};
  int db_round_trips = 0;
};

class PerformanceMonitor {
 public:
  // A threshold of zero turns it off.
  PerformanceMonitor(StructuredLogger logger, std::chrono::milliseconds slow_after)
      : logger_(logger), slow_after_(slow_after) {}
  void Observe(const RequestTiming& timing) const noexcept;

 private:
  StructuredLogger logger_;
  std::chrono::milliseconds slow_after_;
};

}  // namespace dialix::monitoring
