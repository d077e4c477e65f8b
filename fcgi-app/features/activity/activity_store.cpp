#include "features/activity/activity_store.h"

#include "base/uuid.h"
#include "features/endpoint/audit.h"

// The start of a day in the company's calendar, as an instant; of UTC's without a company.
#define DAY_START(day)                                                                                  \
  "((" day                                                                                              \
  ")::timestamp AT TIME ZONE coalesce((SELECT z.timezone FROM company_settings z WHERE z.company_id = " \
  "$1::uuid), 'UTC'))"

// The entries that match, newest first. Two of each statement, so that both are a range of an index:
// "company_id = $1 OR …" would not be.
#define LOG_MATCH(whose) \
  " WHERE " whose                                                                                   \
  " AND ($2::uuid IS NULL OR l.account_id = $2) "                                                   \
  "AND ($3::text IS NULL OR l.action = $3 OR starts_with(l.action, $3 || '.')) "                    \
  "AND ($4::text IS NULL OR l.resource_type = $4) AND ($5::text IS NULL OR l.resource_id = $5) "    \
  "AND ($6::inet IS NULL OR l.remote_addr <<= $6) AND ($7::text IS NULL OR l.request_id = $7) "     \
  "AND l.created_at >= coalesce(" DAY_START("$8::date") ", '-infinity') "                           \
  "AND l.created_at < coalesce(" DAY_START("$9::date + 1") ", 'infinity') "
#define LOG_ORDER "ORDER BY l.created_at DESC, l.id DESC "
#define OF_COMPANY "l.company_id = $1::uuid"
#define OF_ALL "$1::uuid IS NULL"

#define LOG_NAMES                                                                                  \
  " FROM activity_log l LEFT JOIN account a ON a.id = l.account_id LEFT JOIN company c ON c.id = " \
  "l.company_id"

// Whose entry it is; of somebody who was moved to another company and is out of sight, as they were called
// here.
#define WRITER                                                                                   \
  "coalesce(a.email, (SELECT t.email FROM account_transfer t WHERE t.account_id = l.account_id " \
  "AND t.from_company_id = l.company_id ORDER BY t.created_at DESC, t.id DESC LIMIT 1))"

#define LOG_LIST(whose) \
  "SELECT json_build_object('id', l.id, 'company_id', l.company_id, 'company_name', c.name, "         \
  "'account_id', l.account_id, 'account_email', " WRITER ", 'account_name', a.name, 'action', l.action, " \
  "'resource_type', l.resource_type, 'resource_id', l.resource_id, 'before', l.before, 'after', "     \
  "l.after, 'remote_addr', host(l.remote_addr), 'user_agent', l.user_agent, 'request_id', "           \
  "l.request_id, 'created_at', iso(l.created_at))::text, to_char(l.created_at AT TIME ZONE 'UTC', "   \
  "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), l.id" LOG_NAMES LOG_MATCH(whose)                             \
  "AND (l.created_at, l.id) < (coalesce($10::timestamptz, 'infinity'), "                              \
  "coalesce($11::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) " LOG_ORDER "LIMIT $12::integer"

// $10: at most so many. $11, $12: the entry that notes the export.
#define LOG_COUNT(whose)                                                                                   \
  "WITH found AS (SELECT count(*) AS n FROM (SELECT l.id FROM activity_log l" LOG_MATCH(whose) LOG_ORDER   \
      "LIMIT $10::integer + 1) AS matching) "                                                              \
      "SELECT n, CASE WHEN n <= $10::integer THEN note_activity($11::jsonb, $1::uuid, 'activity.export', " \
      "'activity_log', NULL, NULL, $12::jsonb || jsonb_build_object('rows', n)) END FROM found"
// $10: at most so many. $11: the id of that entry.
#define LOG_EXPORT(whose)                                                                                   \
  "SELECT iso(l.created_at), l.id, c.name, " WRITER                                                         \
  ", a.name, l.account_id, l.action, l.resource_type, "                                                     \
  "l.resource_id, l.before::text, l.after::text, host(l.remote_addr), l.user_agent, l.request_id" LOG_NAMES \
  LOG_MATCH(                                                                                                \
      whose) "AND EXISTS (SELECT FROM activity_log WHERE id = $11::uuid) AND l.id <> $11::uuid " LOG_ORDER  \
             "LIMIT $10::integer"

namespace dialix::features::activity {
namespace {

using store::Statement;

constexpr Statement kListOfCompany{"activity_log_list", LOG_LIST(OF_COMPANY)};
constexpr Statement kListOfAll{"activity_log_list_all", LOG_LIST(OF_ALL)};
constexpr Statement kCountOfCompany{"activity_log_note_export", LOG_COUNT(OF_COMPANY)};
constexpr Statement kCountOfAll{"activity_log_note_export_all", LOG_COUNT(OF_ALL)};
constexpr Statement kExportOfCompany{"activity_log_export", LOG_EXPORT(OF_COMPANY)};
constexpr Statement kExportOfAll{"activity_log_export_all", LOG_EXPORT(OF_ALL)};

std::vector<store::Param> Params(const Call& call, const Filter& filter) {
  return {store::NullIfEmpty(call.company_id),
          filter.account_id,
          filter.action,
          filter.resource_type,
          filter.resource_id,
          filter.remote_addr,
          filter.request_id,
          filter.days.start,
          filter.days.end};
}

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  call.may_lag = true;
  std::vector<store::Param> params = Params(call, filter);
  params.insert(params.end(), {filter.before_time, filter.before_id, filter.limit + 1});
  return call.Query(call.company_id.empty() ? kListOfAll : kListOfCompany, std::move(params));
}

Result<http::Response> Export(Call& call, const Filter& filter, char separator) {
  const bool all = call.company_id.empty();
  const std::string entry = NewUuid();
  std::vector<store::Param> params = Params(call, filter);
  params.emplace_back(kMaxExportRows);
  std::vector<store::Param> note = params;
  note.insert(note.end(), {AuditContext(call, entry), ExportedFilter(call)});
  params.emplace_back(entry);
  return ExportCsv(call, {"dialix-activity",
                          {{"created_at"},
                           {"id"},
                           {"company"},
                           {"account_email"},
                           {"account_name"},
                           {"account_id"},
                           {"action"},
                           {"resource_type"},
                           {"resource_id"},
                           {"before"},
                           {"after"},
                           {"remote_addr"},
                           {"user_agent"},
                           {"request_id"}},
                          separator,
                          all ? kCountOfAll : kCountOfCompany,
                          std::move(note),
                          all ? kExportOfAll : kExportOfCompany,
                          std::move(params)});
}

}  // namespace dialix::features::activity
