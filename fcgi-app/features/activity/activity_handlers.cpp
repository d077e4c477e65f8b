#include "features/activity/activity_handlers.h"

#include <arpa/inet.h>

#include "base/text.h"
#include "features/activity/activity_store.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

// "10.0.0.7", "10.0.0.0/8", "2001:db8::/32": PostgreSQL reads it, so it must be one.
bool IsNetwork(std::string_view text) {
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  unsigned char bytes[16];
  const bool four = inet_pton(AF_INET, address.c_str(), bytes) == 1;
  if (!four && inet_pton(AF_INET6, address.c_str(), bytes) != 1) return false;
  if (slash == std::string_view::npos) return true;
  const auto bits = ParseInt(text.substr(slash + 1));
  return bits && *bits >= 0 && *bits <= (four ? 32 : 128);
}

activity::Filter ReadFilter(QueryFields& query, const security::Principal& principal) {
  activity::Filter filter;
  filter.account_id = query.Uuid("account_id");
  // Entries speak of calls: an operator who may see the log sees what they did themselves.
  if (principal.OnlyOperator()) {
    const std::string& own = principal.account_id;
    filter.account_id =
        !filter.account_id || ToLowerAscii(*filter.account_id) == own ? own : security::kNobodysCalls;
  }
  filter.action = query.Text("action", 1, 64);
  filter.resource_type = query.Text("resource_type", 1, 64);
  filter.resource_id = query.Uuid("resource_id");
  filter.remote_addr = query.Text("remote_addr", 1, 64);
  if (filter.remote_addr && !IsNetwork(*filter.remote_addr))
    query.Add("remote_addr", "format", "must be an address, or a network such as 10.0.0.0/8");
  filter.request_id = query.Text("request_id", 1, 64);
  filter.days = ReadDays(query);
  return filter;
}

Result<http::Response> ListActivityLogs(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "account_id", "action", "resource_type", "resource_id",
                                 "remote_addr", "request_id", "start", "end"});
  activity::Filter filter = ReadFilter(query, call.principal);
  filter.limit = query.Limit();
  if (const auto cursor = ReadCursor(query, {CursorPart::kTime, CursorPart::kUuid})) {
    filter.before_time = (*cursor)[0];
    filter.before_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, activity::List(call, filter));
  return http::Response::Json(PageJson(rows, filter.limit, 2));
}

Result<http::Response> ExportActivityLogs(Call& call) {
  QueryFields query(call.query, {"separator", "account_id", "action", "resource_type", "resource_id",
                                 "remote_addr", "request_id", "start", "end"});
  const activity::Filter filter = ReadFilter(query, call.principal);
  const char separator = ReadSeparator(query);
  if (!query.ok()) return query.TakeError();
  return activity::Export(call, filter, separator);
}

}  // namespace

void AppendActivityEndpoints(EndpointTable& table) {
  const Access view = Access::Needs(security::Permission::kViewAudit, Access::Tenancy::kOptional);
  table.push_back({http::Method::kGet, "/api/v1/activity-logs", view, ListActivityLogs});
  table.push_back({http::Method::kGet, "/api/v1/activity-logs/export.csv", view, ExportActivityLogs});
}

}  // namespace dialix::features
