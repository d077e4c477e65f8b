// The FastCGI adapter: the only caller of FCGX_*. Turns a FastCGI request into an http::Request, hands it to
// the handler, and writes the http::Response, with the request id, Server-Timing, access line, metrics and
// slot stage. One ServeLoop per thread; everything it is given must outlive it. Nothing a client or a handler
// does ends the loop: a broken request is answered or dropped, an exception becomes a logged 500. FastCGI 1.0
// specification.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"
#include "monitoring/logger.h"
#include "monitoring/metric_set.h"
#include "monitoring/performance.h"
#include "monitoring/slot.h"

namespace dialix::http {

// What the handler tells about a request besides its response: for the access line, Server-Timing and
// metrics.
struct RequestTrace {
  std::size_t route = monitoring::HttpMetrics::kUnmatched;  // index in the list HttpMetrics was made with
  std::string route_pattern;
  std::string user_id;
  std::string company_id;
  int db_round_trips = 0;
  std::chrono::nanoseconds db_time{};
  std::string cache = "off";  // hit | miss | bypass | off
  std::string error_detail;   // Error::internal_detail of a failed request: access line only
};

using Handler = std::function<Response(Request& request, RequestTrace& trace)>;

struct ServeOptions {
  std::chrono::milliseconds request_timeout{60000};  // becomes Request::deadline
  std::chrono::milliseconds read_timeout{20000};     // longest silence of a peer that owes us bytes
  std::chrono::milliseconds write_timeout{20000};    // longest time a peer takes no bytes
  std::chrono::milliseconds drain_linger{
      500};  // after stop: how long a kept connection may bring a last request
  std::int64_t max_body_bytes = 540LL * 1024 * 1024;  // a longer body is refused with 413 before the handler
  std::int64_t max_discard_bytes =
      1024LL * 1024;                     // unread body up to this is read away; beyond, the connection closes
  std::size_t max_header_bytes = 16000;  // nginx fails past fastcgi_buffer_size (32k here)
};

struct ServeContext {
  int listen_fd = -1;
  int stop_fd = -1;
  monitoring::Slot& slot;
  const ServeOptions& options;
  const Handler& handler;
  const monitoring::StructuredLogger& logger;
  const monitoring::MetricSet& metrics;
  const monitoring::PerformanceMonitor& performance;
};

// Once in every worker, after fork and before ServeLoop.
[[nodiscard]] Status InitFastCgi();

// Serves until stop_fd is readable, then ends after the request in hand (and, on a kept connection, after the
// one that may already be under way).
void ServeLoop(const ServeContext& context);

}  // namespace dialix::http
