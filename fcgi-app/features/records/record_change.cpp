#include "features/records/record_change.h"

#include "base/uuid.h"
#include "features/endpoint/audit.h"
#include "features/endpoint/fields.h"
#include "features/records/record_accept.h"
#include "features/records/record_list.h"
#include "features/records/record_sql.h"
#include "security/sealed_text.h"

// What of a record the activity log tells.
#define RECORD_AUDIT(row)                                                                               \
  "jsonb_build_object('title', " #row ".title, 'operator_id', " #row ".operator_id, 'call_type', " #row \
  ".call_type, 'client_phone_number', " #row ".client_phone_number, 'checklist_id', " #row              \
  ".checklist_id, 'started_at', iso(" #row ".started_at))"

namespace dialix::features {
namespace {

using store::Statement;

constexpr Statement kUpdate{
    "record_update",
    "WITH old AS (SELECT * FROM record WHERE id = $2::uuid AND company_id = $3::uuid AND deleted_at IS NULL "
    "AND ($4::uuid IS NULL OR operator_id = $4::uuid) FOR NO KEY UPDATE), "
    "found AS (SELECT (SELECT o.id FROM operator o WHERE o.company_id = $3::uuid AND o.code = $8::text AND "
    "o.deleted_at "
    "IS NULL) AS operator_id, (SELECT k.id FROM checklist k WHERE k.company_id = $3::uuid AND k.id = "
    "$14::uuid AND "
    "k.deleted_at IS NULL) AS checklist_id), "
    "wrong AS (SELECT ($8::text IS NOT NULL AND operator_id IS NULL) OR ($7::boolean AND $4::uuid IS NOT "
    "NULL "
    "AND operator_id IS DISTINCT FROM $4::uuid) AS operator, $14::uuid IS NOT NULL AND checklist_id "
    "IS NULL AS checklist FROM found), "
    "r AS (UPDATE record r SET title = CASE WHEN $5::boolean THEN $6::text ELSE r.title END, "
    "operator_id = CASE WHEN $7::boolean THEN found.operator_id ELSE r.operator_id END, "
    "call_type = CASE WHEN $9::boolean THEN $10::text ELSE r.call_type END, "
    "client_phone_number = CASE WHEN $11::boolean THEN $12::text ELSE r.client_phone_number END, "
    "checklist_id = CASE WHEN $13::boolean THEN found.checklist_id ELSE r.checklist_id END, "
    "started_at = CASE WHEN $15::boolean THEN $16::timestamptz ELSE r.started_at END "
    "FROM old, found, wrong WHERE r.id = old.id AND NOT wrong.operator AND NOT wrong.checklist RETURNING "
    "r.*) "
    "SELECT EXISTS (SELECT FROM old), wrong.operator, wrong.checklist, "
    "(SELECT note_activity($1::jsonb, r.company_id, 'record.update', 'record', r.id, " RECORD_AUDIT(
        old) ", " RECORD_AUDIT(r) ") FROM r JOIN old ON old.id = r.id) FROM wrong"};

// Locks the record, then its job, then the company: as everybody does.
constexpr Statement kDelete{
    "record_delete",
    "WITH old AS (SELECT * FROM record WHERE id = $2::uuid AND company_id = $3::uuid AND deleted_at IS NULL "
    "AND ($4::uuid IS NULL OR operator_id = $4::uuid) FOR UPDATE), "
    "its_job AS (SELECT id FROM job WHERE record_id = (SELECT id FROM old) AND company_id = $3::uuid "
    "AND state IN ('queued', 'running') FOR UPDATE), "
    "r AS (UPDATE record r SET deleted_at = now(), audio_path = NULL FROM old WHERE r.id = old.id "
    "AND (SELECT count(*) FROM its_job) >= 0 RETURNING r.*), "
    "given_up AS MATERIALIZED (SELECT billing_end_job(j.id, 'cancelled', NULL) FROM its_job j) "
    "SELECT coalesce(old.audio_path, ''), note_activity($1::jsonb, r.company_id, 'record.delete', 'record', "
    "r.id, " RECORD_AUDIT(old) ", NULL), (SELECT count(*) FROM given_up) FROM r JOIN old ON old.id = r.id"};
constexpr Statement kDeleteTranscript{
    "record_delete_transcript",
    "DELETE FROM transcript WHERE record_id = $1::uuid AND company_id = $2::uuid AND "
    "EXISTS (SELECT FROM record WHERE id = $1::uuid AND deleted_at IS NOT NULL)"};
constexpr Statement kDeleteWaveform{
    "record_delete_waveform",
    "DELETE FROM waveform WHERE record_id = $1::uuid AND company_id = $2::uuid AND "
    "EXISTS (SELECT FROM record WHERE id = $1::uuid AND deleted_at IS NOT NULL)"};
constexpr Statement kDeleteAnswers{
    "record_delete_answers",
    "DELETE FROM result_answer WHERE record_id = $1::uuid AND company_id = $2::uuid AND "
    "EXISTS (SELECT FROM record WHERE id = $1::uuid AND deleted_at IS NOT NULL)"};
constexpr Statement kDeleteResult{
    "record_delete_result",
    "DELETE FROM result WHERE record_id = $1::uuid AND company_id = $2::uuid AND "
    "EXISTS (SELECT FROM record WHERE id = $1::uuid AND deleted_at IS NOT NULL)"};

// The words to search it by are written anew of what is left.
constexpr Statement kForgetWords{
    "record_forget_words",
    "UPDATE record SET search = NULL WHERE id = $1::uuid AND company_id = $2::uuid "
    "AND deleted_at IS NOT NULL"};

// A call is charged once: where a charge stands for it, the next analysis is free. Its minutes count once
// too.
constexpr Statement kReprocess{
    "record_reprocess",
    "WITH old AS (SELECT r.* FROM record r WHERE r.id = $2::uuid AND r.company_id = $3::uuid AND "
    "r.deleted_at IS NULL "
    "AND ($4::uuid IS NULL OR r.operator_id = $4::uuid) FOR NO KEY UPDATE), "
    "pre AS (SELECT old.id, old.status IN ('COMPLETED', 'FAILED') AND old.audio_path IS NOT NULL AS idle, "
    "c.currency, CASE WHEN billing_is_charged(old.id) THEN 0 ELSE ceil(old.duration_ms::numeric * "
    "c.price_per_minute_minor / 60000)::bigint END AS cost, CASE WHEN EXISTS (SELECT FROM job j WHERE "
    "j.record_id = old.id AND j.state = 'done' AND j.counted_ms > 0) THEN 0 ELSE old.duration_ms END AS "
    "audio_ms FROM old JOIN company c ON c.id = old.company_id), "
    "asked AS (SELECT v.*, pre.id, pre.cost, pre.audio_ms FROM pre CROSS JOIN LATERAL "
    "billing_reserve(pre.idle, $3::uuid, pre.cost, pre.audio_ms) v), "
    "reserve AS (SELECT * FROM asked WHERE refused IS NULL), "
    "r AS (UPDATE record r SET status = 'PENDING', progress = 0, stage = NULL, failure = NULL, cost_minor = "
    "CASE WHEN "
    "v.cost > 0 THEN v.cost ELSE r.cost_minor END FROM reserve v WHERE r.id = v.id RETURNING r.*), "
    "queued AS (INSERT INTO job (id, company_id, record_id, reserved_minor, payer_id, counted_ms, "
    "counted_month) SELECT $5::uuid, r.company_id, "
    "r.id, v.cost, nullif(v.payer_id, r.company_id), v.audio_ms, v.counted_month "
    "FROM r JOIN reserve v ON v.id = r.id RETURNING id) "
    "SELECT pre.idle, EXISTS (SELECT FROM r), pre.cost, asked.available_minor, pre.currency, asked.refused, "
    "asked.most, (SELECT "
    "note_activity($1::jsonb, "
    "r.company_id, 'record.reprocess', 'record', r.id, NULL, jsonb_build_object('cost_minor', v.cost)) FROM "
    "r JOIN "
    "reserve v ON v.id = r.id) FROM pre LEFT JOIN asked ON true"};

constexpr Statement kTranscript{
    "transcript_read",
    "SELECT r.status = 'COMPLETED', t.record_id IS NULL, json_build_object('language', nullif(t.language, "
    "''), 'engine', "
    "t.engine, "
    "CASE WHEN t.segments_cipher IS NULL THEN 'segments' ELSE 'segments_sealed_json' END, CASE WHEN "
    "t.segments_cipher IS NULL THEN t.segments ELSE to_jsonb(t.segments_cipher) END)::text FROM record r "
    "LEFT JOIN transcript t ON t.record_id = r.id "
    "WHERE r.id = $1::uuid AND r.company_id = $2::uuid AND r.deleted_at IS NULL "
    "AND ($3::uuid IS NULL OR r.operator_id = $3::uuid)"};
constexpr Statement kWaveform{
    "waveform_read",
    "SELECT r.status = 'COMPLETED', w.record_id IS NULL, json_build_object('duration_ms', r.duration_ms, "
    "'channels', (SELECT "
    "json_agg("
    "json_build_object('role', CASE WHEN t.operator_channel IS NULL OR jsonb_array_length(w.channels) = 1 "
    "THEN 'unknown' "
    "WHEN t.operator_channel = p.n - 1 THEN 'operator' ELSE 'customer' END, 'peaks', p.peaks) ORDER BY p.n) "
    "FROM jsonb_array_elements(w.channels) WITH ORDINALITY AS p (peaks, n)), 'silences', s.silence_spans, "
    "'overlaps', "
    "s.overlap_spans, 'redacted', r.redacted_spans)::text FROM record r LEFT JOIN waveform w ON w.record_id "
    "= r.id LEFT JOIN result s ON "
    "s.record_id = "
    "r.id LEFT JOIN transcript t ON t.record_id = r.id "
    "WHERE r.id = $1::uuid AND r.company_id = $2::uuid AND r.deleted_at IS NULL "
    "AND ($3::uuid IS NULL OR r.operator_id = $3::uuid)"};
constexpr Statement kAudio{"record_audio",
                           "SELECT r.audio_path FROM record r WHERE r.id = $1::uuid AND r.company_id = "
                           "$2::uuid AND r.deleted_at IS NULL "
                           "AND r.audio_path IS NOT NULL AND ($3::uuid IS NULL OR r.operator_id = $3::uuid)"};

Result<std::string> Opened(const Call& call, std::string json) {
  return OpenSealed(call.services.encryption, std::move(json));
}

Result<std::string> ReadWhenReady(Call& call, store::Batch batch) {
  DIALIX_TRY(const auto results, call.Run(batch));
  const store::Rows& rows = results.front();
  if (rows.empty()) return NotFound("call");
  if (!rows.Bool(0, 0)) return Conflict("record_not_ready", "This call has not been analysed yet.");
  // The company does not keep it this long.
  if (rows.Bool(0, 1)) return Fail(Error::Code::kGone, "This part of the call was removed after its time.");
  return Opened(call, rows.String(0, 2));
}

}  // namespace

Result<std::string> ReadRecord(Call& call, const std::string& id) {
  DIALIX_TRY(const store::Rows rows,
             call.Query(kReadRecord, {id, call.company_id, call.principal.OnlyOperator()}));
  if (rows.empty()) return NotFound("call");
  return Opened(call, rows.String(0, 0));
}

Result<std::string> UpdateRecord(Call& call, const std::string& id, const RecordChange& change) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  const auto limit = call.principal.OnlyOperator();
  batch.Add(kUpdate, {AuditContext(call), id, call.company_id, limit, change.title.given, change.title.value,
                      change.operator_code.given, change.operator_code.value, change.call_type.given,
                      change.call_type.value, change.client_phone_number.given,
                      change.client_phone_number.value, change.checklist_id.given, change.checklist_id.value,
                      change.started_at.given, change.started_at.value});
  batch.Add(kReadRecord, {id, call.company_id, limit});
  DIALIX_TRY(const auto rows, call.Run(batch));
  if (!rows[0].Bool(0, 0)) return NotFound("call");
  FieldErrors errors;
  if (rows[0].Bool(0, 1))
    errors.Add("operator_code", "not_found", "is not the code of an operator of this company");
  if (rows[0].Bool(0, 2)) errors.Add("checklist_id", "not_found", "is not a checklist of this company");
  if (!errors.ok()) return errors.TakeError();
  if (rows[1].empty()) return NotFound("call");
  return Opened(call, rows[1].String(0, 0));
}

Result<std::string> DeleteRecord(Call& call, const std::string& id) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kDelete, {AuditContext(call), id, call.company_id, call.principal.OnlyOperator()});
  for (const Statement* statement :
       {&kDeleteTranscript, &kDeleteWaveform, &kDeleteAnswers, &kDeleteResult, &kForgetWords}) {
    batch.Add(*statement, {id, call.company_id});
  }
  DIALIX_TRY(const auto rows, call.Run(batch));
  if (rows[0].empty()) return NotFound("call");
  return rows[0].String(0, 0);
}

Result<std::string> ReprocessRecord(Call& call, const std::string& id) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  const auto limit = call.principal.OnlyOperator();
  batch.Add(kReprocess, {AuditContext(call), id, call.company_id, limit, NewUuid()});
  batch.Add(kReadRecord, {id, call.company_id, limit});
  batch.Add(store::kNotifyAnalyzers);
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (rows[0].empty()) return NotFound("call");
  if (!rows[0].Bool(0, 0)) return Conflict("already_processing", "This call is being analysed already.");
  if (!rows[0].Bool(0, 1))
    return Refused(rows[0].Text(0, 5), rows[0].Int(0, 2), rows[0].OptInt(0, 3), rows[0].String(0, 4),
                   rows[0].OptInt(0, 6));
  return Opened(call, rows[1].String(0, 0));
}

Result<std::string> ReadTranscript(Call& call, const std::string& id) {
  store::Batch batch(store::Batch::Mode::kIdempotent);
  batch.Add(kTranscript, {id, call.company_id, call.principal.OnlyOperator()});
  AddRecordAccess(batch, call, RecordAccess::kTranscript, id);
  return ReadWhenReady(call, std::move(batch));
}
Result<std::string> ReadWaveform(Call& call, const std::string& id) {
  store::Batch batch;
  batch.Add(kWaveform, {id, call.company_id, call.principal.OnlyOperator()});
  return ReadWhenReady(call, std::move(batch));
}

Result<std::string> ReadAudioName(Call& call, const std::string& id, RecordAccess access) {
  store::Batch batch(store::Batch::Mode::kIdempotent);
  batch.Add(kAudio, {id, call.company_id, call.principal.OnlyOperator()});
  AddRecordAccess(batch, call, access, id);
  DIALIX_TRY(const auto rows, call.Run(batch));
  if (rows[0].empty()) return NotFound("call");
  return rows[0].String(0, 0);
}

}  // namespace dialix::features
