#include "features/auth/session_store.h"

#include "base/text.h"
#include "base/uuid.h"
#include "features/auth/proof.h"
#include "features/auth/session_sql.h"
#include "features/endpoint/audit.h"
#include "security/token.h"

// A session as the API shows it, of rows of session; $n: the current one's id.
#define SESSION_JSON(row, current)                                                                           \
  "json_build_object('id', " #row ".id, 'current', " #row ".id = " current "::uuid, 'created_at', iso(" #row \
  ".created_at), 'last_seen_at', iso(" #row ".last_seen_at), 'expires_at', iso(" #row                        \
  ".expires_at), 'remote_addr', host(" #row                                                                  \
  ".remote_addr), "                                                                                          \
  "'user_agent', " #row ".user_agent)"

namespace dialix::features {
namespace {

using store::Statement;

constexpr Statement kList{
    "session_list",
    "SELECT " SESSION_JSON(s, "$2") "::text, s.id FROM session s WHERE s.account_id = $1::uuid AND s.expires_at > now() "
    "AND s.last_seen_at > now() - make_interval(secs => $3::int) AND ($4::uuid IS NULL OR s.id < $4) "
    "ORDER BY s.id DESC LIMIT $5::integer"};
constexpr Statement kEnd{
    "session_end",
    "WITH ended AS (DELETE FROM session s WHERE s.id = $2::uuid AND s.account_id = $3::uuid RETURNING s.*) "
    "SELECT note_activity($1::jsonb, ended.company_id, 'session.end', 'session', ended.id, " SESSION_JSON(
        ended, "$4") "::jsonb, NULL) FROM ended"};
constexpr Statement kEndOthers{"session_end_others",
                               "WITH ended AS (DELETE FROM session s WHERE s.account_id = $2::uuid AND s.id "
                               "<> $3::uuid RETURNING s.id), "
                               "counted AS (SELECT count(*) AS n FROM ended) "
                               "SELECT CASE WHEN n > 0 THEN note_activity($1::jsonb, $4::uuid, "
                               "'session.end_others', 'account', $2::uuid, NULL, "
                               "jsonb_build_object('sessions', n)) END FROM counted"};
constexpr Statement kDelete{"session_delete", "DELETE FROM session WHERE id = $1::uuid"};

}  // namespace

Result<store::Rows> ListSessions(Call& call, const std::optional<std::string>& before, int limit) {
  return call.Query(kList, {call.principal.account_id, call.principal.session_id,
                            call.services.config.session_idle_s, before, limit + 1});
}

Status EndSession(Call& call, const std::string& id) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kEnd, {AuditContext(call), id, call.principal.account_id, call.principal.session_id});
  AddProven(batch, call);
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (rows[0].empty()) return NotFound("session");
  return Ok();
}

Status EndOtherSessions(Call& call) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kEndOthers, {AuditContext(call), call.principal.account_id, call.principal.session_id,
                         store::NullIfEmpty(call.principal.company_id)});
  AddProven(batch, call);
  DIALIX_TRY(const auto rows, call.Change(batch));
  (void)rows;
  return Ok();
}

Status CloseSession(Call& call) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kDelete, {call.principal.session_id});
  AddAudit(batch, call, {"auth.logout", "session", call.principal.session_id, "", ""});
  DIALIX_TRY(auto rows, call.Change(batch));
  (void)rows;
  return Ok();
}

std::vector<store::Param> WithNewSession(const Call& call, const std::string& token,
                                         std::vector<store::Param> params) {
  params.emplace_back(NewUuid());
  params.push_back(store::Bytea(security::HashToken(token)));
  params.emplace_back(call.services.config.session_max_s);
  params.push_back(store::NullIfEmpty(call.request.remote_addr));
  params.emplace_back(ReplaceInvalidUtf8(call.request.Header("user-agent").substr(0, 300)));
  return params;
}

}  // namespace dialix::features
