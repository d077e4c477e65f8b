#include "features/privacy/exports_store.h"

#include "features/endpoint/audit.h"
#include "features/endpoint/page.h"

// One whose time is over is expired, also before the analyzers have come to it.
#define EXPORT_STATE "CASE WHEN e.state = 'done' AND e.expires_at < now() THEN 'expired' ELSE e.state END"
#define EXPORT_JSON                                                                                        \
  "json_build_object('id', e.id, 'state', " EXPORT_STATE                                                   \
  ", 'with_audio', e.with_audio, 'progress', e.progress, 'size_bytes', e.size_bytes, 'sha256', e.sha256, " \
  "'failure', CASE WHEN e.state = 'failed' THEN json_build_object('code', e.failure_code, 'message', "     \
  "e.failure) END, 'requested_by', e.requested_by, 'created_at', iso(e.created_at), 'started_at', "        \
  "iso(e.started_at), 'finished_at', iso(e.finished_at), 'expires_at', iso(e.expires_at))::text"

namespace dialix::features::exports {
namespace {

using store::Batch;
using store::Statement;

constexpr int kMostKept = 3;

constexpr Statement kInsert{
    "export_insert",
    "WITH e AS (INSERT INTO company_export (id, company_id, requested_by, with_audio) "
    "SELECT $2::uuid, $3::uuid, $4::uuid, $5::boolean WHERE (SELECT count(*) FROM company_export k WHERE "
    "k.company_id = $3::uuid AND k.state = 'done' AND k.expires_at >= now()) < $6::integer "
    "ON CONFLICT DO NOTHING RETURNING *) "
    "SELECT " EXPORT_JSON
    ", note_activity($1::jsonb, e.company_id, 'export.request', 'export', e.id, NULL, "
    "jsonb_build_object('with_audio', e.with_audio)) FROM e"};
constexpr Statement kIsUnderWay{
    "export_is_under_way",
    "SELECT EXISTS (SELECT FROM company_export WHERE company_id = $1::uuid AND state IN "
    "('queued', 'running') AND id <> $2::uuid)"};
constexpr Statement kFind{"export_find",
                          "SELECT " EXPORT_JSON
                          " FROM company_export e WHERE e.id = $1::uuid AND e.company_id = $2::uuid "
                          "AND e.deleted_at IS NULL"};
constexpr Statement kList{
    "export_list",
    "SELECT " EXPORT_JSON
    ", to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), e.id "
    "FROM company_export e WHERE e.company_id = $1::uuid AND e.deleted_at IS NULL AND (e.created_at, e.id) < "
    "(coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, "
    "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) "
    "ORDER BY e.created_at DESC, e.id DESC LIMIT $4::integer"};
// A download in parts is one entry.
constexpr Statement kFetch{
    "export_fetch",
    "SELECT " EXPORT_STATE
    ", e.file, to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), CASE WHEN " EXPORT_STATE
    " = 'done' THEN note_access($1::jsonb, e.company_id, 'export.download', 'export', e.id, interval '15 "
    "minutes') END "
    "FROM company_export e WHERE e.id = $2::uuid AND e.company_id = $3::uuid AND e.deleted_at IS NULL"};
constexpr Statement kDelete{
    "export_delete",
    "WITH old AS (SELECT id, state, file FROM company_export WHERE id = $2::uuid AND company_id = $3::uuid "
    "AND "
    "deleted_at IS NULL FOR UPDATE), "
    "gone AS (UPDATE company_export e SET state = CASE WHEN e.state = 'failed' THEN 'failed' ELSE 'expired' "
    "END, "
    "lease_token = NULL, lease_until = NULL, file = NULL, deleted_at = now() FROM old WHERE e.id = old.id "
    "RETURNING e.id, e.company_id, old.state AS was, old.file), "
    "files AS (INSERT INTO file_removal (company_id, path) SELECT company_id, file || ending FROM gone "
    "CROSS JOIN (VALUES (''), ('.part')) AS f (ending) WHERE file IS NOT NULL) "
    "SELECT note_activity($1::jsonb, company_id, 'export.delete', 'export', id, jsonb_build_object('state', "
    "was), NULL) "
    "FROM gone"};

}  // namespace

Result<std::string> Insert(Call& call, const std::string& id, bool with_audio) {
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kInsert,
            {AuditContext(call), id, call.company_id, call.principal.account_id, with_audio, kMostKept});
  batch.Add(kIsUnderWay, {call.company_id, id});
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (!rows[0].empty()) return rows[0].String(0, 0);
  if (rows[1].Bool(0, 0))
    return Conflict("export_under_way", "The company's data is being put together already.");
  return Conflict("too_many_exports", "The company has " + std::to_string(kMostKept) +
                                          " archives of its data: delete one of them first.");
}

Result<std::string> Find(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Query(kFind, {id, call.company_id}));
  if (rows.empty()) return NotFound("export");
  return rows.String(0, 0);
}

Result<std::string> List(Call& call, const Page& page) {
  DIALIX_TRY(const store::Rows rows,
             call.Query(kList, {call.company_id, page.before_time, page.before_id, page.limit + 1}));
  return PageJson(rows, page.limit, 2);
}

Result<File> Fetch(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Change(kFetch, {AuditContext(call), id, call.company_id}));
  if (rows.empty()) return NotFound("export");
  const std::string_view state = rows.Text(0, 0);
  if (state == "done") return File{rows.String(0, 1), rows.String(0, 2)};
  if (state == "failed")
    return Conflict("export_failed", "This archive could not be made. Ask for another one.");
  if (state != "expired") return Conflict("export_not_ready", "This archive is still being made.");
  Error gone = Fail(Error::Code::kGone, "This archive was removed. Ask for another one.");
  gone.slug = "export_expired";
  return gone;
}

Status Delete(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows, call.Change(kDelete, {AuditContext(call), id, call.company_id}));
  if (rows.empty()) return NotFound("export");
  return Ok();
}

}  // namespace dialix::features::exports
