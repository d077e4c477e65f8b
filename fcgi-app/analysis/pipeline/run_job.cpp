// One job from its start to its end, in its own thread.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "analysis/pipeline/analyzer.h"
#include "base/uuid.h"

namespace dialix::analysis {
namespace {

using Clock = std::chrono::steady_clock;

// A job whose analyzers died this often is taken for the cause of it.
constexpr int kMaxLosses = 20;
constexpr std::chrono::milliseconds kToldEvery{1000};     // live, to those who look on
constexpr std::chrono::milliseconds kWrittenEvery{5000};  // for those who come later; each makes lists new
constexpr int kSettleTries = 6;
constexpr std::int64_t kMostDriftMs = 1000;

bool IsWorthAnotherTry(Error::Code code) {
  return code == Error::Code::kUpstream || code == Error::Code::kUnavailable ||
         code == Error::Code::kTimeout || code == Error::Code::kTooManyRequests ||
         code == Error::Code::kConflict;
}

}  // namespace

void Analyzer::Tell(const TakenJob& job, const JobDetails& details, std::string status, int percent,
                    std::string stage) const {
  events_.Publish(
      {job.company_id, details.operator_id, job.record_id, std::move(status), percent, std::move(stage)});
}

ReportProgress Analyzer::Reporter(Running& running, const JobDetails& details) {
  return [this, &running, &details, last_stage = AnalysisStage::kDecode, last_percent = 0,
          told = Clock::time_point(), written = Clock::now()](AnalysisStage stage, int percent) mutable {
    const auto now = Clock::now();
    if (stage == last_stage && (percent <= last_percent || now - told < kToldEvery)) return;
    last_stage = stage;
    last_percent = percent;
    told = now;
    if (now - written >= kWrittenEvery) {
      written = now;
      const auto done = queue_.Progress(running.job, stage, percent);
      if (!done && done.error().code == Error::Code::kGone) {
        running.why = Interrupted::kLost;
        running.cancel = true;
        return;
      }
    }
    Tell(running.job, details, "PROCESSING", percent, std::string(StageName(stage)));
  };
}

void Analyzer::RunJob(Running& running) {
  const TakenJob& job = running.job;
  JobDetails details;
  if (job.losses > kMaxLosses) {
    EndBadly(running, details,
             Fail(Error::Code::kInvalid, "The analysis of this call stopped unexpectedly too often."));
    return;
  }
  auto started = queue_.Start(job);
  if (!started) {
    logger_.Warn("job_not_started", {{"job_id", job.id}, {"detail", started.error().internal_detail}});
    if (started.error().code == Error::Code::kGone) return;
    EndBadly(running, details, started.error());
    return;
  }
  details = std::move(*started);
  RunStarted(running, details);
}

void Analyzer::RunStarted(Running& running, JobDetails& details) {
  const TakenJob& job = running.job;
  const auto since = Clock::now();
  if (details.audio_name.empty()) {
    EndBadly(running, details, Fail(Error::Code::kInvalid, "The recording is not there any more."));
    return;
  }
  Tell(job, details, "PROCESSING", 0, "decode");
  details.input.file = audio_.PathOf(details.audio_name);
  auto outcome = Analyze(engines_, details.input, Reporter(running, details), &running.cancel);
  if (!outcome) {
    EndBadly(running, details, outcome.error());
    return;
  }
  if (const Status silenced = SilenceRecording(running, details, *outcome); !silenced) {
    EndBadly(running, details, silenced.error());
    return;
  }
  const auto settled = SettleSurely(job, details, *outcome);
  if (!settled) {
    EndBadly(running, details, settled.error());
    return;
  }
  Tell(job, details, "COMPLETED", 100, "");
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since).count();
  logger_.Info("job_done", {{"job_id", job.id},
                            {"record_id", job.record_id},
                            {"company_id", job.company_id},
                            {"audio_ms", outcome->duration_ms},
                            {"took_ms", static_cast<std::int64_t>(took)}});
}

// A recording that can't be silenced fails the call: keeping it as it is would be what the company does not
// want.
Status Analyzer::SilenceRecording(const Running& running, const JobDetails& details,
                                  AnalysisOutcome& outcome) {
  if (outcome.silent.empty()) return Ok();
  DIALIX_TRY(storage::Incoming incoming, audio_.Begin());
  DIALIX_TRY(const MediaProbe made, Silence(details.input.file, incoming.path(), outcome.silent,
                                            engines_.decode_limits, &running.cancel));
  if (std::abs(made.duration_ms - outcome.duration_ms) > kMostDriftMs) {
    return Internal("the silenced recording has another length: " + std::to_string(made.duration_ms) + " ms");
  }
  std::error_code failed;
  outcome.silenced_bytes = static_cast<std::int64_t>(std::filesystem::file_size(incoming.path(), failed));
  DIALIX_CHECK(incoming.Close());
  // Never the old one's name: both are there until the commit decides.
  const std::string name = storage::AudioStore::NameOf(running.job.company_id, running.job.record_id,
                                                       NewUuid().substr(24) + ".flac");
  DIALIX_CHECK(audio_.Keep(incoming, name));
  outcome.silenced_name = name;
  return Ok();
}

// A database that is away for a moment must not cost the whole analysis. If the connection broke at the
// commit, the next try finds the lease gone: the work is done.
Status Analyzer::SettleSurely(const TakenJob& job, const JobDetails& details,
                              const AnalysisOutcome& outcome) {
  bool unsure = false;
  for (int attempt = 1;; ++attempt) {
    auto settled = queue_.Settle(job, details, outcome);
    if (settled || (unsure && settled.error().code == Error::Code::kGone)) return Ok();
    if (settled.error().code != Error::Code::kUnavailable || attempt == kSettleTries) return settled;
    unsure = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200 << attempt));
  }
}

void Analyzer::EndBadly(Running& running, const JobDetails& details, const Error& error) {
  const TakenJob& job = running.job;
  const Interrupted why = running.why;
  if (why == Interrupted::kLost || error.code == Error::Code::kGone) {
    logger_.Warn("job_lost", {{"job_id", job.id}, {"record_id", job.record_id}});
    return;
  }
  Status written = Ok();
  const char* event = "job_failed";
  if (why == Interrupted::kStopping) {
    event = "job_given_back";
    written = queue_.GiveBack(job);
  } else if (IsWorthAnotherTry(error.code) && job.attempts + 1 < queue_.options().max_attempts) {
    event = "job_retry";
    written = queue_.Retry(job, error.public_message, BackoffSeconds(job.attempts, error.retry_after_s));
  } else {
    const bool tried = IsWorthAnotherTry(error.code) && job.attempts > 0;
    const std::string times = tried ? " It was tried " + std::to_string(job.attempts + 1) + " times." : "";
    written = queue_.Fail(job, error.public_message + times);
    Tell(job, details, "FAILED", 0, "");
  }
  logger_.Warn(event, {{"job_id", job.id},
                       {"record_id", job.record_id},
                       {"reason", error.public_message},
                       {"detail", error.internal_detail},
                       {"attempts", job.attempts}});
  if (!written)
    logger_.Error("job_end_not_written", {{"job_id", job.id}, {"detail", written.error().internal_detail}});
}

}  // namespace dialix::analysis
