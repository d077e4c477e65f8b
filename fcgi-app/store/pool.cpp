#include "store/pool.h"

namespace dialix::store {

Pool::Lease::~Lease() {
  if (connection_) pool_->Release(std::move(connection_));
}

bool Pool::IsUsable(Connection& connection) const {
  if (connection.IsBroken() || Connection::Clock::now() - connection.opened_at() > options_.recycle)
    return false;
  return !options_.pre_ping || connection.LooksAlive();
}

Result<Pool::Lease> Pool::Acquire() {
  std::unique_lock lock(mutex_);
  const auto deadline = Connection::Clock::now() + options_.timeout;
  for (;;) {
    while (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (IsUsable(*connection)) {
        ++stats_.in_use;
        return Lease(this, std::move(connection));
      }
      --stats_.open;
    }
    if (stats_.open < options_.size + options_.max_overflow) break;
    ++stats_.waiting;
    const bool in_time = returned_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    --stats_.waiting;
    if (!in_time && idle_.empty() && stats_.open >= options_.size + options_.max_overflow) {
      ++stats_.timeouts_total;
      Error error = Fail(Error::Code::kUnavailable, "The server is busy. Try again in a moment.",
                         "connection pool exhausted");
      error.retry_after_s = 1;
      return error;
    }
  }
  ++stats_.open;
  ++stats_.in_use;
  ++stats_.opened_total;
  lock.unlock();
  auto opened = Connection::Open(options_.connection);
  if (opened) return Lease(this, std::move(opened).value());
  lock.lock();
  --stats_.open;
  --stats_.in_use;
  returned_.notify_one();
  return std::move(opened).error();
}

void Pool::Release(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  --stats_.in_use;
  if (connection->IsBroken() || stats_.open > options_.size) {
    --stats_.open;
    connection.reset();
  } else {
    idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

PoolStats Pool::Stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace dialix::store
