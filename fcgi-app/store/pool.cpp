#include "store/pool.h"

#include <algorithm>

#include "base/text.h"

namespace dialix::store {
namespace {

constexpr std::chrono::milliseconds kBetweenTries{100};
constexpr std::chrono::milliseconds kPingTimeout{2000};

Error Exhausted() {
  Error error = Fail(Error::Code::kUnavailable, "The server is busy. Try again in a moment.",
                     "connection pool exhausted");
  error.slug = "database_busy";
  error.retry_after_s = 1;
  return error;
}

}  // namespace

Pool::Lease::~Lease() {
  if (connection_) pool_->Release(std::move(connection_));
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    janitor_wakes_.notify_all();
  }
  if (janitor_.joinable()) janitor_.join();
}

bool Pool::IsUsable(Idle& idle, bool wary) {
  Connection& connection = *idle.connection;
  const auto now = Clock::now();
  if (connection.IsBroken()) return false;
  if (!options_.pre_ping && !wary) return true;
  const auto unused = now - idle.since;
  if (!wary && unused < options_.trusted) return true;
  if (!connection.LooksAlive()) return false;
  return unused < options_.ping_after || !connection.MayDieUnseen() || connection.Ping(kPingTimeout);
}

// A connection or, with none, the right to open one; `open` and `in_use` count it already.
Result<Pool::Idle> Pool::TakeTurn() {
  std::unique_lock lock(mutex_);
  const auto started = Clock::now();
  if (turnstile_.size() == 0) {
    if (!idle_.empty()) {
      Idle idle = std::move(idle_.back());
      idle_.pop_back();
      ++stats_.in_use;
      Publish();
      return idle;
    }
    if (stats_.open < options_.size + options_.max_overflow) {
      ++stats_.open;
      ++stats_.in_use;
      if (stats_.open > options_.size && !janitor_.joinable())
        janitor_ = std::thread([this] { CloseOverflow(); });
      Publish();
      return Idle{nullptr, started};
    }
  }
  options_.metrics.waiting.Set(turnstile_.size() + 1);
  std::optional<Turn> turn = turnstile_.Wait(lock, started + options_.timeout);
  if (!turn) ++stats_.timeouts_total;
  Publish();
  options_.metrics.wait.Observe(Clock::now() - started);
  if (turn) return Idle{std::move(*turn), Clock::now()};
  options_.metrics.timeouts.Add();
  return Exhausted();
}

Result<Pool::Lease> Pool::Acquire(bool wary) {
  const auto deadline = Clock::now() + options_.timeout;
  DIALIX_TRY(Idle taken, TakeTurn());
  if (taken.connection) {
    const bool too_old = Clock::now() >= taken.connection->recycle_at();
    if (!too_old && IsUsable(taken, wary)) return Lease(this, std::move(taken.connection));
    taken.connection.reset();
    options_.metrics.discarded.Add();
    if (!too_old) DropIdle();
  }
  auto opened = Open(deadline);
  if (opened) return Lease(this, std::move(opened).value());
  GiveUpSlot();
  return std::move(opened).error();
}

// A server that has just gone is most often on its way back: those who come within the grace wait for it, and
// once it has passed everybody fails at once.
Result<std::unique_ptr<Connection>> Pool::Open(Clock::time_point deadline) {
  for (;;) {
    auto opened = Connection::Open(options_.connection);
    const auto now = Clock::now();
    std::unique_lock lock(mutex_);
    if (opened) {
      away_since_ = {};
      ++stats_.opened_total;
      options_.metrics.opened.Add();
      // Between 80 and 100 per cent of `recycle`.
      const auto spread = std::chrono::duration_cast<Clock::duration>(options_.recycle) / 5;
      const auto early = spread * (stats_.opened_total * 7 % 16) / 16;
      (*opened)->set_recycle_at(now + options_.recycle - early);
      return opened;
    }
    if (away_since_ == Clock::time_point{}) away_since_ = now;
    const bool is_over = now + kBetweenTries > std::min(deadline, away_since_ + options_.grace);
    lock.unlock();
    if (is_over) return opened;
    std::this_thread::sleep_for(kBetweenTries);
  }
}

void Pool::GiveUpSlot() {
  const std::lock_guard lock(mutex_);
  if (!turnstile_.Hand(nullptr)) return;  // the slot goes to whoever waits
  --stats_.open;
  --stats_.in_use;
  Publish();
}

void Pool::Release(std::unique_ptr<Connection> connection) {
  if (connection->IsBroken()) {
    connection.reset();
    GiveUpSlot();
    return;
  }
  const std::lock_guard lock(mutex_);
  std::optional<Turn> unwanted = turnstile_.Hand(std::move(connection));
  if (!unwanted) return;
  --stats_.in_use;
  idle_.push_back({std::move(*unwanted), Clock::now()});
  if (stats_.open > options_.size) janitor_wakes_.notify_one();
  Publish();
}

void Pool::DropIdle() {
  std::deque<Idle> dropped;  // closed behind the lock
  const std::lock_guard lock(mutex_);
  dropped.swap(idle_);
  stats_.open -= static_cast<int>(dropped.size());
  options_.metrics.discarded.Add(dropped.size());
  Publish();
}

// The coldest connection goes when it has been idle for long enough and there are more than `size`.
void Pool::CloseOverflow() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (stats_.open <= options_.size || idle_.empty()) {
      janitor_wakes_.wait(lock);
      continue;
    }
    const auto due = idle_.front().since + options_.overflow_idle;
    if (Clock::now() < due) {
      janitor_wakes_.wait_until(lock, due);
      continue;
    }
    Idle closing = std::move(idle_.front());
    idle_.pop_front();
    --stats_.open;
    Publish();
    lock.unlock();
    closing.connection.reset();
    lock.lock();
  }
}

void Pool::Publish() const {
  const auto& metrics = options_.metrics;
  metrics.open.Set(stats_.open);
  metrics.in_use.Set(stats_.in_use);
  metrics.idle.Set(static_cast<std::int64_t>(idle_.size()));
  metrics.overflow.Set(std::max(0, stats_.open - options_.size));
  metrics.waiting.Set(turnstile_.size());
}

PoolStats Pool::Stats() const {
  const std::lock_guard lock(mutex_);
  PoolStats stats = stats_;
  stats.waiting = turnstile_.size();
  return stats;
}

}  // namespace dialix::store
