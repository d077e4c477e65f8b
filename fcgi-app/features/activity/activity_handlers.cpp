#include "features/activity/activity_handlers.h"

#include "base/text.h"
#include "features/activity/activity_store.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

Result<http::Response> ListActivityLogs(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "account_id", "action", "resource_type", "resource_id",
                                 "start", "end"});
  activity::Filter filter;
  filter.limit = query.Limit();
  filter.account_id = query.Uuid("account_id");
  // Entries speak of calls: an operator who may see the log sees what they did themselves.
  if (call.principal.OnlyOperator()) {
    const std::string& own = call.principal.account_id;
    filter.account_id =
        !filter.account_id || ToLowerAscii(*filter.account_id) == own ? own : security::kNobodysCalls;
  }
  filter.action = query.Text("action", 1, 64);
  filter.resource_type = query.Text("resource_type", 1, 64);
  filter.resource_id = query.Uuid("resource_id");
  filter.days = ReadDays(query);
  if (const auto cursor = ReadCursor(query, {CursorPart::kTime, CursorPart::kUuid})) {
    filter.before_time = (*cursor)[0];
    filter.before_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, activity::List(call, filter));
  return http::Response::Json(PageJson(rows, filter.limit, 2));
}

}  // namespace

void AppendActivityEndpoints(EndpointTable& table) {
  const Access view = Access::Needs(security::Permission::kViewAudit, Access::Tenancy::kOptional);
  table.push_back({http::Method::kGet, "/api/v1/activity-logs", view, ListActivityLogs});
}

}  // namespace dialix::features
