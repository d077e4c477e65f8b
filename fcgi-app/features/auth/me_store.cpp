#include "features/auth/me_store.h"

#include "features/auth/proof.h"
#include "features/auth/session_sql.h"
#include "features/endpoint/audit.h"
#include "security/permission.h"

namespace dialix::features {
namespace {

using store::Statement;

constexpr Statement kUpdateMe{"me_update",
                              "UPDATE account SET name = coalesce($2::text, name), language = "
                              "coalesce($3::text, language) WHERE id = $1::uuid"};
constexpr Statement kSetPassword{
    "me_set_password",
    "WITH a AS (UPDATE account SET password_hash = $2::text, password_changed_at = now() WHERE id = $1::uuid "
    "AND deleted_at IS NULL RETURNING id AS account_id, company_id), " ROTATE_SESSIONS(
        "a", "$4", "$5", "$6", "$7", "$8") ", "
    "revoked AS (UPDATE api_token t SET revoked_at = now() FROM a WHERE t.account_id = a.account_id "
    "AND t.revoked_at IS NULL AND $3::boolean RETURNING t.id) "
    "SELECT count(*) FROM revoked"};

// What they did themselves, and what others did to them; where it came from is told of the former, and of who
// failed to be them.
constexpr Statement kSecurityEvents{
    "me_security_events",
    "WITH mine AS (SELECT * FROM (SELECT l.* FROM activity_log l WHERE l.account_id = $1::uuid AND "
    "l.created_at > "
    "now() - interval '90 days' AND (l.action IN ('auth.login', 'auth.proof_failed', "
    "'account.password_change', "
    "'session.end', 'session.end_others') OR l.action ^@ 'totp.' OR l.action ^@ 'token.') "
    "ORDER BY l.created_at DESC LIMIT 50) AS own "
    "UNION SELECT * FROM (SELECT l.* FROM activity_log l WHERE l.resource_type = 'account' AND l.resource_id "
    "= $1::text "
    "AND l.account_id IS DISTINCT FROM $1::uuid AND l.created_at > now() - interval '90 days' "
    "AND (l.action ^@ 'account.' OR l.action = 'auth.login_failed') "
    "ORDER BY l.created_at DESC LIMIT 50) AS others) "
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('id', l.id, 'action', l.action, "
    "'own', "
    "l.own, 'remote_addr', CASE WHEN l.told THEN host(l.remote_addr) END, 'user_agent', CASE WHEN l.told "
    "THEN "
    "l.user_agent END, 'created_at', iso(l.created_at)) ORDER BY l.created_at DESC, l.id DESC), '[]'))::text "
    "FROM (SELECT m.*, m.account_id IS NOT DISTINCT FROM $1::uuid AS own, m.account_id IS NOT DISTINCT FROM "
    "$1::uuid "
    "OR m.action = 'auth.login_failed' AS told FROM mine m ORDER BY m.created_at DESC, m.id DESC LIMIT 50) "
    "AS l"};

}  // namespace

const Statement kReadMe{"me_read",
                        "SELECT json_build_object('id', a.id, 'email', a.email, 'name', a.name, 'role', "
                        "a.role, 'language', a.language, "
                        "'company_id', a.company_id)::text, "
                        "CASE WHEN c.id IS NULL THEN NULL ELSE json_build_object('id', c.id, 'name', c.name, "
                        "'currency', c.currency, "
                        "'timezone', coalesce(s.timezone, 'Asia/Tashkent'))::text END, "
                        "a.role, to_json(a.permissions_granted), to_json(a.permissions_denied) "
                        "FROM account a LEFT JOIN company c ON c.id = a.company_id LEFT JOIN "
                        "company_settings s ON s.company_id = c.id "
                        "WHERE a.id = $1::uuid"};

std::string MeJson(const store::Rows& rows) {
  const auto role = security::ParseRole(rows.Text(0, 2)).value_or(security::Role::kViewer);
  JsonWriter writer;
  writer.BeginObject().RawField("account", rows.Text(0, 0)).RawField("company", rows.Text(0, 1));
  writer.Key("permissions").BeginArray();
  for (const std::string_view name :
       security::EffectivePermissions(role, ParseTextArray(rows.Text(0, 3)), ParseTextArray(rows.Text(0, 4)))
           .Names()) {
    writer.String(name);
  }
  return writer.EndArray().EndObject().Take();
}

Result<std::string> ReadMe(Call& call) {
  DIALIX_TRY(auto rows, call.Query(kReadMe, {call.principal.account_id}));
  if (rows.empty()) return NotFound("account");
  return MeJson(rows);
}

Result<std::string> UpdateMe(Call& call, const std::optional<std::string>& name,
                             const std::optional<std::string>& language) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kUpdateMe, {call.principal.account_id, name, language});
  batch.Add(kReadMe, {call.principal.account_id});
  JsonWriter before;
  before.BeginObject()
      .Field("name", call.principal.name)
      .Field("language", call.principal.language)
      .EndObject();
  JsonWriter after;
  after.BeginObject().Field("name", name.value_or(call.principal.name));
  after.Field("language", language.value_or(call.principal.language)).EndObject();
  AddAudit(batch, call,
           {"account.update", "account", call.principal.account_id, before.Take(), after.Take()});
  DIALIX_TRY(auto rows, call.Change(batch));
  if (rows[1].empty()) return NotFound("account");
  return MeJson(rows[1]);
}

Status ChangePassword(Call& call, const std::string& password_hash, const std::string& token,
                      bool revoke_tokens) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kSetPassword,
            WithNewSession(call, token, {call.principal.account_id, password_hash, revoke_tokens}));
  AddProven(batch, call);
  AddAudit(batch, call,
           {"account.password_change", "account", call.principal.account_id, "",
            revoke_tokens ? R"({"tokens_revoked":true})" : ""});
  DIALIX_TRY(auto rows, call.Change(batch));
  (void)rows;
  return Ok();
}

Result<std::string> ReadSecurityEvents(Call& call) {
  DIALIX_TRY(const auto rows, call.Query(kSecurityEvents, {call.principal.account_id}));
  return rows.String(0, 0);
}

}  // namespace dialix::features
