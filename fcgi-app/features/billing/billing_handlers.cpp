#include "features/billing/billing_handlers.h"

#include "features/billing/billing_store.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

Result<http::Response> GetBalance(Call& call) {
  DIALIX_TRY(std::string body, billing::ReadBalance(call));
  return http::Response::Json(std::move(body));
}

Result<http::Response> ListTransactions(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "type", "start", "end"});
  billing::Filter filter;
  filter.limit = query.Limit();
  filter.type = query.OneOf("type", {"topup", "charge", "adjustment"});
  filter.days = ReadDays(query);
  if (const auto cursor = ReadCursor(query, {CursorPart::kTime, CursorPart::kUuid})) {
    filter.before_time = (*cursor)[0];
    filter.before_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, billing::List(call, filter));
  return http::Response::Json(PageJson(rows, filter.limit, 2));
}

}  // namespace

void AppendBillingEndpoints(EndpointTable& table) {
  using http::Method;
  using security::Permission;
  table.push_back({Method::kGet, "/api/v1/balance", Access::Needs(Permission::kViewAnalytics), GetBalance});
  table.push_back(
      {Method::kGet, "/api/v1/transactions", Access::Needs(Permission::kManageBilling), ListTransactions});
}

}  // namespace dialix::features
