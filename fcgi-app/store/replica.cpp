#include "store/replica.h"

#include <charconv>

namespace dialix::store {
namespace {

constexpr Statement kPrimaryPosition{"primary_position", "SELECT pg_current_wal_insert_lsn()"};
constexpr Statement kReplicaPosition{"replica_position",
                                     "SELECT pg_is_in_recovery(), coalesce(pg_last_wal_replay_lsn(), '0/0')"};
// A replica that lags for longer needs no finer notes.
constexpr std::size_t kMaxNotes = 10'000;

std::optional<std::uint64_t> ParseHex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > 8) return std::nullopt;
  return value;
}

// The first row of a statement, on a connection that is opened when it has to be.
Result<Rows> Ask(std::unique_ptr<Connection>& connection, const Connection::Options& options,
                 const Statement& statement) {
  if (!connection || !connection->LooksAlive()) {
    DIALIX_TRY(connection, Connection::Open(options));
  }
  Batch batch;
  batch.Add(statement);
  auto rows = connection->Run(Scope::None(), batch);
  if (!rows) {
    connection.reset();
    return std::move(rows).error();
  }
  return std::move(rows->front());
}

}  // namespace

std::optional<std::uint64_t> ParseLsn(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto high = ParseHex(text.substr(0, slash));
  const auto low = ParseHex(text.substr(slash + 1));
  if (!high || !low) return std::nullopt;
  return (*high << 32) + *low;
}

void LagMeter::NotePrimary(Clock::time_point at, std::uint64_t position) {
  if (!ahead_.empty() && ahead_.back().second == position) {
    ahead_.back().first = at;  // it stood there for as long
    return;
  }
  if (ahead_.size() < kMaxNotes) ahead_.emplace_back(at, position);
}

void LagMeter::NoteReplica(std::uint64_t position) {
  while (!ahead_.empty() && ahead_.front().second <= position) {
    reached_ = ahead_.front().first;
    ahead_.pop_front();
  }
}

std::optional<LagMeter::Clock::duration> LagMeter::Lag(Clock::time_point now) const {
  if (!reached_) return std::nullopt;
  return now - *reached_;
}

Replica::Replica(ReplicaOptions options) : options_(std::move(options)), pool_(options_.pool) {
  watch_ = std::thread([this] { Watch(); });
}

Replica::~Replica() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    ends_.notify_all();
  }
  watch_.join();
}

void Replica::Suspend() {
  usable_.store(false, std::memory_order_relaxed);
  pool_.DropIdle();
}

// True: it may serve. Where the primary can't be asked, the replica can't fall further behind it either.
bool Replica::Look() {
  const auto now = LagMeter::Clock::now();
  const auto primary = Ask(primary_, options_.primary, kPrimaryPosition);
  if (primary) {
    if (const auto position = ParseLsn(primary->Text(0, 0))) meter_.NotePrimary(now, *position);
  }
  const auto replica = Ask(replica_, options_.pool.connection, kReplicaPosition);
  if (!replica || !replica->Bool(0, 0)) return false;
  if (const auto position = ParseLsn(replica->Text(0, 1))) meter_.NoteReplica(*position);
  if (!primary) return IsUsable();
  const auto lag = meter_.Lag(now);
  return lag && *lag <= options_.max_lag;
}

void Replica::Watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    usable_.store(Look(), std::memory_order_relaxed);
    lock.lock();
    if (!ending_) ends_.wait_for(lock, options_.interval);
  }
}

}  // namespace dialix::store
