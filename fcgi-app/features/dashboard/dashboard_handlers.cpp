#include "features/dashboard/dashboard_handlers.h"

#include "features/dashboard/dashboard_store.h"

namespace dialix::features {
namespace {

Result<http::Response> GetDashboard(Call& call) {
  QueryFields query(call.query, {"start", "end", "operator_id", "call_type"});
  dashboard::Filter filter;
  filter.days = ReadDays(query);
  filter.operator_id = query.Uuid("operator_id");
  filter.call_type = query.OneOf("call_type", {"inbound", "outbound", "internal"});
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(std::string body, dashboard::Read(call, filter));
  return http::Response::Json(std::move(body));
}

}  // namespace

void AppendDashboardEndpoints(EndpointTable& table) {
  table.push_back({http::Method::kGet, "/api/v1/dashboard",
                   Access::Needs(security::Permission::kViewAnalytics), GetDashboard});
}

}  // namespace dialix::features
