#include "analysis/pipeline/job_queue.h"

#include <algorithm>

#include "analysis/checklist_json.h"
#include "analysis/pipeline/job_sql.h"
#include "base/uuid.h"

namespace dialix::analysis {
namespace {

using store::Batch;
using store::Scope;
using store::Statement;

constexpr Statement kTake{
    "job_take",
    "SELECT job_id, company_id, record_id, lease_token, attempts, losses FROM job_take($1::text, "
    "make_interval(secs => $2::int), $3::int)"};
constexpr Statement kNextDue{"job_next_due", "SELECT job_next_due_ms()"};
constexpr Statement kHeartbeat{
    "job_heartbeat",
    "SELECT job_heartbeat($1::text[]::uuid[], $2::text[]::uuid[], make_interval(secs => $3::int))"};
constexpr Statement kMarkStarted{"record_mark_started",
                                 "UPDATE record SET status = 'PROCESSING', progress = 0, stage = 'decode', "
                                 "failure = NULL WHERE id = $1::uuid"};
constexpr Statement kDetails{
    "job_details",
    "SELECT coalesce(r.audio_path, ''), r.call_type, r.checklist_id, k.current_version, v.segments, "
    "z.language, "
    "to_json(z.purposes), to_json(z.products), to_json(z.lead_sources), z.operator_channel, r.operator_id, "
    "z.redact_cards, z.redact_phones, z.redact_emails, z.redact_audio, z.encrypt_transcripts "
    "FROM record r LEFT JOIN checklist k ON k.id = r.checklist_id "
    "LEFT JOIN checklist_version v ON v.checklist_id = k.id AND v.version = k.current_version "
    "LEFT JOIN company_settings z ON z.company_id = r.company_id WHERE r.id = $1::uuid AND r.deleted_at IS "
    "NULL"};
constexpr Statement kProgress{
    "record_progress",
    "UPDATE record SET progress = greatest(progress, $2::smallint), stage = $3::text WHERE id = $1::uuid"};
constexpr Statement kRequeue{
    "job_requeue",
    "UPDATE job SET state = 'queued', lease_token = NULL, lease_until = NULL, attempts = attempts + $2::int, "
    "last_error = coalesce($3::text, last_error), run_at = now() + make_interval(secs => $4::int) WHERE id = "
    "$1::uuid"};
constexpr Statement kRecordPending{
    "record_mark_pending",
    "UPDATE record SET status = 'PENDING', progress = 0, stage = NULL WHERE id = $1::uuid"};
constexpr Statement kJobFailed{"job_fail", "SELECT billing_end_job($1::uuid, 'failed', $2::text)"};
constexpr Statement kRecordFailed{"record_mark_failed",
                                  "UPDATE record r SET status = 'FAILED', stage = NULL, failure = $2::text, "
                                  "cost_minor = CASE WHEN billing_is_charged(r.id) THEN "
                                  "r.cost_minor ELSE 0 END WHERE r.id = $1::uuid"};

Direction DirectionOf(std::string_view call_type) {
  if (call_type == "inbound") return Direction::kInbound;
  if (call_type == "outbound") return Direction::kOutbound;
  if (call_type == "internal") return Direction::kInternal;
  return Direction::kUnknown;
}

Result<JobDetails> ReadDetails(const store::Rows& rows) {
  JobDetails details;
  if (rows.empty()) return details;
  details.audio_name = rows.String(0, 0);
  details.operator_id = rows.String(0, 10);
  details.input.direction = DirectionOf(rows.Text(0, 1));
  if (!rows.IsNull(0, 4)) {
    Checklist checklist;
    checklist.id = rows.String(0, 2);
    checklist.version = static_cast<int>(rows.Int(0, 3));
    DIALIX_TRY(checklist.segments, ReadChecklistSegments(rows.Text(0, 4)));
    details.checklist_version = checklist.version;
    details.input.checklist = std::move(checklist);
  }
  details.input.asked_for = {rows.String(0, 5), ParseTextArray(rows.Text(0, 6)),
                             ParseTextArray(rows.Text(0, 7)), ParseTextArray(rows.Text(0, 8))};
  details.input.redaction = {rows.Bool(0, 11), rows.Bool(0, 12), rows.Bool(0, 13), rows.Bool(0, 14)};
  details.encrypts = rows.Bool(0, 15);
  if (!rows.IsNull(0, 9)) details.input.operator_channel = static_cast<int>(rows.Int(0, 9));
  return details;
}

}  // namespace

int BackoffSeconds(int attempts, int retry_after_s) {
  const int doubled = std::min(600, 5 << std::clamp(attempts, 0, 7));
  const int base = std::max(doubled, retry_after_s);
  const auto random = static_cast<unsigned char>(RandomBytes(1)[0]);
  return base + base * random / (255 * 5);
}

Result<std::vector<TakenJob>> JobQueue::Take(int count) {
  DIALIX_TRY(const auto rows, db_.Query(Scope::None(), kTake, {options_.worker_name, options_.lease_s, count},
                                        nullptr, Batch::Mode::kReadWrite));
  std::vector<TakenJob> jobs;
  for (int i = 0; i < rows.size(); ++i) {
    jobs.push_back({rows.String(i, 0), rows.String(i, 1), rows.String(i, 2), rows.String(i, 3),
                    static_cast<int>(rows.Int(i, 4)), static_cast<int>(rows.Int(i, 5))});
  }
  return jobs;
}

Result<std::optional<std::int64_t>> JobQueue::NextDueMs() {
  DIALIX_TRY(const auto rows, db_.Query(Scope::None(), kNextDue, {}));
  return rows.OptInt(0, 0);
}

Result<std::vector<std::string>> JobQueue::Heartbeat(const std::vector<TakenJob>& jobs) {
  std::vector<std::string> ids;
  std::vector<std::string> tokens;
  for (const TakenJob& job : jobs) {
    ids.push_back(job.id);
    tokens.push_back(job.lease_token);
  }
  DIALIX_TRY(const auto rows, db_.Query(Scope::None(), kHeartbeat, {ids, tokens, options_.lease_s}, nullptr,
                                        Batch::Mode::kReadWrite));
  std::vector<std::string> held;
  for (int i = 0; i < rows.size(); ++i) held.push_back(rows.String(i, 0));
  return held;
}

Status JobQueue::Write(const TakenJob& job, Batch& batch) {
  DIALIX_TRY(const auto rows, db_.Run(Scope::Company(job.company_id), batch));
  (void)rows;
  return Ok();
}

Result<JobDetails> JobQueue::Start(const TakenJob& job) {
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kHoldJob, {job.id, job.lease_token})
      .Add(kMarkStarted, {job.record_id})
      .Add(kDetails, {job.record_id});
  DIALIX_TRY(const auto rows, db_.Run(Scope::Company(job.company_id), batch));
  return ReadDetails(rows[2]);
}

Status JobQueue::Progress(const TakenJob& job, AnalysisStage stage, int percent) {
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kHoldJob, {job.id, job.lease_token}).Add(kProgress, {job.record_id, percent, StageName(stage)});
  return Write(job, batch);
}

Status JobQueue::Settle(const TakenJob& job, const JobDetails& details, const AnalysisOutcome& outcome) {
  Batch batch = SettleBatch(job, details, outcome, details.encrypts ? options_.seal : Seal());
  return Write(job, batch);
}

Status JobQueue::GiveBack(const TakenJob& job) {
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kHoldJob, {job.id, job.lease_token}).Add(kRequeue, {job.id, 0, std::nullopt, 0});
  batch.Add(kRecordPending, {job.record_id}).Add(store::kNotifyAnalyzers);
  return Write(job, batch);
}

Status JobQueue::Retry(const TakenJob& job, const std::string& reason, int delay_s) {
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kHoldJob, {job.id, job.lease_token}).Add(kRequeue, {job.id, 1, reason, delay_s});
  batch.Add(kRecordPending, {job.record_id});
  return Write(job, batch);
}

Status JobQueue::Fail(const TakenJob& job, const std::string& reason) {
  Batch batch(Batch::Mode::kReadWrite);
  batch.Add(kHoldJob, {job.id, job.lease_token}).Add(kRecordFailed, {job.record_id, reason});
  batch.Add(kJobFailed, {job.id, reason});
  return Write(job, batch);
}

}  // namespace dialix::analysis
