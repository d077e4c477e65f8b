#include "features/records/record_export.h"

#include "base/uuid.h"
#include "features/endpoint/audit.h"
#include "features/endpoint/csv_export.h"

#define RECORD_PAGE                                                                                      \
  "record_page($1::uuid, $2::text, $3::boolean, $4::integer, $5::text, $6::uuid, $7::uuid, $8::text[], " \
  "$9::text[], $10::text, $11::text, $12::numeric, $13::numeric, $14::date, $15::date)"

namespace dialix::features {
namespace {

// $4: one more than may be. $16, $17: the entry that notes the export.
constexpr store::Statement kNote{"record_note_export",
                                 "WITH found AS (SELECT count(*) AS n FROM " RECORD_PAGE
                                 ") "
                                 "SELECT n, CASE WHEN n < $4::integer THEN note_activity($16::jsonb, "
                                 "$1::uuid, 'record.export', 'record', NULL, NULL, "
                                 "$17::jsonb || jsonb_build_object('rows', n)) END FROM found"};
// $16: the id of that entry.
constexpr store::Statement kExport{
    "record_export",
    "SELECT iso(r.started_at), r.id, r.title, r.status, round(r.duration_ms / 1000.0, 1), o.code, o.name, "
    "r.call_type, "
    "r.client_phone_number, r.source, r.language, s.score, s.sentiment_conversation, s.call_purpose, "
    "s.lead_source, "
    "array_to_string(s.interests, '; '), CASE WHEN s.summary_cipher IS NULL THEN 'p' || s.summary ELSE 's' "
    "|| s.summary_cipher END, r.cost_minor, iso(r.created_at) "
    "FROM (SELECT * FROM " RECORD_PAGE
    " WITH ORDINALITY AS p (id, key, position) "
    "WHERE EXISTS (SELECT FROM activity_log WHERE id = $16::uuid)) AS p JOIN record r ON r.id = p.id "
    "LEFT JOIN operator o ON o.id = r.operator_id LEFT JOIN result s ON s.record_id = r.id AND r.status = "
    "'COMPLETED' "
    "ORDER BY p.position"};

}  // namespace

Result<http::Response> ExportRecords(Call& call, const RecordFilter& filter, char separator) {
  const std::string entry = NewUuid();
  std::vector<store::Param> params = PageParams(call, filter, kMaxExportRows + 1);
  std::vector<store::Param> note = params;
  note.insert(note.end(), {AuditContext(call, entry), ExportedFilter(call)});
  params.emplace_back(entry);
  return ExportCsv(call, {"dialix-calls",
                          {{"started_at"},
                           {"id"},
                           {"title"},
                           {"status"},
                           {"duration_s", true},
                           {"operator_code"},
                           {"operator_name"},
                           {"call_type"},
                           {"client_phone_number"},
                           {"source"},
                           {"language"},
                           {"score", true},
                           {"sentiment"},
                           {"call_purpose"},
                           {"lead_source"},
                           {"interests"},
                           {"summary", false, true},
                           {"cost_minor", true},
                           {"created_at"}},
                          separator,
                          kNote,
                          std::move(note),
                          kExport,
                          std::move(params)});
}

}  // namespace dialix::features
