// The analyzer: takes jobs, runs up to N side by side, keeps their leases, ends them one way or another. Any
// number of analyzers may run on any hosts. One process, one thread a job, a heartbeat thread, and the
// dispatcher in the caller's thread.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "analysis/pipeline/job_queue.h"
#include "analysis/pipeline/live_events.h"
#include "monitoring/logger.h"
#include "storage/audio_store.h"
#include "store/connection.h"

namespace dialix::analysis {

struct AnalyzerOptions {
  store::Connection::Options listen;  // for LISTEN
  int jobs = 2;
  std::chrono::seconds drain{20};  // after stop: how long running jobs may go on before they are given back
};

class Analyzer {
 public:
  Analyzer(AnalyzerOptions options, Engines engines, JobQueue& queue, store::Database& db,
           const storage::AudioStore& audio, const LiveEvents& events,
           const monitoring::StructuredLogger& logger);
  ~Analyzer();

  // Works until `stop_fd` becomes readable; then finishes or gives back what runs.
  void Run(int stop_fd);

 private:
  enum class Interrupted { kNo, kLost, kStopping };
  struct Running {
    TakenJob job;
    CancelFlag cancel{false};
    std::atomic<Interrupted> why{Interrupted::kNo};
    bool ended = false;
    std::thread thread;
  };

  void Dispatch(int stop_fd);
  void Wait(int stop_fd);
  int FreeSlots();
  void Launch(TakenJob job);
  void Reap();
  void Heartbeat();
  void Drain();
  void Sweep();
  void Rezone(int stop_fd);

  void RunJob(Running& running);
  void RunStarted(Running& running, JobDetails& details);
  void EndBadly(Running& running, const JobDetails& details, const Error& error);
  // Writes the recording anew where something is to be silent in it. Until the job is settled nobody needs
  // the file.
  Status SilenceRecording(const Running& running, const JobDetails& details, AnalysisOutcome& outcome);
  Status SettleSurely(const TakenJob& job, const JobDetails& details, const AnalysisOutcome& outcome);
  ReportProgress Reporter(Running& running, const JobDetails& details);
  void Tell(const TakenJob& job, const JobDetails& details, std::string status, int percent,
            std::string stage) const;

  const AnalyzerOptions options_;
  const Engines engines_;
  JobQueue& queue_;
  store::Database& db_;
  const storage::AudioStore& audio_;
  const LiveEvents& events_;
  const monitoring::StructuredLogger& logger_;

  std::unique_ptr<store::Connection> listener_;
  int wake_fd_ = -1;  // eventfd: a job ended, or stop
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Running> running_;
  bool stopping_ = false;
  std::string sweep_cursor_;
  std::chrono::steady_clock::time_point next_sweep_{};
  std::chrono::steady_clock::time_point next_rezone_{};
};

}  // namespace dialix::analysis
