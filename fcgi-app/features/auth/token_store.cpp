#include "features/auth/token_store.h"

#include "base/uuid.h"
#include "features/endpoint/audit.h"
#include "security/token.h"

// An API token as the API shows it, of rows of api_token.
#define TOKEN_JSON(row)                                                                 \
  "json_build_object('id', " #row ".id, 'name', " #row ".name, 'scopes', to_json(" #row \
  ".scopes), 'created_at', iso(" #row ".created_at), 'last_used_at', iso(" #row         \
  ".last_used_at), 'expires_at', iso(" #row ".expires_at))"

namespace dialix::features {
namespace {

using store::Statement;

constexpr Statement kList{
    "token_list",
    "SELECT json_build_object('items', coalesce(json_agg(" TOKEN_JSON(t) " ORDER BY t.id DESC), '[]'))::text "
    "FROM api_token t WHERE t.account_id = $1::uuid AND t.revoked_at IS NULL"};
constexpr Statement kInsert{
    "token_insert",
    "WITH t AS (INSERT INTO api_token (id, account_id, company_id, name, token_hash, scopes, expires_at) "
    "SELECT $2::uuid, $3::uuid, $4::uuid, $5::text, $6::bytea, $7::text[], now() + make_interval(days => $8::int) "
    "WHERE (SELECT count(*) FROM api_token x WHERE x.account_id = $3::uuid AND x.revoked_at IS NULL) < $9::int RETURNING *) "
    "SELECT " TOKEN_JSON(t) "::text, note_activity($1::jsonb, t.company_id, 'token.create', 'api_token', t.id, NULL, "
    TOKEN_JSON(t) "::jsonb) FROM t"};
constexpr Statement kRevoke{
    "token_revoke",
    "WITH t AS (UPDATE api_token t SET revoked_at = now() WHERE t.id = $2::uuid AND t.account_id = $3::uuid "
    "AND t.revoked_at IS NULL RETURNING *) "
    "SELECT note_activity($1::jsonb, t.company_id, 'token.revoke', 'api_token', t.id, " TOKEN_JSON(
        t) "::jsonb, NULL) FROM t"};

}  // namespace

Result<std::string> ListTokens(Call& call) {
  DIALIX_TRY(const auto rows, call.Query(kList, {call.principal.account_id}));
  return rows.String(0, 0);
}

Result<MadeToken> InsertToken(Call& call, const NewApiToken& token) {
  const std::string id = NewUuid();
  DIALIX_TRY(const auto rows, call.Change(kInsert, {AuditContext(call), id, call.principal.account_id,
                                                    store::NullIfEmpty(call.principal.company_id), token.name,
                                                    store::Bytea(security::HashToken(token.secret)),
                                                    token.scopes, token.days, kMostTokens}));
  if (rows.empty()) return Conflict("too_many_tokens", "You have a hundred tokens; revoke one first.");
  return MadeToken{id, rows.String(0, 0)};
}

Status RevokeToken(Call& call, const std::string& id) {
  DIALIX_TRY(const auto rows, call.Change(kRevoke, {AuditContext(call), id, call.principal.account_id}));
  if (rows.empty()) return NotFound("token");
  return Ok();
}

}  // namespace dialix::features
