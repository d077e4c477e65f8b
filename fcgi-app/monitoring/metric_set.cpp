#include "monitoring/metric_set.h"

#include <algorithm>

namespace dialix::monitoring {

HttpMetrics::HttpMetrics(MetricsCollector& collector, const std::vector<RouteLabel>& routes) {
  static constexpr const char* kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  std::vector<RouteLabel> all = routes;
  all.push_back({"any", "unmatched"});
  for (const RouteLabel& route : all) {
    PerRoute cells;
    const Labels labels = {{"method", route.method}, {"route", route.pattern}};
    for (std::size_t i = 0; i < 5; ++i) {
      Labels with_class = labels;
      with_class.emplace_back("status", kClasses[i]);
      cells.by_class[i] =
          collector.AddCounter("dialix_http_requests_total", "Finished HTTP requests.", with_class);
    }
    cells.latency = collector.AddHistogram("dialix_http_request_duration_seconds",
                                           "From the request's first byte to the response's last.", labels);
    routes_.push_back(cells);
  }
}

void HttpMetrics::Observe(std::size_t route, int status, std::chrono::nanoseconds duration) const noexcept {
  if (routes_.empty()) return;
  const PerRoute& cells = routes_[std::min(route, routes_.size() - 1)];
  cells.by_class[std::clamp(status / 100, 1, 5) - 1].Add();
  cells.latency.Observe(duration);
}

MetricSet::MetricSet(MetricsCollector& c, const std::vector<RouteLabel>& routes)
    : http(c, routes),
      http_exceptions(c.AddCounter("dialix_http_exceptions_total", "Exceptions caught at a worker's rim.")),
      http_client_aborts(
          c.AddCounter("dialix_http_client_aborts_total", "Clients that hung up or were too slow.")),
      upload_bytes(c.AddCounter("dialix_upload_bytes_total", "Bytes of recordings taken in.")),
      db_round_trips(c.AddCounter("dialix_db_round_trips_total", "Round trips to PostgreSQL.")),
      db_errors(c.AddCounter("dialix_db_errors_total", "Queries and connections that failed.")),
      db_pool(c, "primary"),
      db_replica_pool(c, "replica"),
      db_round_trip(c.AddHistogram("dialix_db_round_trip_seconds", "One round trip to PostgreSQL.")),
      cache_hits(
          c.AddCounter("dialix_cache_requests_total", "Cache look-ups by outcome.", {{"outcome", "hit"}})),
      cache_misses(c.AddCounter("dialix_cache_requests_total", "", {{"outcome", "miss"}})),
      cache_waits(c.AddCounter("dialix_cache_requests_total", "", {{"outcome", "wait"}})),
      cache_bypasses(c.AddCounter("dialix_cache_requests_total", "", {{"outcome", "bypass"}})),
      cache_ahead(c.AddCounter("dialix_cache_refreshes_total",
                               "Answers computed anew because their data changed, before anybody asked.")),
      cache_errors(c.AddCounter("dialix_cache_requests_total", "", {{"outcome", "error"}})),
      passwords(c),
      process_restarts(
          c.AddCounter("dialix_process_restarts_total", "Workers that ended without being told to.")),
      process_watchdog_kills(c.AddCounter("dialix_process_watchdog_kills_total",
                                          "Workers replaced because a request was stuck.")),
      process_reloads(c.AddCounter("dialix_process_reloads_total", "Rolling restarts asked for by SIGHUP.")) {
}

}  // namespace dialix::monitoring
