#include "analysis/pipeline/analyzer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <system_error>

#include "analysis/pipeline/rezone.h"
#include "analysis/pipeline/sweep.h"

namespace dialix::analysis {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kIdlePoll{15000};  // a lost NOTIFY costs this much at most
constexpr std::chrono::minutes kSweepEvery{10};
constexpr std::chrono::seconds kRezoneEvery{15};
constexpr std::chrono::seconds kRezoneAtMost{2};  // new jobs wait meanwhile

bool IsReadable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, 0) > 0;
}

}  // namespace

Analyzer::Analyzer(AnalyzerOptions options, Engines engines, JobQueue& queue, store::Database& db,
                   const storage::AudioStore& audio, const LiveEvents& events,
                   const monitoring::StructuredLogger& logger)
    : options_(std::move(options)),
      engines_(engines),
      queue_(queue),
      db_(db),
      audio_(audio),
      events_(events),
      logger_(logger),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Analyzer::~Analyzer() { close(wake_fd_); }

void Analyzer::Run(int stop_fd) {
  std::thread heartbeat([this] { Heartbeat(); });
  Dispatch(stop_fd);
  Drain();
  heartbeat.join();
}

void Analyzer::Dispatch(int stop_fd) {
  while (!IsReadable(stop_fd)) {
    Reap();
    Sweep();
    Rezone(stop_fd);
    if (const int free = FreeSlots(); free > 0) {
      auto jobs = queue_.Take(free);
      if (!jobs) {
        logger_.Warn("queue_unreachable", {{"detail", jobs.error().internal_detail}});
      } else if (!jobs->empty()) {
        for (TakenJob& job : *jobs) Launch(std::move(job));
        continue;
      }
    }
    Wait(stop_fd);
  }
}

// Until a job may be there: a notification, a due time, a free slot; or the stop.
void Analyzer::Wait(int stop_fd) {
  auto timeout = kIdlePoll;
  if (FreeSlots() > 0) {
    if (const auto due = queue_.NextDueMs(); due.ok() && due->has_value()) {
      timeout = std::clamp(std::chrono::milliseconds(**due), std::chrono::milliseconds(20), kIdlePoll);
    }
  }
  if (!listener_) {
    if (auto opened = store::Connection::Open(options_.listen);
        opened && (*opened)->Listen("dialix_job").ok()) {
      listener_ = std::move(*opened);
      timeout = std::chrono::milliseconds(0);  // what came before LISTEN was heard by nobody: look again
    }
  }
  pollfd fds[2] = {{stop_fd, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
  if (!listener_) {
    poll(fds, 2, 1000);
  } else if (auto notified = listener_->WaitForNotification(timeout, wake_fd_); !notified) {
    listener_.reset();
  }
  std::uint64_t drained = 0;
  [[maybe_unused]] const ssize_t got = read(wake_fd_, &drained, sizeof drained);
}

int Analyzer::FreeSlots() {
  const std::lock_guard lock(mutex_);
  return options_.jobs - static_cast<int>(running_.size());
}

void Analyzer::Launch(TakenJob job) {
  const std::lock_guard lock(mutex_);
  Running& running = running_.emplace_back();
  running.job = std::move(job);
  running.thread = std::thread([this, &running] {
    try {
      RunJob(running);
    } catch (const std::exception& bug) {
      logger_.Error("job_exception", {{"job_id", running.job.id}, {"what", bug.what()}});
      const auto failed =
          queue_.Fail(running.job, "The analysis of this call failed because of an error of ours.");
      if (!failed) logger_.Error("job_fail_not_written", {{"detail", failed.error().internal_detail}});
    }
    const std::lock_guard ended(mutex_);
    running.ended = true;
    changed_.notify_all();
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
  });
}

void Analyzer::Reap() {
  std::list<Running> ended;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = running_.begin(); it != running_.end();) {
      const auto next = std::next(it);
      if (it->ended) ended.splice(ended.end(), running_, it);
      it = next;
    }
  }
  for (Running& running : ended) running.thread.join();
}

void Analyzer::Heartbeat() {
  const auto period = std::chrono::milliseconds(queue_.options().lease_s * 1000 / 3);
  std::unique_lock lock(mutex_);
  while (!stopping_ || !running_.empty()) {
    changed_.wait_for(lock, period, [this] { return stopping_ && running_.empty(); });
    std::vector<TakenJob> jobs;
    for (const Running& running : running_) {
      if (!running.ended) jobs.push_back(running.job);
    }
    if (jobs.empty()) continue;
    lock.unlock();
    const auto held = queue_.Heartbeat(jobs);
    lock.lock();
    if (!held) continue;  // the database is away; whoever ends a job is checked by its lease
    for (Running& running : running_) {
      const bool asked = std::any_of(jobs.begin(), jobs.end(),
                                     [&](const TakenJob& job) { return job.id == running.job.id; });
      const bool holds = std::find(held->begin(), held->end(), running.job.id) != held->end();
      if (asked && !holds && !running.ended) {
        running.why = Interrupted::kLost;
        running.cancel = true;
      }
    }
  }
}

void Analyzer::Drain() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  const auto all_ended = [this] {
    return std::all_of(running_.begin(), running_.end(),
                       [](const Running& running) { return running.ended; });
  };
  if (!changed_.wait_for(lock, options_.drain, all_ended)) {
    for (Running& running : running_) {
      if (running.ended) continue;
      running.why = Interrupted::kStopping;
      running.cancel = true;
    }
    changed_.wait(lock, all_ended);
  }
  lock.unlock();
  Reap();
  changed_.notify_all();
}

void Analyzer::Sweep() {
  if (Clock::now() < next_sweep_) return;
  next_sweep_ = Clock::now() + kSweepEvery;
  const auto swept = SweepAudioStore(audio_, db_, sweep_cursor_);
  if (swept && swept->orphans + swept->stale_uploads > 0) {
    logger_.Info("audio_store_swept", {{"orphans", swept->orphans}, {"stale_uploads", swept->stale_uploads}});
  }
}

void Analyzer::Rezone(int stop_fd) {
  if (Clock::now() < next_rezone_) return;
  const auto until = Clock::now() + kRezoneAtMost;
  for (;;) {
    const auto more = RezoneSome(db_);
    if (!more) logger_.Warn("rezone_failed", {{"detail", more.error().internal_detail}});
    next_rezone_ = Clock::now() + kRezoneEvery;
    if (!more || !*more || Clock::now() >= until || IsReadable(stop_fd)) return;
  }
}

}  // namespace dialix::analysis
