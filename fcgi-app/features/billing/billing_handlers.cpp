#include "features/billing/billing_handlers.h"

#include "features/billing/billing_store.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

Result<http::Response> GetBalance(Call& call) {
  return CachedJson(call, KeyOf(call, "balance"), [&]() -> Result<std::string> {
    DIALIX_TRY(billing::Balance balance, billing::ReadBalance(call));
    if (balance.shared) DoNotKeep(call);
    return std::move(balance.json);
  });
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
  auto key = KeyOf(call, "transactions");
  key.Add(filter.limit).Add(filter.type).Add(filter.days.start).Add(filter.days.end);
  key.Add(filter.before_time).Add(filter.before_id).Add(call.principal.OnlyOperator());
  return CachedJson(call, std::move(key), [&]() -> Result<std::string> {
    DIALIX_TRY(const store::Rows rows, billing::List(call, filter));
    return PageJson(rows, filter.limit, 2);
  });
}

}  // namespace

void AppendBillingEndpoints(EndpointTable& table) {
  using cache::Kind;
  using http::Method;
  using security::Permission;
  table.push_back({Method::kGet,
                   "/api/v1/balance",
                   Access::Needs(Permission::kViewAnalytics),
                   GetBalance,
                   {Kind::kBilling, Kind::kAccess}});
  table.push_back({Method::kGet,
                   "/api/v1/transactions",
                   Access::Needs(Permission::kManageBilling),
                   ListTransactions,
                   {Kind::kBilling, Kind::kSettings, Kind::kRecords}});
}

}  // namespace dialix::features
