// The job queue in PostgreSQL: take with SKIP LOCKED, keep by heartbeat, give back, fail. A job is held by
// its lease token; whatever is written on its behalf checks that token in the same transaction, so an
// analyzer that lost its lease can change nothing any more. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/pipeline/analyze.h"
#include "base/result.h"
#include "store/database.h"

namespace dialix::analysis {

struct TakenJob {
  std::string id;
  std::string company_id;
  std::string record_id;
  std::string lease_token;
  int attempts = 0;  // tries that ended in an error
  int losses = 0;    // leases that ran out
};

// What a job is about. `audio_name` is empty when the recording was erased meanwhile.
struct JobDetails {
  std::string audio_name;
  std::string operator_id;  // whose call it is; may be empty
  AnalysisInput input;      // its `file` is left empty
  std::optional<int> checklist_version;
  bool encrypts = false;  // the company wants transcript, summary, quotes and comments encrypted
};

// Makes a token of a text.
using Seal = std::function<std::string(std::string_view)>;

struct QueueOptions {
  std::string worker_name;  // host and pid, for people
  int lease_s = 30;
  int max_attempts = 5;
  Seal seal = {};  // for companies that want what was said encrypted; without it nothing is
};

class JobQueue {
 public:
  JobQueue(store::Database& db, QueueOptions options) : db_(db), options_(std::move(options)) {}

  [[nodiscard]] const QueueOptions& options() const { return options_; }

  Result<std::vector<TakenJob>> Take(int count);
  // Milliseconds until the next job is due; nothing while there is none.
  Result<std::optional<std::int64_t>> NextDueMs();
  // Renews the leases; gives back the ids of those that still hold.
  Result<std::vector<std::string>> Heartbeat(const std::vector<TakenJob>& jobs);

  // Marks the record PROCESSING and reads what the job is about. Errors: kGone when the lease is lost.
  Result<JobDetails> Start(const TakenJob& job);
  Status Progress(const TakenJob& job, AnalysisStage stage, int percent);
  // Everything that was found, the charge and the job's end, in one transaction.
  Status Settle(const TakenJob& job, const JobDetails& details, const AnalysisOutcome& outcome);
  // Back into the queue, untried: this analyzer ends.
  Status GiveBack(const TakenJob& job);
  // Back into the queue after an error, to be tried again in `delay_s`.
  Status Retry(const TakenJob& job, const std::string& reason, int delay_s);
  // FAILED for good, with a reason for people; releases the reservation.
  Status Fail(const TakenJob& job, const std::string& reason);

 private:
  Status Write(const TakenJob& job, store::Batch& batch);

  store::Database& db_;
  const QueueOptions options_;
};

// Seconds until the next try after `attempts` failed ones: 5, 10, 20 … at most 600, plus up to a fifth more.
[[nodiscard]] int BackoffSeconds(int attempts, int retry_after_s);

}  // namespace dialix::analysis
