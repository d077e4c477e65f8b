#include "features/auth/session_store.h"

#include "base/text.h"
#include "base/uuid.h"
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
constexpr Statement kDeleteAll{"session_delete_all", "DELETE FROM session WHERE account_id = $1::uuid"};
constexpr Statement kInsert{
    "session_insert",
    "INSERT INTO session (id, account_id, company_id, token_hash, expires_at, remote_addr, user_agent) "
    "VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bytea, now() + make_interval(secs => $5::int), $6::inet, "
    "$7::text)"};

}  // namespace

Result<store::Rows> ListSessions(Call& call, const std::optional<std::string>& before, int limit) {
  return call.Query(kList, {call.principal.account_id, call.principal.session_id,
                            call.services.config.session_idle_s, before, limit + 1});
}

Status EndSession(Call& call, const std::string& id) {
  DIALIX_TRY(const auto rows, call.Change(kEnd, {AuditContext(call), id, call.principal.account_id,
                                                 call.principal.session_id}));
  if (rows.empty()) return NotFound("session");
  return Ok();
}

Status EndOtherSessions(Call& call) {
  DIALIX_TRY(const auto rows, call.Change(kEndOthers, {AuditContext(call), call.principal.account_id,
                                                       call.principal.session_id,
                                                       store::NullIfEmpty(call.principal.company_id)}));
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

void AddNewSession(store::Batch& batch, const Call& call, const std::string& token) {
  batch.Add(kDeleteAll, {call.principal.account_id});
  batch.Add(kInsert, {NewUuid(), call.principal.account_id, store::NullIfEmpty(call.principal.company_id),
                      store::Bytea(security::HashToken(token)), call.services.config.session_max_s,
                      store::NullIfEmpty(call.request.remote_addr),
                      ReplaceInvalidUtf8(call.request.Header("user-agent").substr(0, 300))});
}

}  // namespace dialix::features
