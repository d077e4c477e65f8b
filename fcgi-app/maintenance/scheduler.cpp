#include "maintenance/scheduler.h"

#include <algorithm>
#include <exception>

namespace dialix::maintenance {
namespace {

constexpr std::chrono::seconds kLongestNap{5};
constexpr store::Statement kClaim{
    "maintenance_claim",
    "SELECT maintenance_claim($1::text, make_interval(secs => $2::int), make_interval(secs => $3::int))"};
constexpr store::Statement kDone{"maintenance_done", "SELECT maintenance_done($1::text, $2::boolean)"};

Result<bool> RunSafely(const Task& task) {
  try {
    return task.run();
  } catch (const std::exception& bug) {
    return Internal(std::string("exception: ") + bug.what());
  }
}

}  // namespace

Scheduler::Scheduler(store::Database& db, const monitoring::StructuredLogger& logger, std::vector<Task> tasks)
    : db_(db), logger_(logger), tasks_(std::move(tasks)), thread_([this] { Loop(); }) {}

Scheduler::~Scheduler() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool Scheduler::Stopped() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

void Scheduler::Loop() {
  std::chrono::seconds nap = kLongestNap;
  for (const Task& task : tasks_) nap = std::min(nap, std::max(task.every, std::chrono::seconds(1)));
  while (!Stopped()) {
    for (const Task& task : tasks_) RunIfDue(task);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, nap, [this] { return stop_; });
  }
}

void Scheduler::RunIfDue(const Task& task) {
  for (bool again = true; again && !Stopped();) {
    const auto claimed = db_.Query(store::Scope::None(), kClaim,
                                   {task.name, static_cast<std::int64_t>(task.every.count()),
                                    static_cast<std::int64_t>(task.lease.count())},
                                   nullptr, store::Batch::Mode::kReadWrite);
    if (!claimed || !claimed->Bool(0, 0)) return;  // not due, somebody else's, or PostgreSQL is away
    const auto more = RunSafely(task);
    if (!more) {
      logger_.Warn("maintenance_failed", {{"task", task.name}, {"detail", more.error().internal_detail}});
    }
    again = more.ok() && *more;
    const auto done =
        db_.Query(store::Scope::None(), kDone, {task.name, again}, nullptr, store::Batch::Mode::kReadWrite);
    if (!done) return;
  }
}

}  // namespace dialix::maintenance
