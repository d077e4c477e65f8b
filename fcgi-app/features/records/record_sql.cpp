#include "features/records/record_sql.h"

namespace dialix::features {
namespace {

#define RECORD_HEAD                                                                                  \
  "'id', r.id, 'title', r.title, 'status', r.status, 'failure', r.failure, 'progress', r.progress, " \
  "'duration_ms', r.duration_ms, 'operator', CASE WHEN o.id IS NULL THEN NULL ELSE "                 \
  "json_build_object('id', o.id, 'code', o.code, 'name', o.name) END, 'call_type', r.call_type, "    \
  "'client_phone_number', r.client_phone_number, 'source', r.source, 'language', r.language, "       \
  "'started_at', iso(r.started_at), 'created_at', iso(r.created_at)"

#define RECORD_JOINS                               \
  " LEFT JOIN operator o ON o.id = r.operator_id " \
  "LEFT JOIN result s ON s.record_id = r.id AND r.status = 'COMPLETED' "

#define RECORD_FROM " FROM record r" RECORD_JOINS

// Members whose text may be stored encrypted: see sealed_text.h.
#define MAYBE_SEALED(name, plain, cipher) \
  "CASE WHEN " cipher " IS NULL THEN '" name "' ELSE '" name "_sealed' END, coalesce(" cipher ", " plain ")"
#define SUMMARY_MEMBER MAYBE_SEALED("summary", "s.summary", "s.summary_cipher")

#define ANSWERED_QUESTION \
  "json_build_object('id', a.question_id, 'text', a.question, 'weight', a.weight, 'answer', a.verdict, "     \
  "'confidence', a.confidence, 'evidence', CASE WHEN a.quote IS NULL AND a.quote_cipher IS NULL THEN NULL "  \
  "ELSE json_build_object(" MAYBE_SEALED("quote", "a.quote", "a.quote_cipher")                               \
  ", 'start_ms', a.quote_start_ms, 'end_ms', a.quote_end_ms, 'speaker', a.quote_speaker) END, "              \
  MAYBE_SEALED("comment", "a.comment", "a.comment_cipher")                                                   \
  ", 'override', CASE WHEN a.override_verdict IS NULL THEN NULL ELSE json_build_object("                     \
  "'answer', a.override_verdict, 'comment', a.override_comment, 'account_id', a.override_by, "               \
  "'created_at', iso(a.override_at)) END)"

#define RESULT_CHECKLIST                                                                                     \
  "CASE WHEN s.checklist_id IS NULL THEN NULL ELSE json_build_object('checklist_id', s.checklist_id, "       \
  "'version', s.checklist_version, 'title', (SELECT k.title FROM checklist k WHERE k.id = s.checklist_id), " \
  "'score', s.score, 'segments', coalesce((SELECT json_agg(json_build_object('title', g.segment, "           \
  "'questions', g.questions) ORDER BY g.segment_position) FROM (SELECT a.segment_position, a.segment, "      \
  "json_agg(" ANSWERED_QUESTION                                                                              \
  " ORDER BY a.position) AS questions FROM result_answer a "                                                 \
  "WHERE a.record_id = r.id GROUP BY a.segment_position, a.segment) g), '[]'::json)) END"

#define RESULT                                                                                               \
  "CASE WHEN s.id IS NULL THEN NULL ELSE json_build_object(" SUMMARY_MEMBER                                  \
  ", 'call_purpose', "                                                                                       \
  "s.call_purpose, 'lead_source', s.lead_source, 'interests', to_json(s.interests), 'sentiment', "           \
  "json_build_object('conversation', s.sentiment_conversation, 'operator', s.sentiment_operator, "           \
  "'customer', s.sentiment_customer), 'operator_answer_delay_ms', s.operator_answer_delay_ms, "              \
  "'operator_speech_ms', s.operator_speech_ms, 'customer_speech_ms', s.customer_speech_ms, "                 \
  "'silence_ms', s.silence_ms, 'overlap_ms', s.overlap_ms, 'customer_gender', s.customer_gender, "           \
  "'operator_greeted', s.operator_greeted, 'speakers', (SELECT json_build_object('operator_channel', "       \
  "t.operator_channel, 'confidence', t.speaker_confidence, 'basis', t.speaker_basis) FROM transcript t "     \
  "WHERE t.record_id = r.id), 'engines', json_build_object('transcriber', (SELECT t.engine FROM transcript " \
  "t "                                                                                                       \
  "WHERE t.record_id = r.id), 'assessor', s.engine), 'checklist', " RESULT_CHECKLIST                         \
  ", 'created_at', iso(s.created_at)) END"

#define RECORD_JSON                                                                                       \
  "json_build_object(" RECORD_HEAD                                                                        \
  ", 'checklist_id', r.checklist_id, 'cost_minor', r.cost_minor, 'file', "                                \
  "json_build_object('size_bytes', r.audio_bytes, 'content_type', r.audio_type, 'channels', r.channels, " \
  "'sample_rate_hz', r.sample_rate, 'available', r.audio_path IS NOT NULL), 'result', " RESULT ")::text"

#define RECORD_BRIEF_JSON                                                                                    \
  "json_build_object(" RECORD_HEAD                                                                           \
  ", 'result', CASE WHEN s.id IS NULL THEN NULL ELSE json_build_object("                                     \
  "'score', s.score, 'sentiment', s.sentiment_conversation, 'call_purpose', s.call_purpose, " SUMMARY_MEMBER \
  ") END)::text"

}  // namespace

const store::Statement kReadRecord{
    "record_read", "SELECT " RECORD_JSON RECORD_FROM
                   "WHERE r.id = $1::uuid AND r.company_id = $2::uuid AND r.deleted_at IS NULL "
                   "AND ($3::uuid IS NULL OR r.operator_id = $3::uuid)"};

const store::Statement kListRecords{
    "record_list", "SELECT " RECORD_BRIEF_JSON
                   ", CASE WHEN $2 <> 'score' OR r.score IS NOT NULL THEN p.key END, p.id "
                   "FROM record_page($1::uuid, $2::text, $3::boolean, $4::integer, $5::text, $6::uuid, "
                   "$7::uuid, $8::text[], "
                   "$9::text[], $10::text, $11::text, $12::numeric, $13::numeric, $14::date, $15::date) "
                   "WITH ORDINALITY AS p (id, key, position) JOIN record r ON r.id = p.id" RECORD_JOINS
                   "ORDER BY p.position"};

const store::Statement kReadAcceptedRecord{
    "record_read_accepted",
    "SELECT " RECORD_JSON RECORD_FROM
    "WHERE r.company_id = $2::uuid AND r.deleted_at IS NULL "
    "AND (r.id = $1::uuid OR (r.created_by = $3::uuid AND r.idempotency_key = $4::text))"};

}  // namespace dialix::features
