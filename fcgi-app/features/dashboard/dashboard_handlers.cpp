#include "features/dashboard/dashboard_handlers.h"

#include "base/text.h"
#include "features/dashboard/dashboard_store.h"
#include "features/endpoint/cached_json.h"

namespace dialix::features {
namespace {

Result<http::Response> GetDashboard(Call& call) {
  QueryFields query(call.query, {"start", "end", "operator_id", "call_type"});
  dashboard::Filter filter;
  filter.days = ReadDays(query);
  filter.operator_id = query.Uuid("operator_id");
  filter.call_type = query.OneOf("call_type", {"inbound", "outbound", "internal"});
  if (!query.ok()) return query.TakeError();
  // An operator's page is about their own calls; about another's it is empty.
  if (const auto own = call.principal.OnlyOperator(); own) {
    filter.operator_id =
        !filter.operator_id || ToLowerAscii(*filter.operator_id) == *own ? *own : security::kNobodysCalls;
  }
  auto key = KeyOf(call, "dashboard");
  key.Add(filter.days.start).Add(filter.days.end).Add(filter.operator_id).Add(filter.call_type);
  CachePolicy policy;
  policy.until_midnight = !filter.days.end;  // the last day is then today
  return CachedJson(
      call, std::move(key), [&] { return dashboard::Read(call, filter); }, policy);
}

}  // namespace

void AppendDashboardEndpoints(EndpointTable& table) {
  using cache::Kind;
  table.push_back({http::Method::kGet,
                   "/api/v1/dashboard",
                   Access::Needs(security::Permission::kViewAnalytics),
                   GetDashboard,
                   {Kind::kFigures, Kind::kOperators, Kind::kSettings}});
}

}  // namespace dialix::features
