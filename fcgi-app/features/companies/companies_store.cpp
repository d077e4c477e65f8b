#include "features/companies/companies_store.h"

#include "features/companies/company_sql.h"
#include "features/endpoint/audit.h"
#include "store/sql_error.h"

namespace dialix::features::companies {
namespace {

using store::Statement;

constexpr Statement kList{
    "company_list",
    "SELECT " DIALIX_COMPANY_JSON("c", "s") "::text, c.name, c.id FROM company c "
    "JOIN company_settings s ON s.company_id = c.id "
    "WHERE c.deleted_at IS NULL AND ($1::text IS NULL OR strpos(lower(c.name), lower($1)) > 0) "
    "AND ($2::boolean IS NULL OR c.is_active = $2) AND ($6::uuid IS NULL OR c.parent_id = $6) "
    "AND ($7::uuid IS NULL OR c.path @> ARRAY[$7]) "
    "AND ($3::text IS NULL OR (c.name, c.id) > ($3, $4::uuid)) "
    "ORDER BY c.name, c.id LIMIT $5::integer"};

constexpr Statement kFind{
    "company_find",
    "SELECT " DIALIX_COMPANY_JSON("c", "s") "::text FROM company c JOIN company_settings s ON s.company_id = c.id "
    "WHERE c.id = $1::uuid AND c.deleted_at IS NULL"};

// Before what changes the tree, in a statement of its own: the next one then reads the tree that it changes.
constexpr Statement kLockTree{"company_lock_tree", "SELECT company_lock_tree()"};

constexpr Statement kInsert{
    "company_insert",
    "WITH parent AS (SELECT p.*, z.timezone, z.language FROM company p JOIN company_settings z ON z.company_id = p.id "
    "WHERE p.id = $4::uuid AND p.deleted_at IS NULL), "
    "input AS MATERIALIZED (SELECT coalesce($7::text, p.timezone, 'Asia/Tashkent') AS timezone, "
    "coalesce($8::text, p.language, 'uz') AS language, coalesce($5::text, p.currency) AS currency, "
    "coalesce($6::bigint, p.price_per_minute_minor) AS price, $4::uuid IS NULL OR p.id IS NOT NULL AS parent_known, "
    "company_check_limit(p.id, 'max_branches') AS most FROM (SELECT) AS one LEFT JOIN parent p ON true), "
    "judged AS (SELECT *, is_timezone(timezone) AS zone_known FROM input), "
    "c AS (INSERT INTO company (id, name, parent_id, currency, price_per_minute_minor, shares_parent_balance) "
    "SELECT $2::uuid, $3::text, $4::uuid, j.currency, j.price, $9::boolean FROM judged j "
    "WHERE j.zone_known AND j.parent_known AND ($4::uuid IS NULL OR j.most IS NULL) RETURNING *), "
    "s AS (INSERT INTO company_settings (company_id, timezone, language) SELECT c.id, j.timezone, j.language "
    "FROM c, judged j RETURNING *) "
    "SELECT j.zone_known, j.parent_known, CASE WHEN $4::uuid IS NOT NULL THEN j.most END, "
    DIALIX_COMPANY_JSON("c", "s") "::text, "
    "CASE WHEN c.id IS NOT NULL THEN note_activity($1::jsonb, c.id, 'company.create', 'company', c.id, NULL, "
    DIALIX_COMPANY_JSON("c", "s") "::jsonb) END FROM judged j LEFT JOIN c ON true LEFT JOIN s ON true"};

// What a branch that moves brings along must fit in at its new place. Asked before kUpdate too, which locks
// the branch: companies are locked from the root down.
#define FULL_FOR(branch, parent, limit) "company_check_limit(" parent ", '" limit "', 0, " branch ")"
constexpr Statement kCheckMove{"company_check_move",
                               "SELECT " FULL_FOR("$1::uuid", "$2::uuid", "max_branches") ", " FULL_FOR(
                                   "$1::uuid", "$2::uuid", "max_accounts") " WHERE $2::uuid IS NOT NULL"};

constexpr Statement kUpdate{
    "company_update",
    "WITH old AS (SELECT c.*, s.timezone, s.language FROM company c JOIN company_settings s ON s.company_id = c.id "
    "WHERE c.id = $2::uuid AND c.deleted_at IS NULL FOR NO KEY UPDATE OF c), "
    "judged AS MATERIALIZED (SELECT $4::text IS NULL OR is_timezone($4) AS zone_known, "
    "NOT $8::boolean OR $9::uuid IS NULL OR EXISTS (SELECT FROM company p WHERE p.id = $9 AND p.deleted_at IS NULL) "
    "AS parent_known, "
    "(SELECT min(l.key) FROM jsonb_each_text($11::jsonb) l WHERE $12::boolean AND l.value::bigint > "
    "(old.limits ->> l.key)::bigint) AS too_high, "
    "CASE WHEN $8 AND $9 IS NOT NULL THEN " FULL_FOR("$2", "$9", "max_branches") " END AS most_branches, "
    "CASE WHEN $8 AND $9 IS NOT NULL THEN " FULL_FOR("$2", "$9", "max_accounts") " END AS most_accounts FROM old), "
    "c AS (UPDATE company c SET name = coalesce($3::text, c.name), "
    "price_per_minute_minor = coalesce($6::bigint, c.price_per_minute_minor), "
    "is_active = coalesce($7::boolean, c.is_active), "
    "blocked_by = CASE WHEN $7 IS NULL THEN c.blocked_by WHEN NOT $7 THEN 'platform' END, "
    "block_reason = CASE WHEN $7 THEN '' ELSE c.block_reason END, "
    "parent_id = CASE WHEN $8 THEN $9 ELSE c.parent_id END, "
    "shares_parent_balance = coalesce($10::boolean, c.shares_parent_balance), "
    "limits = CASE WHEN $12 THEN c.limits ELSE jsonb_strip_nulls(c.limits || coalesce($11, '{}')) END, "
    "limits_by_parent = CASE WHEN $12 THEN jsonb_strip_nulls(c.limits_by_parent || coalesce($11, '{}')) "
    "ELSE c.limits_by_parent END "
    "FROM old, judged j WHERE c.id = old.id AND j.zone_known AND j.parent_known AND j.too_high IS NULL "
    "AND j.most_branches IS NULL AND j.most_accounts IS NULL RETURNING c.*), "
    "s AS (UPDATE company_settings s SET timezone = coalesce($4, s.timezone), language = coalesce($5::text, s.language) "
    "FROM c WHERE s.company_id = c.id RETURNING s.*) "
    "SELECT j.zone_known, j.parent_known, j.too_high, j.most_branches, j.most_accounts, " DIALIX_COMPANY_JSON("c", "s") "::text, "
    "CASE WHEN c.id IS NOT NULL THEN note_activity($1::jsonb, c.id, CASE WHEN $8 THEN 'company.move' "
    "ELSE 'company.update' END, 'company', c.id, " DIALIX_COMPANY_JSON("old", "old") "::jsonb, "
    DIALIX_COMPANY_JSON("c", "s") "::jsonb) END "
    "FROM old CROSS JOIN judged j LEFT JOIN c ON true LEFT JOIN s ON true"};

// $3: who blocks or unblocks. The trigger of migration 0014 closes what is below and ends the sessions.
constexpr Statement kBlock{
    "company_block",
    "WITH old AS (SELECT * FROM company c WHERE c.id = $2::uuid AND c.deleted_at IS NULL FOR NO KEY UPDATE), "
    "c AS (UPDATE company c SET is_active = false, block_reason = $4::text, "
    "blocked_by = CASE WHEN old.blocked_by = 'platform' THEN old.blocked_by ELSE $3::text END "
    "FROM old WHERE c.id = old.id RETURNING c.*) "
    "SELECT true, " DIALIX_COMPANY_JSON("c", "s") "::text, note_activity($1::jsonb, c.id, 'company.block', 'company', c.id, "
    DIALIX_COMPANY_JSON("old", "s") "::jsonb, " DIALIX_COMPANY_JSON("c", "s") "::jsonb) "
    "FROM c JOIN old ON true JOIN company_settings s ON s.company_id = c.id"};
constexpr Statement kUnblock{
    "company_unblock",
    "WITH old AS (SELECT * FROM company c WHERE c.id = $2::uuid AND c.deleted_at IS NULL FOR NO KEY UPDATE), "
    "c AS (UPDATE company c SET is_active = true, block_reason = '', blocked_by = NULL FROM old WHERE c.id = old.id "
    "AND ($3::text = 'platform' OR old.blocked_by IS DISTINCT FROM 'platform') RETURNING c.*) "
    "SELECT c.id IS NOT NULL, " DIALIX_COMPANY_JSON("c", "s") "::text, CASE WHEN c.id IS NOT NULL THEN "
    "note_activity($1::jsonb, c.id, 'company.unblock', 'company', c.id, " DIALIX_COMPANY_JSON("old", "s") "::jsonb, "
    DIALIX_COMPANY_JSON("c", "s") "::jsonb) END "
    "FROM old LEFT JOIN c ON true JOIN company_settings s ON s.company_id = old.id"};

FieldError UnknownZone() { return {"timezone", "not_found", "is not a time zone of the IANA database"}; }
FieldError UnknownParent() { return {"parent_id", "not_found", "there is no such company"}; }

// What the database's own checks of the tree say, as errors of fields.
Error TreeError(const Error& error) {
  if (store::Violates(error, "company_cycle"))
    return Invalid({{"parent_id", "cycle", "is the company itself or below it"}});
  if (store::Violates(error, "company_depth"))
    return Invalid({{"parent_id", "too_deep", "companies stand at most eight levels deep"}});
  if (store::Violates(error, "company_shares_currency"))
    return Invalid({{"shares_parent_balance", "currency", "the parent has another currency"}});
  if (store::Violates(error, "company_shares_with_parent"))
    return Invalid({{"shares_parent_balance", "no_parent", "the company has no parent"}});
  return error;
}

std::string_view NameOf(Above by) { return by == Above::kPlatform ? "platform" : "parent"; }

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  return call.Query(kList, {filter.text, filter.active, filter.after_name, filter.after_id, filter.limit + 1,
                            filter.parent_id, filter.below_id});
}

Result<std::string> Find(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFind, {id}));
  if (rows.empty()) return NotFound("company");
  return rows.String(0, 0);
}

Result<std::string> Insert(Call& call, const NewCompany& company) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockTree);
  batch.Add(kInsert, {AuditContext(call), company.id, company.name, company.parent_id, company.currency,
                      company.price_per_minute_minor, company.timezone, company.language,
                      company.shares_parent_balance});
  auto results = call.Change(batch);
  if (!results) return TreeError(results.error());
  const store::Rows& rows = (*results)[1];
  std::vector<FieldError> wrong;
  if (!rows.Bool(0, 0)) wrong.push_back(UnknownZone());
  if (!rows.Bool(0, 1)) wrong.push_back(UnknownParent());
  if (!wrong.empty()) return Invalid(std::move(wrong));
  if (!rows.IsNull(0, 2)) return LimitReached("max_branches", rows.Int(0, 2));
  return rows.String(0, 3);
}

Result<std::string> Update(Call& call, const std::string& id, const Change& change) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockTree);
  batch.Add(kCheckMove, {id, change.moves ? store::Param(change.parent_id) : store::Param(std::nullopt)});
  batch.Add(kUpdate, {AuditContext(call), id, change.name, change.timezone, change.language,
                      change.price_per_minute_minor, change.active, change.moves, change.parent_id,
                      change.shares_parent_balance, change.limits, change.above == Above::kParent});
  auto results = call.Change(batch);
  if (!results) return TreeError(results.error());
  const store::Rows& rows = (*results)[2];
  if (rows.empty()) return NotFound("company");
  std::vector<FieldError> wrong;
  if (!rows.Bool(0, 0)) wrong.push_back(UnknownZone());
  if (!rows.Bool(0, 1)) wrong.push_back(UnknownParent());
  if (!rows.IsNull(0, 2))
    wrong.push_back({"limits." + rows.String(0, 2), "out_of_range", "is higher than the platform's limit"});
  if (!wrong.empty()) return Invalid(std::move(wrong));
  if (!rows.IsNull(0, 3)) return LimitReached("max_branches", rows.Int(0, 3));
  if (!rows.IsNull(0, 4)) return LimitReached("max_accounts", rows.Int(0, 4));
  return rows.String(0, 5);
}

Result<std::string> Block(Call& call, const std::string& id, Above by, const std::string& reason) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockTree);
  batch.Add(kBlock, {AuditContext(call), id, NameOf(by), reason});
  DIALIX_TRY(const auto results, call.Change(batch));
  if (results[1].empty()) return NotFound("company");
  return results[1].String(0, 1);
}

Result<std::string> Unblock(Call& call, const std::string& id, Above by) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockTree);
  batch.Add(kUnblock, {AuditContext(call), id, NameOf(by)});
  DIALIX_TRY(const auto results, call.Change(batch));
  if (results[1].empty()) return NotFound("company");
  if (!results[1].Bool(0, 0)) {
    return Fail(Error::Code::kForbidden,
                "The platform has blocked this company; only it can let it in again.");
  }
  return results[1].String(0, 1);
}

}  // namespace dialix::features::companies
