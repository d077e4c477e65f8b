#include "features/operators/operators_store.h"

#include "features/endpoint/audit.h"
#include "store/sql_error.h"

// The operator as the API shows it, of the row that is called `row` in the statement.
#define OPERATOR_JSON(row)                                                                             \
  "json_build_object('id', " #row ".id, 'code', " #row ".code, 'name', " #row ".name, 'active', " #row \
  ".is_active, 'created_at', iso(" #row ".created_at), 'updated_at', iso(" #row ".updated_at))"

namespace dialix::features::operators {
namespace {

using store::Statement;

constexpr Statement kList{
    "operator_list",
    "SELECT " OPERATOR_JSON(o) "::text, o.code, o.id FROM operator o "
    "WHERE o.company_id = $1::uuid AND o.deleted_at IS NULL "
    "AND ($2::text IS NULL OR strpos(o.code, $2) > 0 OR strpos(lower(o.name), lower($2)) > 0) "
    "AND ($3::boolean IS NULL OR o.is_active = $3) "
    "AND ($4::text IS NULL OR (o.code, o.id) > ($4, $5::uuid)) "
    "AND ($7::uuid IS NULL OR o.id = $7) "
    "ORDER BY o.code, o.id LIMIT $6::integer"};

constexpr Statement kFind{
    "operator_find",
    "SELECT " OPERATOR_JSON(o) "::text FROM operator o "
    "WHERE o.company_id = $1::uuid AND o.id = $2::uuid AND o.deleted_at IS NULL "
    "AND ($3::uuid IS NULL OR o.id = $3)"};

constexpr Statement kInsert{
    "operator_insert",
    "WITH o AS (INSERT INTO operator (id, company_id, code, name, is_active) "
    "VALUES ($3::uuid, $2::uuid, $4::text, $5::text, coalesce($6::boolean, true)) RETURNING *) "
    "SELECT " OPERATOR_JSON(o) "::text, "
    "note_activity($1::jsonb, o.company_id, 'operator.create', 'operator', o.id, NULL, " OPERATOR_JSON(o) "::jsonb) "
    "FROM o"};

constexpr Statement kUpdate{
    "operator_update",
    "WITH old AS (SELECT * FROM operator WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL "
    "FOR NO KEY UPDATE), "
    "o AS (UPDATE operator o SET code = coalesce($4::text, o.code), name = coalesce($5::text, o.name), "
    "is_active = coalesce($6::boolean, o.is_active) FROM old WHERE o.id = old.id RETURNING o.*) "
    "SELECT " OPERATOR_JSON(o) "::text, "
    "note_activity($1::jsonb, o.company_id, 'operator.update', 'operator', o.id, " OPERATOR_JSON(old) "::jsonb, "
    OPERATOR_JSON(o) "::jsonb) FROM o JOIN old ON old.id = o.id"};

constexpr Statement kErase{
    "operator_erase",
    "WITH o AS (UPDATE operator SET deleted_at = now(), is_active = false "
    "WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL RETURNING *) "
    "SELECT note_activity($1::jsonb, o.company_id, 'operator.delete', 'operator', o.id, " OPERATOR_JSON(o) "::jsonb, "
    "NULL) FROM o"};

Result<store::Rows> Write(Call& call, const Statement& statement, std::vector<store::Param> params) {
  auto rows = call.Change(statement, std::move(params));
  if (!rows && store::Violates(rows.error(), "idx_operator_code")) {
    return Conflict("code_taken", "Another operator of the company has this code.");
  }
  if (rows && rows->empty()) return NotFound("operator");
  return rows;
}

}  // namespace

Result<store::Rows> List(Call& call, const Filter& filter) {
  return call.Query(kList, {call.company_id, filter.text, filter.active, filter.after_code, filter.after_id,
                            filter.limit + 1, filter.only_id});
}

Result<std::string> Find(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFind, {call.company_id, id, call.principal.OnlyOperator()}));
  if (rows.empty()) return NotFound("operator");
  return rows.String(0, 0);
}

Result<std::string> Insert(Call& call, const std::string& id, const Change& input) {
  DIALIX_TRY(
      const store::Rows rows,
      Write(call, kInsert, {AuditContext(call), call.company_id, id, input.code, input.name, input.active}));
  return rows.String(0, 0);
}

Result<std::string> Update(Call& call, const std::string& id, const Change& change) {
  DIALIX_TRY(const store::Rows rows,
             Write(call, kUpdate,
                   {AuditContext(call), call.company_id, id, change.code, change.name, change.active}));
  return rows.String(0, 0);
}

Status Erase(Call& call, const std::string& id) {
  DIALIX_CHECK(Write(call, kErase, {AuditContext(call), call.company_id, id}));
  return Ok();
}

}  // namespace dialix::features::operators
