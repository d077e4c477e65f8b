#include "features/auth/auth_store.h"

#include "base/text.h"
#include "base/uuid.h"
#include "features/endpoint/audit.h"
#include "security/token.h"

namespace dialix::features {
namespace {

using store::Statement;

// The versions are read by the statement's own snapshot, which is older than those inside the look-up: what
// it finds is at least as new. Rows of session and api_token show themselves to a platform scope alone, since
// nobody knows yet whose they are.
#define VERSIONS                                                                                         \
  "array_to_string(versions_of(ARRAY['account:' || f.account_id, coalesce(f.company_id || ':access', ''" \
  ")]), ',')"
#define ENDS_IN(table, id) \
  "(SELECT (extract(epoch FROM x.expires_at - now()) * 1000)::bigint FROM " table " x WHERE x.id = f." id ")"

constexpr Statement kFindSession{
    "auth_find_session",
    "SELECT f.session_id, f.account_id, f.company_id, f.role, f.operator_id, f.email, f.name, f.language, "
    "to_json(f.granted), to_json(f.denied), " VERSIONS ", " ENDS_IN("session", "session_id") " "
    "FROM auth_find_session($1::bytea, make_interval(secs => $2::int)) f"};
constexpr Statement kSessionPassword{"auth_session_password",
                                     "SELECT password_hash FROM auth_session_password($1::bytea)"};
constexpr Statement kFindToken{
    "auth_find_token",
    "SELECT f.token_id, f.account_id, f.company_id, f.role, f.operator_id, f.email, f.name, f.language, "
    "to_json(f.granted), to_json(f.denied), " VERSIONS ", " ENDS_IN("api_token", "token_id") ", to_json(f.scopes) "
    "FROM auth_find_token($1::bytea) f"};
constexpr Statement kFindLogin{
    "auth_find_login",
    "SELECT account_id, company_id, password_hash, is_active, company_active FROM auth_find_login($1::text)"};
constexpr Statement kInsertSession{
    "session_insert",
    "INSERT INTO session (id, account_id, company_id, token_hash, expires_at, remote_addr, user_agent) "
    "VALUES ($1::uuid, $2::uuid, $3::uuid, $4::bytea, now() + make_interval(secs => $5::int), $6::inet, "
    "$7::text)"};
constexpr Statement kTouchLogin{"account_touch_login",
                                "UPDATE account SET last_login_at = now() WHERE id = $1::uuid"};
constexpr Statement kDeleteSession{"session_delete", "DELETE FROM session WHERE id = $1::uuid"};
constexpr Statement kMe{"me_read",
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
constexpr Statement kUpdateMe{"me_update",
                              "UPDATE account SET name = coalesce($2::text, name), language = "
                              "coalesce($3::text, language) WHERE id = $1::uuid"};
constexpr Statement kSetPassword{
    "me_set_password",
    "UPDATE account SET password_hash = $2::text, password_changed_at = now() WHERE id = $1::uuid"};
constexpr Statement kDeleteOtherSessions{
    "session_delete_others", "DELETE FROM session WHERE account_id = $1::uuid AND id <> $2::uuid"};

security::Principal ReadPrincipal(const store::Rows& rows) {
  security::Principal principal;
  principal.account_id = rows.String(0, 1);
  principal.company_id = rows.String(0, 2);
  principal.role = security::ParseRole(rows.Text(0, 3)).value_or(security::Role::kViewer);
  principal.operator_id = rows.String(0, 4);
  principal.email = rows.String(0, 5);
  principal.name = rows.String(0, 6);
  principal.language = rows.String(0, 7);
  principal.permissions = security::EffectivePermissions(principal.role, ParseTextArray(rows.Text(0, 8)),
                                                         ParseTextArray(rows.Text(0, 9)));
  return principal;
}

// Of the columns that VERSIONS and ENDS_IN give; without an end: an hour, which is longer than anybody keeps
// it.
void ReadTrust(const store::Rows& rows, FoundSession& found) {
  const auto versions = Split(rows.Text(0, 10), ',');
  if (versions.size() == 2) {
    found.account_version = ParseInt(versions[0]).value_or(cache::kUnknown);
    found.access_version = ParseInt(versions[1]).value_or(cache::kUnknown);
  }
  found.ends_in = std::chrono::milliseconds(rows.OptInt(0, 11).value_or(3600 * 1000));
}

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

// The caller's own rows: a person's company, or everything for a platform administrator.
store::Scope OwnScope(const security::Principal& principal) {
  return principal.IsPlatform() ? store::Scope::Platform() : store::Scope::Company(principal.company_id);
}

}  // namespace

Result<std::optional<FoundSession>> FindSession(store::Database& db, const std::string& token_hash,
                                                int idle_s, bool with_password, store::Cost& cost) {
  const store::Param hash = store::Bytea(token_hash);
  store::Batch batch(store::Batch::Mode::kIdempotent);  // notes when the session was last used
  batch.Add(kFindSession, {hash, idle_s});
  if (with_password) batch.Add(kSessionPassword, {hash});
  DIALIX_TRY(auto rows, db.Run(store::Scope::Platform(), batch, &cost));
  if (rows[0].empty()) return std::optional<FoundSession>();
  FoundSession found{ReadPrincipal(rows[0]), {}};
  ReadTrust(rows[0], found);
  found.principal.session_id = rows[0].String(0, 0);
  if (with_password && !rows[1].empty()) found.password_hash = rows[1].String(0, 0);
  return std::optional(std::move(found));
}

Result<std::optional<FoundSession>> FindApiToken(store::Database& db, const std::string& token_hash,
                                                 store::Cost& cost) {
  DIALIX_TRY(auto rows, db.Query(store::Scope::Platform(), kFindToken, {store::Bytea(token_hash)}, &cost));
  if (rows.empty()) return std::optional<FoundSession>();
  FoundSession found{ReadPrincipal(rows), {}};
  ReadTrust(rows, found);
  security::PermissionSet scopes;
  for (const std::string& scope : ParseTextArray(rows.Text(0, 12))) {
    if (const auto permission = security::ParsePermission(scope)) scopes = scopes.With(*permission);
  }
  found.principal.permissions = found.principal.permissions.And(scopes);
  return std::optional(std::move(found));
}

Result<std::optional<Login>> FindLogin(Call& call, const std::string& email) {
  DIALIX_TRY(auto rows, call.services.db.Query(store::Scope::None(), kFindLogin, {email}, &call.cost));
  if (rows.empty()) return std::optional<Login>();
  return std::optional(
      Login{rows.String(0, 0), rows.String(0, 1), rows.String(0, 2), rows.Bool(0, 3), rows.Bool(0, 4)});
}

Status NoteFailedLogin(Call& call, const std::string& email, const std::string& reason) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  JsonWriter after;
  after.BeginObject().Field("login", email).Field("reason", reason).EndObject();
  AddAudit(batch, call, {"auth.login_failed", "account", "", "", after.Take()});
  DIALIX_TRY(auto rows, call.services.db.Run(store::Scope::None(), batch, &call.cost));
  (void)rows;
  return Ok();
}

Result<std::string> OpenSession(Call& call, const Login& login, const std::string& token) {
  const std::string session_id = NewUuid();
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kInsertSession,
            {session_id, login.account_id, store::NullIfEmpty(login.company_id),
             store::Bytea(security::HashToken(token)), call.services.config.session_max_s,
             store::NullIfEmpty(call.request.remote_addr), call.request.Header("user-agent").substr(0, 300)});
  batch.Add(kTouchLogin, {login.account_id});
  batch.Add(kMe, {login.account_id});
  AddAudit(batch, call, {"auth.login", "session", session_id, "", "", login.account_id});
  DIALIX_TRY(auto rows, call.Run(batch));
  return MeJson(rows[2]);
}

Status CloseSession(Call& call) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kDeleteSession, {call.principal.session_id});
  AddAudit(batch, call, {"auth.logout", "session", call.principal.session_id, "", ""});
  DIALIX_TRY(auto rows, call.services.db.Run(OwnScope(call.principal), batch, &call.cost));
  (void)rows;
  return Ok();
}

Result<std::string> ReadMe(Call& call) {
  DIALIX_TRY(auto rows, call.Query(kMe, {call.principal.account_id}));
  if (rows.empty()) return NotFound("account");
  return MeJson(rows);
}

Result<std::string> UpdateMe(Call& call, const std::optional<std::string>& name,
                             const std::optional<std::string>& language) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kUpdateMe, {call.principal.account_id, name, language});
  batch.Add(kMe, {call.principal.account_id});
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
  DIALIX_TRY(auto rows, call.services.db.Run(OwnScope(call.principal), batch, &call.cost));
  if (rows[1].empty()) return NotFound("account");
  return MeJson(rows[1]);
}

Status ChangePassword(Call& call, const std::string& password_hash) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kSetPassword, {call.principal.account_id, password_hash});
  batch.Add(kDeleteOtherSessions, {call.principal.account_id, call.principal.session_id});
  AddAudit(batch, call, {"account.password_change", "account", call.principal.account_id, "", ""});
  DIALIX_TRY(auto rows, call.services.db.Run(OwnScope(call.principal), batch, &call.cost));
  (void)rows;
  return Ok();
}

}  // namespace dialix::features
