#include "features/checklists/checklists_store.h"

#include "features/endpoint/audit.h"

// What every form of a checklist begins with, and how it ends, of a row of checklist.
#define CHECKLIST_HEAD(row)                                                                    \
  "'id', " #row ".id, 'title', " #row ".title, 'active', " #row ".is_active, 'version', " #row \
  ".current_version"
#define CHECKLIST_TAIL(row) "'created_at', iso(" #row ".created_at), 'updated_at', iso(" #row ".updated_at)"
// With its questions, which `segments` (SQL) gives.
#define CHECKLIST_JSON(row, segments) \
  "json_build_object(" CHECKLIST_HEAD(row) ", 'segments', " segments ", " CHECKLIST_TAIL(row) ")"
// For the activity log: the version tells the questions.
#define CHECKLIST_NOTE(row) "json_build_object(" CHECKLIST_HEAD(row) ", " CHECKLIST_TAIL(row) ")::jsonb"
#define CURRENT_SEGMENTS(row)                                                                            \
  "(SELECT v.segments FROM checklist_version v WHERE v.checklist_id = " #row ".id AND v.version = " #row \
  ".current_version)"
#define QUESTION_COUNT(segments)                                                                          \
  "(SELECT coalesce(sum(jsonb_array_length(part -> 'questions')), 0) FROM jsonb_array_elements(" segments \
  ") AS part)"

namespace dialix::features::checklists {
namespace {

using store::Statement;

constexpr Statement kList{
    "checklist_list",
    "SELECT json_build_object(" CHECKLIST_HEAD(c) ", 'question_count', " QUESTION_COUNT("v.segments") ", "
    CHECKLIST_TAIL(c) ")::text, NOT c.is_active, c.title, c.id FROM checklist c "
    "JOIN checklist_version v ON v.checklist_id = c.id AND v.version = c.current_version "
    "WHERE c.company_id = $1::uuid AND c.deleted_at IS NULL "
    "AND ($4::uuid IS NULL OR (NOT c.is_active, c.title, c.id) > ($2::boolean, $3::text, $4::uuid)) "
    "ORDER BY NOT c.is_active, c.title, c.id LIMIT $5::integer"};

constexpr Statement kFind{"checklist_find",
                          "SELECT " CHECKLIST_JSON(c, CURRENT_SEGMENTS(c)) "::text FROM checklist c "
                          "WHERE c.company_id = $1::uuid AND c.id = $2::uuid AND c.deleted_at IS NULL"};

constexpr Statement kInsert{
    "checklist_insert",
    "WITH c AS (INSERT INTO checklist (id, company_id, title) VALUES ($3::uuid, $2::uuid, $4::text) RETURNING *), "
    "v AS (INSERT INTO checklist_version (checklist_id, version, company_id, segments, created_by) "
    "SELECT c.id, c.current_version, c.company_id, $5::jsonb, $6::uuid FROM c RETURNING segments) "
    "SELECT " CHECKLIST_JSON(c, "v.segments") "::text, "
    "note_activity($1::jsonb, c.company_id, 'checklist.create', 'checklist', c.id, NULL, " CHECKLIST_NOTE(c) ") "
    "FROM c CROSS JOIN v"};

constexpr Statement kUpdate{
    "checklist_update",
    "WITH old AS (SELECT * FROM checklist WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL "
    "FOR NO KEY UPDATE), "
    "c AS (UPDATE checklist c SET title = coalesce($4::text, c.title), "
    "current_version = c.current_version + CASE WHEN $5::jsonb IS NULL THEN 0 ELSE 1 END "
    "FROM old WHERE c.id = old.id RETURNING c.*), "
    "v AS (INSERT INTO checklist_version (checklist_id, version, company_id, segments, created_by) "
    "SELECT c.id, c.current_version, c.company_id, $5::jsonb, $6::uuid FROM c WHERE $5::jsonb IS NOT NULL) "
    "SELECT " CHECKLIST_JSON(c, "coalesce($5::jsonb, " CURRENT_SEGMENTS(c) ")") "::text, "
    "note_activity($1::jsonb, c.company_id, 'checklist.update', 'checklist', c.id, " CHECKLIST_NOTE(old) ", "
    CHECKLIST_NOTE(c) ") FROM c JOIN old ON old.id = c.id"};

constexpr Statement kErase{
    "checklist_erase",
    "WITH c AS (UPDATE checklist SET deleted_at = now(), is_active = false "
    "WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL RETURNING *) "
    "SELECT note_activity($1::jsonb, c.company_id, 'checklist.delete', 'checklist', c.id, " CHECKLIST_NOTE(c) ", NULL) "
    "FROM c"};

// Activation is three statements of one transaction: each sees what the one before left, and the lock lets
// two activations only come after one another, so that idx_checklist_active is never hurt.
constexpr Statement kLockAll{"checklist_lock_all",
                             "SELECT id FROM checklist WHERE company_id = $1::uuid AND deleted_at IS NULL "
                             "ORDER BY id FOR NO KEY UPDATE"};
constexpr Statement kDeactivate{"checklist_deactivate_others",
                                "WITH c AS (UPDATE checklist SET is_active = false WHERE company_id = "
                                "$2::uuid AND is_active AND id <> $3::uuid "
                                "AND deleted_at IS NULL AND EXISTS (SELECT FROM checklist w WHERE "
                                "w.company_id = $2::uuid AND w.id = $3::uuid "
                                "AND w.deleted_at IS NULL) RETURNING *) "
                                "SELECT note_activity($1::jsonb, c.company_id, 'checklist.deactivate', "
                                "'checklist', c.id, '{\"active\": true}', "
                                "'{\"active\": false}') FROM c"};
constexpr Statement kActivate{
    "checklist_activate",
    "WITH old AS (SELECT * FROM checklist WHERE company_id = $2::uuid AND id = $3::uuid AND deleted_at IS NULL), "
    "changed AS (UPDATE checklist c SET is_active = true FROM old WHERE c.id = old.id AND NOT c.is_active RETURNING c.*), "
    "c AS (SELECT * FROM changed UNION ALL SELECT * FROM old WHERE is_active) "
    "SELECT " CHECKLIST_JSON(c, CURRENT_SEGMENTS(c)) "::text, "
    "note_activity($1::jsonb, c.company_id, 'checklist.activate', 'checklist', c.id, " CHECKLIST_NOTE(old) ", "
    CHECKLIST_NOTE(c) ") FROM c JOIN old ON old.id = c.id"};

// The checklist itself comes as a row without a version, so that none of it can be told from none at all.
constexpr Statement kListVersions{
    "checklist_version_list",
    "SELECT CASE WHEN v.version IS NOT NULL THEN json_build_object('version', v.version, 'question_count', "
    QUESTION_COUNT("v.segments") ", 'created_at', iso(v.created_at))::text END, v.version FROM checklist c "
    "LEFT JOIN checklist_version v ON v.checklist_id = c.id AND v.version < coalesce($3::bigint, 9223372036854775807) "
    "WHERE c.company_id = $1::uuid AND c.id = $2::uuid AND c.deleted_at IS NULL "
    "ORDER BY v.version DESC LIMIT $4::integer"};

constexpr Statement kFindVersion{
    "checklist_version_find",
    "SELECT json_build_object('checklist_id', v.checklist_id, 'version', v.version, 'segments', v.segments, "
    "'created_at', iso(v.created_at))::text FROM checklist c JOIN checklist_version v ON v.checklist_id = "
    "c.id "
    "WHERE c.company_id = $1::uuid AND c.id = $2::uuid AND c.deleted_at IS NULL AND v.version = $3::bigint"};

Result<std::string> One(Result<store::Rows> rows) {
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return NotFound("checklist");
  return rows->String(0, 0);
}

store::Param Author(const Call& call) { return call.principal.account_id; }

}  // namespace

Result<store::Rows> List(Call& call, const After& after, int limit) {
  return call.Query(kList, {call.company_id, after.inactive, after.title, after.id, limit + 1});
}

Result<std::string> Find(Call& call, const std::string& id) {
  return One(call.Query(kFind, {call.company_id, id}));
}

Result<std::string> Insert(Call& call, const std::string& id, const std::string& title,
                           const std::string& segments) {
  return One(call.Change(kInsert, {AuditContext(call), call.company_id, id, title, segments, Author(call)}));
}

Result<std::string> Update(Call& call, const std::string& id, const std::optional<std::string>& title,
                           const std::optional<std::string>& segments) {
  return One(call.Change(kUpdate, {AuditContext(call), call.company_id, id, title, segments, Author(call)}));
}

Status Erase(Call& call, const std::string& id) {
  DIALIX_CHECK(One(call.Change(kErase, {AuditContext(call), call.company_id, id})));
  return Ok();
}

Result<std::string> Activate(Call& call, const std::string& id) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLockAll, {call.company_id});
  batch.Add(kDeactivate, {AuditContext(call), call.company_id, id});
  batch.Add(kActivate, {AuditContext(call), call.company_id, id});
  DIALIX_TRY(auto rows, call.Change(batch));
  return One(std::move(rows[2]));
}

Result<store::Rows> ListVersions(Call& call, const std::string& id, const std::optional<std::string>& before,
                                 int limit) {
  DIALIX_TRY(store::Rows rows, call.Query(kListVersions, {call.company_id, id, before, limit + 1}));
  if (rows.empty()) return NotFound("checklist");
  if (rows.IsNull(0, 1)) return store::Rows();
  return rows;
}

Result<std::string> FindVersion(Call& call, const std::string& id, std::int64_t version) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFindVersion, {call.company_id, id, version}));
  if (rows.empty()) return NotFound("version");
  return rows.String(0, 0);
}

}  // namespace dialix::features::checklists
