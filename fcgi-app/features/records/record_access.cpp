#include "features/records/record_access.h"

#include "features/endpoint/audit.h"

namespace dialix::features {
namespace {

constexpr store::Statement kNote{"record_access_note",
                                 "SELECT note_access($1::jsonb, r.company_id, $2::text, 'record', r.id, "
                                 "interval '15 minutes') FROM record r "
                                 "WHERE r.id = $3::uuid AND r.company_id = $4::uuid AND r.deleted_at IS NULL "
                                 "AND ($5::uuid IS NULL OR r.operator_id = $5::uuid) "
                                 "AND CASE WHEN $2::text = 'record.transcript_view' THEN r.status = "
                                 "'COMPLETED' ELSE r.audio_path IS NOT NULL END"};

const char* NameOf(RecordAccess access) {
  switch (access) {
    case RecordAccess::kTranscript:
      return "record.transcript_view";
    case RecordAccess::kPlay:
      return "record.play";
    case RecordAccess::kDownload:
      return "record.download";
  }
  return "";
}

}  // namespace

void AddRecordAccess(store::Batch& batch, const Call& call, RecordAccess access, const std::string& id) {
  batch.Add(kNote, {AuditContext(call), NameOf(access), id, call.company_id, call.principal.OnlyOperator()});
}

}  // namespace dialix::features
