#include "features/activity/activity_store.h"

// The start of a day in the company's calendar, as an instant; of UTC's without a company.
#define DAY_START(day)                                                                                  \
  "((" day                                                                                              \
  ")::timestamp AT TIME ZONE coalesce((SELECT z.timezone FROM company_settings z WHERE z.company_id = " \
  "$1::uuid), "                                                                                         \
  "'UTC'))"

// Whose entry it is; of somebody who was moved to another company and is out of sight, as they were called here.
#define WRITER                                                                                            \
  "coalesce(a.email, (SELECT t.email FROM account_transfer t WHERE t.account_id = l.account_id "          \
  "AND t.from_company_id = l.company_id ORDER BY t.created_at DESC, t.id DESC LIMIT 1))"

// Two statements, so that both are a range of idx_activity_log_created_at: "company_id = $1 OR …" would not
// be.
#define LOG_LIST(whose) \
  "SELECT json_build_object('id', l.id, 'account_id', l.account_id, 'account_email', " WRITER ", 'action', " \
  "l.action, "  \
  "'resource_type', l.resource_type, 'resource_id', l.resource_id, 'before', l.before, 'after', l.after, "           \
  "'remote_addr', host(l.remote_addr), 'request_id', l.request_id, 'created_at', iso(l.created_at))::text, "         \
  "to_char(l.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), l.id "                             \
  "FROM activity_log l LEFT JOIN account a ON a.id = l.account_id WHERE " whose                                      \
  " AND ($2::uuid IS NULL OR l.account_id = $2) AND ($3::text IS NULL OR l.action = $3) "                            \
  "AND ($4::text IS NULL OR l.resource_type = $4) AND ($5::text IS NULL OR l.resource_id = $5) "                     \
  "AND l.created_at >= coalesce(" DAY_START("$6::date") ", '-infinity') "                                            \
  "AND l.created_at < coalesce(" DAY_START("$7::date + 1") ", 'infinity') "                                          \
  "AND (l.created_at, l.id) < (coalesce($8::timestamptz, 'infinity'), "                                              \
  "coalesce($9::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) "                                               \
  "ORDER BY l.created_at DESC, l.id DESC LIMIT $10::integer"

namespace dialix::features::activity {
namespace {

constexpr store::Statement kListOfCompany{"activity_log_list", LOG_LIST("l.company_id = $1::uuid")};
constexpr store::Statement kListOfPlatform{"activity_log_list_platform",
                                           LOG_LIST("l.company_id IS NULL AND $1::uuid IS NULL")};

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  const bool platform = call.company_id.empty();
  call.may_lag = true;
  return call.Query(platform ? kListOfPlatform : kListOfCompany,
                    {platform ? store::Param(std::nullopt) : store::Param(call.company_id), filter.account_id,
                     filter.action, filter.resource_type, filter.resource_id, filter.days.start,
                     filter.days.end, filter.before_time, filter.before_id, filter.limit + 1});
}

}  // namespace dialix::features::activity
