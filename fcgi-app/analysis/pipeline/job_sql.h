// What the queue's files share: the lease check, and the transaction that ends a job.
#pragma once

#include "analysis/pipeline/job_queue.h"
#include "store/statement.h"

namespace dialix::analysis {

// $1 job, $2 lease token: fails the transaction (DX001) unless the lease holds.
extern const store::Statement kHoldJob;

// One batch: lease check, transcript, waveform, result, answers, score, charge, record, job.
// With `seal`, what was said and what quotes it is stored as its tokens alone.
[[nodiscard]] store::Batch SettleBatch(const TakenJob& job, const JobDetails& details,
                                       const AnalysisOutcome& outcome, const Seal& seal = {});

}  // namespace dialix::analysis
