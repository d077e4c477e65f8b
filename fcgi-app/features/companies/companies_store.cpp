#include "features/companies/companies_store.h"

#include "features/endpoint/audit.h"

// The company as the API shows it, of rows of company and company_settings.
#define COMPANY_JSON(company, settings)                                                                  \
  "json_build_object('id', " #company ".id, 'parent_id', " #company ".parent_id, 'name', " #company      \
  ".name, 'currency', " #company ".currency, 'timezone', " #settings ".timezone, 'language', " #settings \
  ".language, 'active', " #company ".is_active, 'price_per_minute_minor', " #company                     \
  ".price_per_minute_minor, 'balance_minor', " #company ".balance_minor, 'reserved_minor', " #company    \
  ".reserved_minor, 'created_at', iso(" #company ".created_at), 'updated_at', iso(" #company ".updated_at))"

namespace dialix::features::companies {
namespace {

using store::Statement;

constexpr Statement kList{
    "company_list",
    "SELECT " COMPANY_JSON(c, s) "::text, c.name, c.id FROM company c JOIN company_settings s ON s.company_id = c.id "
    "WHERE c.deleted_at IS NULL AND ($1::text IS NULL OR strpos(lower(c.name), lower($1)) > 0) "
    "AND ($2::boolean IS NULL OR c.is_active = $2) "
    "AND ($3::text IS NULL OR (c.name, c.id) > ($3, $4::uuid)) "
    "ORDER BY c.name, c.id LIMIT $5::integer"};

constexpr Statement kFind{
    "company_find",
    "SELECT " COMPANY_JSON(c, s) "::text FROM company c JOIN company_settings s ON s.company_id = c.id "
    "WHERE c.id = $1::uuid AND ($2::uuid IS NULL OR c.id = $2) AND c.deleted_at IS NULL"};

constexpr Statement kInsert{
    "company_insert",
    "WITH input AS (SELECT is_timezone($7::text) AS zone_known, $4::uuid IS NULL OR EXISTS (SELECT FROM company p "
    "WHERE p.id = $4 AND p.deleted_at IS NULL) AS parent_known), "
    "c AS (INSERT INTO company (id, name, parent_id, currency, price_per_minute_minor) "
    "SELECT $2::uuid, $3::text, $4::uuid, $5::text, $6::bigint FROM input WHERE zone_known AND parent_known RETURNING *), "
    "s AS (INSERT INTO company_settings (company_id, timezone, language) SELECT c.id, $7::text, $8::text FROM c "
    "RETURNING *) "
    "SELECT input.zone_known, input.parent_known, " COMPANY_JSON(c, s) "::text, "
    "CASE WHEN c.id IS NOT NULL THEN note_activity($1::jsonb, c.id, 'company.create', 'company', c.id, NULL, "
    COMPANY_JSON(c, s) "::jsonb) END FROM input LEFT JOIN c ON true LEFT JOIN s ON true"};

constexpr Statement kUpdate{
    "company_update",
    "WITH old AS (SELECT c.*, s.timezone, s.language FROM company c JOIN company_settings s ON s.company_id = c.id "
    "WHERE c.id = $2::uuid AND ($3::uuid IS NULL OR c.id = $3) AND c.deleted_at IS NULL FOR NO KEY UPDATE), "
    "zone AS (SELECT $5::text IS NULL OR is_timezone($5) AS known), "
    "c AS (UPDATE company c SET name = coalesce($4::text, c.name), "
    "price_per_minute_minor = coalesce($7::bigint, c.price_per_minute_minor), "
    "is_active = coalesce($8::boolean, c.is_active) FROM old, zone WHERE c.id = old.id AND zone.known RETURNING c.*), "
    "s AS (UPDATE company_settings s SET timezone = coalesce($5, s.timezone), language = coalesce($6::text, s.language) "
    "FROM c WHERE s.company_id = c.id RETURNING s.*), "
    "ended AS (DELETE FROM session x USING c WHERE x.company_id = c.id AND NOT c.is_active) "
    "SELECT zone.known, " COMPANY_JSON(c, s) "::text, "
    "CASE WHEN c.id IS NOT NULL THEN note_activity($1::jsonb, c.id, 'company.update', 'company', c.id, "
    COMPANY_JSON(old, old) "::jsonb, " COMPANY_JSON(c, s) "::jsonb) END "
    "FROM old CROSS JOIN zone LEFT JOIN c ON true LEFT JOIN s ON true"};

// The company that the call is bound to; NULL for a platform administrator who named none.
store::Param Bound(const Call& call) {
  return call.company_id.empty() ? store::Param(std::nullopt) : store::Param(call.company_id);
}

FieldError UnknownZone() { return {"timezone", "not_found", "is not a time zone of the IANA database"}; }

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  return call.Query(kList,
                    {filter.text, filter.active, filter.after_name, filter.after_id, filter.limit + 1});
}

Result<std::string> Find(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFind, {id, Bound(call)}));
  if (rows.empty()) return NotFound("company");
  return rows.String(0, 0);
}

Result<std::string> Insert(Call& call, const NewCompany& company) {
  DIALIX_TRY(
      const store::Rows rows,
      call.Change(kInsert, {AuditContext(call), company.id, company.name, company.parent_id, company.currency,
                            company.price_per_minute_minor, company.timezone, company.language}));
  std::vector<FieldError> wrong;
  if (!rows.Bool(0, 0)) wrong.push_back(UnknownZone());
  if (!rows.Bool(0, 1)) wrong.push_back({"parent_id", "not_found", "there is no such company"});
  if (!wrong.empty()) return Invalid(std::move(wrong));
  return rows.String(0, 2);
}

Result<std::string> Update(Call& call, const std::string& id, const Change& change) {
  DIALIX_TRY(const store::Rows rows,
             call.Change(kUpdate, {AuditContext(call), id, Bound(call), change.name, change.timezone,
                                   change.language, change.price_per_minute_minor, change.active}));
  if (rows.empty()) return NotFound("company");
  if (!rows.Bool(0, 0)) return Invalid({UnknownZone()});
  return rows.String(0, 1);
}

}  // namespace dialix::features::companies
