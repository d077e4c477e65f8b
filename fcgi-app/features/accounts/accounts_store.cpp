#include "features/accounts/accounts_store.h"

#include "features/endpoint/audit.h"
#include "store/sql_error.h"

// The account as the API shows it; nothing secret, so the activity log may have it too.
#define ACCOUNT_JSON(row)                                                                                    \
  "json_build_object('id', " #row ".id, 'company_id', " #row ".company_id, 'email', " #row                   \
  ".email, 'name', " #row ".name, 'role', " #row ".role, 'language', " #row                                  \
  ".language, 'operator_id', " #row ".operator_id, 'active', " #row ".is_active, 'last_login_at', iso(" #row \
  ".last_login_at), 'created_at', iso(" #row ".created_at), 'updated_at', iso(" #row ".updated_at))"

// Accounts of the company in `parameter`, or the platform's own where it is null; both arms use an index.
#define IN_TENANT(row, parameter)                                                             \
  "(" #row ".company_id = " parameter "::uuid OR (" #row ".company_id IS NULL AND " parameter \
  "::uuid IS NULL))"

// Whether nobody but `old` is an active administrator of the tenant; true for `old` that is none is never
// asked.
#define IS_LAST_ADMIN                                                                               \
  "old.role IN ('admin', 'company_admin') AND old.is_active AND NOT EXISTS (SELECT FROM account x " \
  "WHERE " IN_TENANT(                                                                               \
      x, "$2") " AND x.role = old.role AND x.is_active AND x.deleted_at IS NULL AND x.id <> old.id)"

namespace dialix::features::accounts {
namespace {

using store::Statement;

constexpr Statement kList{
    "account_list",
    "SELECT " ACCOUNT_JSON(a) "::text, lower(a.email), a.id FROM account a "
    "WHERE " IN_TENANT(a, "$1") " AND a.deleted_at IS NULL "
    "AND ($2::text IS NULL OR strpos(lower(a.email), lower($2)) > 0 OR strpos(lower(a.name), lower($2)) > 0) "
    "AND ($3::text IS NULL OR a.role = $3) "
    "AND ($4::text IS NULL OR (lower(a.email), a.id) > ($4, $5::uuid)) "
    "ORDER BY lower(a.email), a.id LIMIT $6::integer"};

constexpr Statement kFind{"account_find", "SELECT " ACCOUNT_JSON(a) "::text FROM account a "
                                          "WHERE " IN_TENANT(a, "$1") " AND a.id = $2::uuid AND a.deleted_at IS NULL"};

constexpr Statement kInsert{
    "account_insert",
    "WITH input AS (SELECT $9::uuid IS NULL OR EXISTS (SELECT FROM operator o WHERE o.id = $9 "
    "AND o.company_id = $2::uuid AND o.deleted_at IS NULL) AS operator_known), "
    "a AS (INSERT INTO account (id, company_id, email, name, role, password_hash, language, operator_id) "
    "SELECT $3::uuid, $2::uuid, $4::text, $5::text, $6::text, $7::text, coalesce($8::text, "
    "(SELECT s.language FROM company_settings s WHERE s.company_id = $2::uuid), 'uz'), $9::uuid "
    "FROM input WHERE operator_known RETURNING *) "
    "SELECT input.operator_known, " ACCOUNT_JSON(a) "::text, CASE WHEN a.id IS NOT NULL THEN note_activity($1::jsonb, "
    "a.company_id, 'account.create', 'account', a.id, NULL, " ACCOUNT_JSON(a) "::jsonb) END "
    "FROM input LEFT JOIN a ON true"};

// Before a change that could take an administrator away, in a statement of its own: two such changes then
// come one after another, and the second sees what the first has left.
constexpr Statement kLockAdmins{
    "account_lock_admins",
    "SELECT a.id FROM account a WHERE " IN_TENANT(a, "$1") " AND a.role IN ('admin', 'company_admin') "
    "AND a.deleted_at IS NULL ORDER BY a.id FOR NO KEY UPDATE"};

constexpr Statement kUpdate{
    "account_update",
    "WITH old AS (SELECT * FROM account a WHERE " IN_TENANT(a, "$2") " AND a.id = $3::uuid AND a.deleted_at IS NULL "
    "FOR NO KEY UPDATE), "
    "wanted AS (SELECT old.id, coalesce($6::text, old.role) AS role, coalesce($10::boolean, old.is_active) AS is_active, "
    "CASE WHEN $8::boolean THEN $9::uuid ELSE old.operator_id END AS operator_id FROM old), "
    "judged AS (SELECT w.*, CASE WHEN old.role <> ALL ($12::text[]) THEN 'forbidden' "
    "WHEN old.id = $4::uuid AND (w.role <> old.role OR w.is_active <> old.is_active OR $11::text IS NOT NULL) "
    "THEN 'own_account' "
    "WHEN w.role = 'operator' AND w.operator_id IS NULL THEN 'operator_required' "
    "WHEN $8::boolean AND $9::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM operator o WHERE o.id = $9::uuid "
    "AND o.company_id = $2::uuid AND o.deleted_at IS NULL) THEN 'operator_unknown' "
    "WHEN (w.role <> old.role OR NOT w.is_active) AND " IS_LAST_ADMIN " THEN 'last_admin' "
    "ELSE 'ok' END AS verdict FROM wanted w CROSS JOIN old), "
    "a AS (UPDATE account a SET name = coalesce($5::text, a.name), role = j.role, language = coalesce($7::text, "
    "a.language), operator_id = j.operator_id, is_active = j.is_active, "
    "password_hash = coalesce($11::text, a.password_hash), "
    "password_changed_at = CASE WHEN $11::text IS NULL THEN a.password_changed_at ELSE now() END "
    "FROM judged j WHERE a.id = j.id AND j.verdict = 'ok' RETURNING a.*), "
    "ended AS (DELETE FROM session s USING a, old WHERE s.account_id = a.id "
    "AND (NOT a.is_active OR a.role <> old.role OR $11::text IS NOT NULL)) "
    "SELECT judged.verdict, " ACCOUNT_JSON(a) "::text, CASE WHEN a.id IS NOT NULL THEN note_activity($1::jsonb, "
    "a.company_id, 'account.update', 'account', a.id, " ACCOUNT_JSON(old) "::jsonb, " ACCOUNT_JSON(a) "::jsonb || "
    "CASE WHEN $11::text IS NULL THEN '{}' ELSE '{\"password_changed\": true}' END::jsonb) END "
    "FROM judged CROSS JOIN old LEFT JOIN a ON true"};

constexpr Statement kErase{
    "account_erase",
    "WITH old AS (SELECT * FROM account a WHERE " IN_TENANT(a, "$2") " AND a.id = $3::uuid AND a.deleted_at IS NULL "
    "FOR NO KEY UPDATE), "
    "judged AS (SELECT old.id, CASE WHEN old.role <> ALL ($5::text[]) THEN 'forbidden' "
    "WHEN old.id = $4::uuid THEN 'own_account' WHEN " IS_LAST_ADMIN " THEN 'last_admin' ELSE 'ok' END AS verdict FROM old), "
    "a AS (UPDATE account a SET deleted_at = now(), is_active = false FROM judged j "
    "WHERE a.id = j.id AND j.verdict = 'ok' RETURNING a.*), "
    "ended AS (DELETE FROM session s USING a WHERE s.account_id = a.id), "
    "revoked AS (UPDATE api_token t SET revoked_at = now() FROM a WHERE t.account_id = a.id AND t.revoked_at IS NULL) "
    "SELECT judged.verdict, CASE WHEN a.id IS NOT NULL THEN note_activity($1::jsonb, a.company_id, 'account.delete', "
    "'account', a.id, " ACCOUNT_JSON(old) "::jsonb, NULL) END FROM judged CROSS JOIN old LEFT JOIN a ON true"};

// The call's company; NULL: the platform's own accounts.
store::Param Tenant(const Call& call) {
  return call.company_id.empty() ? store::Param(std::nullopt) : store::Param(call.company_id);
}

Error UnknownOperator() {
  return Invalid({{"operator_id", "not_found", "there is no such operator in the company"}});
}

Status Judge(const store::Rows& rows) {
  if (rows.empty()) return NotFound("account");
  const std::string_view verdict = rows.Text(0, 0);
  if (verdict == "ok") return Ok();
  if (verdict == "forbidden")
    return Fail(Error::Code::kForbidden, "This account may do more than you may grant.");
  if (verdict == "own_account") {
    return Conflict("own_account", "Nobody changes their own role, password or right to log in here.");
  }
  if (verdict == "last_admin")
    return Conflict("last_admin", "This is the last administrator; make another one first.");
  if (verdict == "operator_required") {
    return Invalid({{"operator_id", "required", "is required for role operator"}});
  }
  return UnknownOperator();
}

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  return call.Query(
      kList, {Tenant(call), filter.text, filter.role, filter.after_email, filter.after_id, filter.limit + 1});
}

Result<std::string> Find(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFind, {Tenant(call), id}));
  if (rows.empty()) return NotFound("account");
  return rows.String(0, 0);
}

Result<std::string> Insert(Call& call, const NewAccount& account) {
  auto rows =
      call.Change(kInsert, {AuditContext(call), Tenant(call), account.id, account.email, account.name,
                            account.role, account.password_hash, account.language, account.operator_id});
  if (!rows) {
    if (store::Violates(rows.error(), "idx_account_email")) {
      return Conflict("email_taken", "Another account has this e-mail address.");
    }
    return std::move(rows).error();
  }
  if (!rows->Bool(0, 0)) return UnknownOperator();
  return rows->String(0, 1);
}

Result<std::string> Update(Call& call, const std::string& id, const Change& change,
                           const std::vector<std::string>& manageable) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockAdmins, {Tenant(call)});
  batch.Add(kUpdate, {AuditContext(call), Tenant(call), id, call.principal.account_id, change.name,
                      change.role, change.language, change.sets_operator, change.operator_id, change.active,
                      change.password_hash, manageable});
  DIALIX_TRY(const auto rows, call.Change(batch));
  DIALIX_CHECK(Judge(rows[1]));
  return rows[1].String(0, 1);
}

Status Erase(Call& call, const std::string& id, const std::vector<std::string>& manageable) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockAdmins, {Tenant(call)});
  batch.Add(kErase, {AuditContext(call), Tenant(call), id, call.principal.account_id, manageable});
  DIALIX_TRY(const auto rows, call.Change(batch));
  return Judge(rows[1]);
}

}  // namespace dialix::features::accounts
