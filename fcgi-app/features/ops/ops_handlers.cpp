#include "features/ops/ops_handlers.h"

#include "features/endpoint/audit.h"
#include "features/ops/probes.h"

namespace dialix::features {
namespace {

http::Response NoStore(http::Response response) {
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<http::Response> HandleHealth(Call& call) {
  const monitoring::HealthReport report = call.services.health.Check();
  return NoStore(http::Response::Json(report.ToJson(), report.HttpStatus()));
}

Result<http::Response> HandleHealthDetailed(Call& call) {
  const monitoring::HealthReport report = call.services.health_detailed.Check();
  return NoStore(http::Response::Json(report.ToDetailedJson(DIALIX_VERSION, call.services.started_at),
                                      report.HttpStatus()));
}

Result<http::Response> HandleMetrics(Call& call) {
  std::vector<monitoring::ProbedFamily> probed;
  const auto queue = ReadQueueStats(call.services.db, &call.cost);
  probed.push_back({"dialix_database_up",
                    "1 when the database answered this scrape.",
                    "gauge",
                    {{{}, queue.ok() ? 1.0 : 0.0}}});
  if (queue) {
    probed.push_back({"dialix_jobs",
                      "Jobs by state.",
                      "gauge",
                      {{{{"state", "queued"}}, static_cast<double>(queue->queued)},
                       {{{"state", "running"}}, static_cast<double>(queue->running)}}});
    probed.push_back({"dialix_jobs_failed_last_hour",
                      "Jobs that failed for good within the last hour.",
                      "gauge",
                      {{{}, static_cast<double>(queue->failed_last_hour)}}});
    probed.push_back({"dialix_jobs_oldest_queued_seconds",
                      "Age of the oldest job that waits.",
                      "gauge",
                      {{{}, queue->oldest_queued_s}}});
  }
  http::Response response = http::Response::Text(call.services.metrics.Render(probed));
  response.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  return NoStore(std::move(response));
}

Result<http::Response> HandleResetMetrics(Call& call) {
  call.services.metrics.Reset();
  store::Batch batch(store::Batch::Mode::kReadWrite);
  AddAudit(batch, call, {"metrics.reset", "metrics", "", "", ""});
  DIALIX_TRY(auto rows, call.Run(batch));
  (void)rows;
  return http::Response::NoContent();
}

}  // namespace

void AppendOpsEndpoints(EndpointTable& table) {
  using http::Method;
  table.push_back({Method::kGet, "/health", Access::Public(), HandleHealth});
  table.push_back({Method::kGet, "/health/detailed", Access::Public(), HandleHealthDetailed});
  table.push_back({Method::kGet, "/metrics", Access::Public(), HandleMetrics});
  table.push_back({Method::kPost, "/metrics/reset",
                   Access::Needs(security::Permission::kAdmin, Access::Tenancy::kNone), HandleResetMetrics});
}

}  // namespace dialix::features
