#include <map>

#include "analysis/names.h"
#include "analysis/pipeline/job_sql.h"
#include "analysis/transcript_json.h"
#include "base/json.h"
#include "base/uuid.h"

namespace dialix::analysis {
namespace {

using store::Batch;
using store::Param;
using store::Statement;

constexpr Statement kEncryption{"settle_encryption",
                                "SELECT transcript_encryption_settled($1::uuid, $2::boolean)"};
constexpr Statement kTranscript{
    "settle_transcript",
    "INSERT INTO transcript (record_id, company_id, language, engine, segments, text, operator_channel, "
    "speaker_confidence, speaker_basis, segments_cipher) VALUES ($1::uuid, $2::uuid, $3::text, $4::text, "
    "$5::jsonb, $6::text, "
    "$7::smallint, $8::real, $9::text, $10::text) ON CONFLICT (record_id) DO UPDATE SET language = "
    "excluded.language, "
    "engine = excluded.engine, segments = excluded.segments, text = excluded.text, operator_channel = "
    "excluded.operator_channel, speaker_confidence = excluded.speaker_confidence, speaker_basis = "
    "excluded.speaker_basis, segments_cipher = excluded.segments_cipher, created_at = now()"};
constexpr Statement kWaveform{
    "settle_waveform",
    "INSERT INTO waveform (record_id, company_id, channels) VALUES ($1::uuid, $2::uuid, $3::jsonb) "
    "ON CONFLICT (record_id) DO UPDATE SET channels = excluded.channels"};
constexpr Statement kResult{
    "settle_result",
    "INSERT INTO result (id, record_id, company_id, checklist_id, checklist_version, engine, summary, "
    "call_purpose, "
    "lead_source, interests, sentiment_conversation, sentiment_operator, sentiment_customer, "
    "customer_gender, "
    "operator_greeted, operator_answer_delay_ms, operator_speech_ms, customer_speech_ms, speech_ms, "
    "silence_ms, "
    "overlap_ms, silence_spans, overlap_spans, summary_cipher) VALUES ($1::uuid, $2::uuid, $3::uuid, "
    "$4::uuid, $5::int, "
    "$6::text, "
    "$7::text, $8::text, $9::text, $10::text[], $11::text, $12::text, $13::text, $14::text, $15::boolean, "
    "$16::bigint, "
    "$17::bigint, $18::bigint, $19::bigint, $20::bigint, $21::bigint, $22::jsonb, $23::jsonb, $24::text) "
    "ON CONFLICT (record_id) DO UPDATE SET checklist_id = excluded.checklist_id, checklist_version = "
    "excluded.checklist_version, engine = excluded.engine, summary = excluded.summary, call_purpose = "
    "excluded.call_purpose, lead_source = excluded.lead_source, interests = excluded.interests, "
    "sentiment_conversation = excluded.sentiment_conversation, sentiment_operator = "
    "excluded.sentiment_operator, "
    "sentiment_customer = excluded.sentiment_customer, customer_gender = excluded.customer_gender, "
    "operator_greeted = "
    "excluded.operator_greeted, operator_answer_delay_ms = excluded.operator_answer_delay_ms, "
    "operator_speech_ms = "
    "excluded.operator_speech_ms, customer_speech_ms = excluded.customer_speech_ms, speech_ms = "
    "excluded.speech_ms, "
    "silence_ms = excluded.silence_ms, overlap_ms = excluded.overlap_ms, silence_spans = "
    "excluded.silence_spans, "
    "overlap_spans = excluded.overlap_spans, summary_cipher = excluded.summary_cipher, created_at = now()"};
// Questions that are not asked any more go; those that stay keep a person's override.
constexpr Statement kDropAnswers{
    "settle_drop_answers",
    "DELETE FROM result_answer WHERE record_id = $1::uuid AND NOT question_id = ANY ($2::text[])"};
constexpr Statement kAnswers{
    "settle_answers",
    "INSERT INTO result_answer (record_id, company_id, question_id, position, segment_position, segment, "
    "question, "
    "weight, verdict, confidence, comment, quote, quote_start_ms, quote_end_ms, quote_speaker, quote_cipher, "
    "comment_cipher) SELECT "
    "$1::uuid, $2::uuid, "
    "a.question_id, a.position, a.segment_position, a.segment, a.question, a.weight, a.verdict, "
    "a.confidence, a.comment, "
    "a.quote, a.quote_start_ms, a.quote_end_ms, a.quote_speaker, a.quote_cipher, a.comment_cipher FROM "
    "jsonb_to_recordset($3::jsonb) AS a "
    "(question_id text, "
    "position int, segment_position int, segment text, question text, weight double precision, verdict text, "
    "confidence "
    "real, comment text, quote text, quote_start_ms bigint, quote_end_ms bigint, quote_speaker text, "
    "quote_cipher text, comment_cipher text) "
    "ON CONFLICT (record_id, question_id) DO UPDATE SET position = excluded.position, segment_position = "
    "excluded.segment_position, segment = excluded.segment, question = excluded.question, weight = "
    "excluded.weight, "
    "verdict = excluded.verdict, confidence = excluded.confidence, comment = excluded.comment, quote = "
    "excluded.quote, "
    "quote_start_ms = excluded.quote_start_ms, quote_end_ms = excluded.quote_end_ms, quote_speaker = "
    "excluded.quote_speaker, quote_cipher = excluded.quote_cipher, comment_cipher = excluded.comment_cipher"};
// 100 × weight of yes / weight of yes and no; an override counts instead of the engine's verdict.
constexpr Statement kScore{"settle_score",
                           "UPDATE result s SET score = (SELECT round((100 * sum(a.weight) FILTER (WHERE "
                           "coalesce(a.override_verdict, a.verdict) "
                           "= 'yes') / nullif(sum(a.weight) FILTER (WHERE coalesce(a.override_verdict, "
                           "a.verdict) IN ('yes', 'no')), 0))::numeric, "
                           "2) FROM (SELECT weight, verdict, override_verdict FROM result_answer WHERE "
                           "record_id = $1::uuid UNION ALL "
                           "SELECT 0, 'yes', NULL) a) WHERE s.record_id = $1::uuid"};
// Where another company pays, its row is locked before the rollups lock the call's own.
constexpr Statement kHoldPayer{"settle_hold_payer", "SELECT billing_hold($1::uuid)"};
constexpr Statement kCharge{"settle_charge", "SELECT billing_charge($1::uuid, $2::uuid)"};
constexpr Statement kRecordDone{"settle_record",
                                "UPDATE record SET status = 'COMPLETED', progress = 100, stage = NULL, "
                                "failure = NULL, language = $2::text "
                                "WHERE id = $1::uuid"};
// The recording that is silent in places takes the old one's place, whose file goes after the commit.
constexpr Statement kSilenced{
    "settle_silenced",
    "WITH old AS (SELECT id, company_id, audio_path FROM record WHERE id = $1::uuid AND audio_path IS NOT "
    "NULL), "
    "gone AS (INSERT INTO file_removal (company_id, path) SELECT company_id, audio_path FROM old) "
    "UPDATE record r SET audio_path = $2::text, audio_bytes = $3::bigint, audio_type = 'audio/flac', "
    "channels = least(r.channels, CASE WHEN r.channels > 2 THEN 1 ELSE 2 END), "
    "redacted_spans = r.redacted_spans || $4::jsonb FROM old WHERE r.id = old.id"};
constexpr Statement kJobDone{"settle_job",
                             "UPDATE job SET state = 'done', lease_token = NULL, lease_until = NULL, "
                             "finished_at = now() WHERE id = $1::uuid"};

std::string PeaksJson(const std::vector<std::vector<int>>& channels) {
  JsonWriter json;
  json.BeginArray();
  for (const auto& peaks : channels) {
    json.BeginArray();
    for (const int peak : peaks) json.Int(peak);
    json.EndArray();
  }
  return json.EndArray().Take();
}

std::string SilencedJson(const AnalysisOutcome& outcome) {
  JsonWriter json;
  json.BeginArray();
  for (std::size_t i = 0; i < outcome.silent.size() && i < outcome.redacted.size(); ++i) {
    const SilentSpan& silent = outcome.silent[i];
    json.BeginObject().Field("kind", NameOf(outcome.redacted[i].kind)).Key("channel");
    silent.channel < 0 ? json.Null() : json.Int(silent.channel);
    json.Field("start_ms", silent.span.start_ms).Field("end_ms", silent.span.end_ms).EndObject();
  }
  return json.EndArray().Take();
}

std::string SpansJson(const std::vector<Span>& spans) {
  JsonWriter json;
  json.BeginArray();
  for (const Span& span : spans) {
    json.BeginObject().Field("start_ms", span.start_ms).Field("end_ms", span.end_ms).EndObject();
  }
  return json.EndArray().Take();
}

void WriteAnswer(JsonWriter& json, const Question& question, const Answer& answer, const Seal& seal) {
  json.Field("question", question.text).Field("weight", question.weight);
  json.Field("verdict", NameOf(answer.verdict)).Field("confidence", answer.confidence);
  if (!answer.comment.empty()) {
    seal ? json.Field("comment_cipher", seal(answer.comment)) : json.Field("comment", answer.comment);
  }
  if (!answer.evidence) return;
  const std::string& quote = answer.evidence->quote;
  seal ? json.Field("quote_cipher", seal(quote)) : json.Field("quote", quote);
  json.Field("quote_start_ms", answer.evidence->start_ms).Field("quote_end_ms", answer.evidence->end_ms);
  json.Field("quote_speaker", NameOf(answer.evidence->speaker));
}

struct AnswerRows {
  std::string json = "[]";
  std::vector<std::string> question_ids;
};

AnswerRows AnswersOf(const JobDetails& details, const Assessment& assessment, const Seal& seal) {
  AnswerRows rows;
  if (!details.input.checklist) return rows;
  std::map<std::string, const Answer*> by_question;
  for (const Answer& answer : assessment.answers) by_question.emplace(answer.question_id, &answer);
  const Answer unanswered;
  JsonWriter json;
  json.BeginArray();
  int position = 0;
  int segment_position = 0;
  for (const ChecklistSegment& segment : details.input.checklist->segments) {
    for (const Question& question : segment.questions) {
      const auto found = by_question.find(question.id);
      json.BeginObject().Field("question_id", question.id).Field("position", position++);
      json.Field("segment_position", segment_position).Field("segment", segment.title);
      WriteAnswer(json, question, found == by_question.end() ? unanswered : *found->second, seal);
      json.EndObject();
      rows.question_ids.push_back(question.id);
    }
    ++segment_position;
  }
  rows.json = json.EndArray().Take();
  return rows;
}

// The token of a text; nothing where there is no text or nothing is to be sealed.
Param Sealed(const Param& text, const Seal& seal) {
  if (!seal || !text.text || text.text->empty()) return std::nullopt;
  return seal(*text.text);
}

void AddResult(Batch& batch, const TakenJob& job, const JobDetails& details, const AnalysisOutcome& outcome,
               const Seal& seal) {
  const Assessment& found = outcome.assessment;
  const TalkMetrics& talk = outcome.metrics;
  const auto& checklist = details.input.checklist;
  batch.Add(kResult, {NewUuid(),
                      job.record_id,
                      job.company_id,
                      checklist ? Param(checklist->id) : Param(std::nullopt),
                      checklist ? Param(checklist->version) : Param(std::nullopt),
                      found.engine,
                      seal ? Param(std::nullopt) : Param(found.summary),
                      found.call_purpose,
                      found.lead_source,
                      found.interests,
                      found.sentiment_conversation,
                      found.sentiment_operator,
                      found.sentiment_customer,
                      found.customer_gender,
                      found.operator_greeted,
                      talk.operator_answer_delay_ms,
                      talk.operator_speech_ms,
                      talk.customer_speech_ms,
                      talk.speech_ms,
                      talk.silence_ms,
                      talk.overlap_ms,
                      SpansJson(talk.silences),
                      SpansJson(talk.overlaps),
                      Sealed(Param(found.summary), seal)});
}

}  // namespace

const Statement kHoldJob{"job_hold", "SELECT job_hold($1::uuid, $2::uuid)"};

Batch SettleBatch(const TakenJob& job, const JobDetails& details, const AnalysisOutcome& outcome,
                  const Seal& seal) {
  const Transcript& transcript = outcome.transcript;
  const Param channel =
      outcome.roles.operator_channel < 0 ? Param(std::nullopt) : Param(outcome.roles.operator_channel);
  const AnswerRows answers = AnswersOf(details, outcome.assessment, seal);
  const std::string segments = TranscriptSegmentsJson(transcript);
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kHoldJob, {job.id, job.lease_token});
  batch.Add(kEncryption, {job.company_id, static_cast<bool>(seal)});
  batch.Add(kHoldPayer, {job.id});
  batch.Add(kTranscript, {job.record_id, job.company_id, transcript.language, transcript.engine,
                          seal ? "[]" : segments, seal ? std::string() : PlainText(transcript), channel,
                          outcome.roles.confidence, outcome.roles.basis, Sealed(segments, seal)});
  batch.Add(kWaveform, {job.record_id, job.company_id, PeaksJson(outcome.peaks)});
  AddResult(batch, job, details, outcome, seal);
  batch.Add(kDropAnswers, {job.record_id, answers.question_ids});
  batch.Add(kAnswers, {job.record_id, job.company_id, answers.json});
  batch.Add(kScore, {job.record_id});
  batch.Add(kCharge, {job.id, NewUuid()});
  batch.Add(kRecordDone, {job.record_id, store::NullIfEmpty(transcript.language)});
  if (!outcome.silenced_name.empty()) {
    batch.Add(kSilenced,
              {job.record_id, outcome.silenced_name, outcome.silenced_bytes, SilencedJson(outcome)});
  }
  batch.Add(kJobDone, {job.id});
  return batch;
}

}  // namespace dialix::analysis
