#include "cache/change_listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace dialix::cache {
namespace {

constexpr store::Statement kCatchUp{
    "cache_changes_since",
    "SELECT scope || '=' || version FROM changes_since(make_interval(secs => $1::int))"};
constexpr store::Statement kHeartbeat{"cache_heartbeat", "SELECT 1"};
constexpr auto kPruneEvery = std::chrono::minutes(1);

}  // namespace

ChangeListener::ChangeListener(Options options, Floors& floors, const monitoring::StructuredLogger& logger,
                               Heard heard)
    : options_(std::move(options)),
      floors_(floors),
      heard_(std::move(heard)),
      logger_(logger),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

ChangeListener::~ChangeListener() {
  stopping_ = true;
  const std::uint64_t one = 1;
  (void)!::write(stop_.get(), &one, sizeof one);
  {
    const std::lock_guard lock(mutex_);
    if (current_ != nullptr) current_->CutOff();  // it may hang in a read
  }
  thread_.join();
  floors_.Distrust();
}

void ChangeListener::Pause(std::chrono::milliseconds time) const {
  pollfd stop{stop_.get(), POLLIN, 0};
  (void)::poll(&stop, 1, static_cast<int>(time.count()));
}

void ChangeListener::Run() {
  auto pause = options_.first_pause;
  while (!stopping_) {
    const auto started = std::chrono::steady_clock::now();
    const Status lost = ListenUntilLost();
    floors_.Distrust();
    if (stopping_) return;
    logger_.Warn("cache_listener_lost", {{"error", lost ? std::string() : lost.error().internal_detail}});
    // A connection that lasted is worth an attempt at once.
    if (std::chrono::steady_clock::now() - started > options_.trust) {
      pause = options_.first_pause;
      continue;
    }
    Pause(pause);
    pause = std::min(pause * 2, options_.longest_pause);
  }
}

Status ChangeListener::ListenUntilLost() {
  DIALIX_TRY(const auto connection, store::Connection::Open(options_.connection));
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Ok();
    current_ = connection.get();
  }
  Status ended = Follow(*connection);
  const std::lock_guard lock(mutex_);
  current_ = nullptr;
  return ended;
}

// First listens, then reads: what is committed in between is heard, what was committed before is read.
Status ChangeListener::Follow(store::Connection& connection) {
  DIALIX_CHECK(connection.Listen("dialix_changes"));
  DIALIX_CHECK(CatchUp(connection));
  auto pruned = Floors::Clock::now();
  store::Batch heartbeat;
  heartbeat.Add(kHeartbeat);
  while (!stopping_) {
    std::vector<std::string> notes;
    DIALIX_TRY(const bool heard, connection.WaitForNotification(options_.heartbeat, stop_.get(), &notes));
    std::vector<Change> changes;
    for (const std::string& note : notes) {
      for (Change& change : ParseChanges(note)) changes.push_back(std::move(change));
    }
    if (!changes.empty()) {
      floors_.Hear(changes);
      if (heard_) heard_(changes);
    }
    if (stopping_) break;
    if (!heard) DIALIX_CHECK(connection.Run(store::Scope::None(), heartbeat));
    const auto now = Floors::Clock::now();
    floors_.TrustUntil(now + options_.trust);
    if (now - pruned > kPruneEvery) {
      floors_.Prune(now);
      pruned = now;
    }
  }
  return Ok();
}

Status ChangeListener::CatchUp(store::Connection& connection) {
  store::Batch batch;
  batch.Add(kCatchUp, {static_cast<std::int64_t>(options_.missed.count())});
  DIALIX_TRY(const auto rows, connection.Run(store::Scope::None(), batch));
  std::vector<Change> changes;
  for (int row = 0; row < rows.front().size(); ++row) {
    for (Change& change : ParseChanges(rows.front().Text(row, 0))) changes.push_back(std::move(change));
  }
  floors_.Raise(changes);
  floors_.TrustUntil(Floors::Clock::now() + options_.trust);
  return Ok();
}

}  // namespace dialix::cache
