// The families Dialix counts, registered once before fork and handed by reference to whoever counts.
// Plain handles: copyable, thread-safe, process-shared; a default-made set counts nothing.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics.h"
#include "monitoring/password_metrics.h"
#include "monitoring/pool_metrics.h"

namespace dialix::monitoring {

struct RouteLabel {
  std::string method;   // "GET"
  std::string pattern;  // "/api/v1/records/{id}"
};

// Per route: requests by status class and their latency.
class HttpMetrics {
 public:
  static constexpr std::size_t kUnmatched =
      static_cast<std::size_t>(-1);  // no route: 404, 405, broken requests

  HttpMetrics() = default;
  HttpMetrics(MetricsCollector& collector, const std::vector<RouteLabel>& routes);
  // Counts one finished request. `route` is the index in `routes`, or kUnmatched.
  void Observe(std::size_t route, int status, std::chrono::nanoseconds duration) const noexcept;

 private:
  struct PerRoute {
    Counter by_class[5];  // 1xx … 5xx
    Histogram latency;
  };
  std::vector<PerRoute> routes_;  // the last one is "unmatched"
};

struct MetricSet {
  MetricSet() = default;
  MetricSet(MetricsCollector& collector, const std::vector<RouteLabel>& routes);

  HttpMetrics http;
  Counter http_exceptions;     // caught at the worker's rim
  Counter http_client_aborts;  // hung up or too slow while the body was read
  Counter upload_bytes;

  Counter db_round_trips;
  Counter db_errors;
  PoolMetrics db_pool;
  PoolMetrics db_replica_pool;
  Histogram db_round_trip;

  Counter cache_hits;
  Counter cache_misses;
  Counter cache_waits;     // another thread or process computed it meanwhile
  Counter cache_bypasses;  // the cache is off or was skipped on purpose
  Counter cache_ahead;     // computed because the data changed, before anybody asked
  Counter cache_errors;    // Redis failed; the truth was read instead

  PasswordMetrics passwords;

  Counter process_restarts;  // a worker that ended without being asked to
  Counter process_watchdog_kills;
  Counter process_reloads;
};

}  // namespace dialix::monitoring
