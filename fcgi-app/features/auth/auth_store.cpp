#include "features/auth/auth_store.h"

#include "base/text.h"

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
    "to_json(f.granted), to_json(f.denied), " VERSIONS ", " ENDS_IN("session", "session_id") ", f.branches "
    "FROM auth_find_session($1::bytea, make_interval(secs => $2::int)) f"};
constexpr Statement kMustEnrol{"auth_must_enrol", "SELECT auth_must_enrol($1::bytea, $2::boolean)"};
constexpr Statement kOwnSecrets{
    "auth_own_secrets",
    "SELECT password_hash, company_name, password_wait_s, totp_cipher, totp_is_on, "
    "totp_last_step FROM auth_own_secrets($1::bytea)"};
constexpr Statement kTouchToken{"auth_touch_token", "SELECT auth_touch_token($1::bytea)"};
constexpr Statement kFindToken{
    "auth_find_token",
    "SELECT f.token_id, f.account_id, f.company_id, f.role, f.operator_id, f.email, f.name, f.language, "
    "to_json(f.granted), to_json(f.denied), " VERSIONS ", " ENDS_IN("api_token", "token_id") ", f.branches, to_json(f.scopes) "
    "FROM auth_find_token($1::bytea) f"};
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
  if (const std::string_view branches = rows.Text(0, 12); !branches.empty()) {
    principal.branches = std::make_shared<const security::Branches>(std::string(branches));
  }
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

OwnSecrets ReadSecrets(const store::Rows& rows) {
  OwnSecrets own;
  own.password_hash = rows.String(0, 0);
  own.company_name = rows.String(0, 1);
  own.wait_s = static_cast<int>(rows.Int(0, 2));
  own.totp_cipher = rows.String(0, 3);
  own.totp_is_on = rows.Bool(0, 4);
  own.totp_last_step = rows.OptInt(0, 5).value_or(0);
  return own;
}

}  // namespace

Result<std::optional<FoundSession>> FindSession(store::Database& db, const std::string& token_hash,
                                                const SessionRules& rules, bool with_secrets,
                                                store::Cost& cost) {
  const store::Param hash = store::Bytea(token_hash);
  store::Batch batch(store::Batch::Mode::kIdempotent);  // notes when the session was last used
  batch.Add(kFindSession, {hash, rules.idle_s});
  batch.Add(kMustEnrol, {hash, rules.platform_totp});
  if (with_secrets) batch.Add(kOwnSecrets, {hash});
  DIALIX_TRY(auto rows, db.Run(store::Scope::Platform(), batch, &cost));
  if (rows[0].empty()) return std::optional<FoundSession>();
  FoundSession found{ReadPrincipal(rows[0]), {}};
  ReadTrust(rows[0], found);
  found.principal.session_id = rows[0].String(0, 0);
  found.principal.must_enrol = rows[1].Bool(0, 0);
  if (with_secrets && !rows[2].empty()) found.own = ReadSecrets(rows[2]);
  return std::optional(std::move(found));
}

Result<std::optional<FoundSession>> FindApiToken(store::Database& db, const std::string& token_hash,
                                                 store::Cost& cost) {
  store::Batch batch(store::Batch::Mode::kIdempotent);  // notes when the token was last used
  batch.Add(kFindToken, {store::Bytea(token_hash)});
  batch.Add(kTouchToken, {store::Bytea(token_hash)});
  DIALIX_TRY(auto answers, db.Run(store::Scope::Platform(), batch, &cost));
  const store::Rows& rows = answers.front();
  if (rows.empty()) return std::optional<FoundSession>();
  FoundSession found{ReadPrincipal(rows), {}};
  ReadTrust(rows, found);
  security::PermissionSet scopes;
  for (const std::string& scope : ParseTextArray(rows.Text(0, 13))) {
    if (const auto permission = security::ParsePermission(scope)) scopes = scopes.With(*permission);
  }
  found.principal.permissions = found.principal.permissions.And(scopes);
  return std::optional(std::move(found));
}

}  // namespace dialix::features
