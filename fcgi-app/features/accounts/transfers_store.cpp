#include "features/accounts/transfers_store.h"

#include "base/json.h"
#include "base/uuid.h"
#include "features/accounts/account_rules.h"
#include "features/accounts/account_sql.h"
#include "features/endpoint/audit.h"

namespace dialix::features::accounts {
namespace {

using store::Statement;

// $2 the old company, $6 the new one. Both logs are told, each in an entry of its own.
constexpr Statement kMove{
    "account_move",
    "WITH old AS (SELECT a.*, " LINK_OF(a) " AS link FROM account a "
    "WHERE a.company_id = $2::uuid AND a.id = $3::uuid AND a.deleted_at IS NULL FOR NO KEY UPDATE OF a), "
    "change AS (SELECT $5::jsonb AS c), "
    "wanted AS (SELECT old.id, coalesce(c ->> 'role', old.role) AS role, (c ->> 'operator_id')::uuid AS operator_id, "
    "CASE WHEN c ? 'keeps_grants' THEN old.permissions_granted ELSE '{}' END AS granted, "
    "CASE WHEN c ? 'keeps_grants' THEN old.permissions_denied ELSE '{}' END AS denied FROM old, change), "
    "asked AS (SELECT w.*, CASE "
    "WHEN NOT (effective_permissions($8::jsonb, old.role, old.permissions_granted, old.permissions_denied) <@ $7::text[] "
    "AND effective_permissions($8::jsonb, w.role, w.granted, w.denied) <@ $7::text[]) THEN 'forbidden' "
    "WHEN old.id = $4::uuid THEN 'own_account' "
    "WHEN NOT EXISTS (SELECT FROM company t WHERE t.id = $6::uuid AND t.deleted_at IS NULL) THEN 'company_unknown' "
    "WHEN w.role = 'operator' AND w.operator_id IS NULL THEN 'operator_required' "
    "WHEN w.operator_id IS NOT NULL AND NOT EXISTS (SELECT FROM operator o WHERE o.id = w.operator_id "
    "AND o.company_id = $6::uuid AND o.deleted_at IS NULL) THEN 'operator_unknown' "
    "WHEN " ADMINISTERS("old.role", "old.is_active", "old.permissions_denied") " AND NOT " HAS_ANOTHER_ADMIN("$2")
    " THEN 'last_admin' ELSE 'ok' END AS verdict FROM wanted w CROSS JOIN old), "
    "judged AS (SELECT asked.*, CASE WHEN verdict = 'ok' THEN account_check_move($2::uuid, $6::uuid) END AS most FROM asked), "
    "a AS (UPDATE account a SET company_id = $6::uuid, role = j.role, operator_id = j.operator_id, "
    "permissions_granted = j.granted, permissions_denied = j.denied FROM judged j WHERE a.id = j.id AND j.verdict = 'ok' AND j.most IS NULL "
    "RETURNING a.*), "
    "ended AS (DELETE FROM session s USING a WHERE s.account_id = a.id), "
    "revoked AS (UPDATE api_token t SET revoked_at = now() FROM a WHERE t.account_id = a.id AND t.revoked_at IS NULL), "
    "unlinked AS (DELETE FROM account_link l USING a WHERE l.account_id = a.id), "
    "chosen AS (UPDATE user_settings s SET company_id = a.company_id FROM a WHERE s.account_id = a.id), "
    "moved AS (INSERT INTO account_transfer (id, account_id, from_company_id, to_company_id, email, from_role, to_role, moved_by) "
    "SELECT $9::uuid, a.id, old.company_id, a.company_id, old.email, old.role, a.role, $4::uuid FROM a, old) "
    "SELECT judged.verdict, " ACCOUNT_JSON(a, "$8", "NULL::timestamptz") "::text, CASE WHEN a.id IS NOT NULL THEN "
    "note_activity($1::jsonb, old.company_id, 'account.transfer', 'account', a.id, " ACCOUNT_JSON(old, "$8", "old.link")
    "::jsonb, " ACCOUNT_JSON(a, "$8", "NULL::timestamptz") "::jsonb) END, CASE WHEN a.id IS NOT NULL THEN "
    "note_activity($10::jsonb, a.company_id, 'account.transfer', 'account', a.id, NULL, "
    ACCOUNT_JSON(a, "$8", "NULL::timestamptz") "::jsonb) END, judged.most FROM judged CROSS JOIN old LEFT JOIN a ON true"};

constexpr Statement kLockAdmins{"account_lock_admins_of", LOCK_ADMINS("a.company_id = $1::uuid")};

constexpr Statement kKnown{"account_was_here",
                           "SELECT EXISTS (SELECT FROM account a WHERE a.id = $2::uuid AND a.company_id = "
                           "$1::uuid AND a.deleted_at IS NULL) "
                           "OR EXISTS (SELECT FROM account_transfer t WHERE t.account_id = $2::uuid AND "
                           "t.from_company_id = $1::uuid)"};

// A company that the caller may not see is named by its id alone.
constexpr Statement kMoves{
    "account_transfer_list",
    "SELECT json_build_object('id', t.id, 'account_id', t.account_id, 'email', t.email, "
    "'from_company_id', t.from_company_id, 'from_company_name', f.name, 'to_company_id', t.to_company_id, "
    "'to_company_name', c.name, 'from_role', t.from_role, 'to_role', t.to_role, 'moved_by', t.moved_by, "
    "'moved_by_email', b.email, 'created_at', iso(t.created_at))::text, "
    "to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), t.id "
    "FROM account_transfer t LEFT JOIN company f ON f.id = t.from_company_id LEFT JOIN company c ON c.id = "
    "t.to_company_id "
    "LEFT JOIN account b ON b.id = t.moved_by WHERE t.account_id = $2::uuid "
    "AND ($1::uuid IS NULL OR t.from_company_id = $1 OR t.to_company_id = $1) "
    "AND (t.created_at, t.id) < (coalesce($3::timestamptz, 'infinity'), "
    "coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) "
    "ORDER BY t.created_at DESC, t.id DESC LIMIT $5::integer"};

std::string TransferJson(const Transfer& transfer) {
  JsonWriter writer;
  writer.BeginObject().Field("operator_id", transfer.operator_id);
  if (transfer.role) writer.Field("role", *transfer.role);
  if (transfer.keeps_grants) writer.Field("keeps_grants", true);
  return writer.EndObject().Take();
}

}  // namespace

Result<std::string> Move(Call& call, const std::string& id, const Transfer& transfer) {
  DIALIX_TRY(const auto held, Held(call));
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockAdmins, {call.company_id});
  batch.Add(kMove,
            {AuditContext(call), call.company_id, id, call.principal.account_id, TransferJson(transfer),
             transfer.company_id, held, RolesJson(), NewUuid(), AuditContext(call)});
  call.scope = store::Scope::Company(call.company_id + "," + transfer.company_id);
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (rows[1].empty()) return NotFound("account");
  if (!rows[1].IsNull(0, 4)) return LimitReached("max_accounts", rows[1].Int(0, 4));
  DIALIX_CHECK(Judge(rows[1].Text(0, 0)));
  return rows[1].String(0, 1);
}

Result<store::Rows> ListMoves(Call& call, const std::string& id, const TransferFilter& filter) {
  const bool all = call.principal.IsPlatform();
  if (all) call.scope = store::Scope::Platform();
  store::Batch batch;
  batch.Add(kKnown, {call.company_id, id});
  batch.Add(kMoves, {all ? store::Param(std::nullopt) : store::Param(call.company_id), id, filter.before_time,
                     filter.before_id, filter.limit + 1});
  DIALIX_TRY(auto rows, call.Run(batch));
  if (!rows[0].Bool(0, 0)) return NotFound("account");
  return std::move(rows[1]);
}

}  // namespace dialix::features::accounts
