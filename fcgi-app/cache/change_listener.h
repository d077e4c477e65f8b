// A thread that listens to PostgreSQL's dialix_changes and lifts the floors (floors.h): what keeps the cache
// honest when a commit's word to Redis got lost. Has a connection of its own, since LISTEN does not pass
// PgBouncer's transaction mode; one a server process, made after fork. While the connection is away the
// floors are not trusted; when it is back, what changed meanwhile is read before they are again. Never fails:
// it tries on, with growing pauses. Ends promptly when destroyed.
#pragma once

#include <sys/eventfd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

#include "base/unique_fd.h"
#include "cache/floors.h"
#include "monitoring/logger.h"
#include "store/connection.h"

namespace dialix::cache {

class ChangeListener {
 public:
  struct Options {
    store::Connection::Options connection;
    std::chrono::seconds missed{3600};  // how far back to read after (re)connecting
    std::chrono::milliseconds heartbeat{2000};
    std::chrono::milliseconds trust{5000};  // after the last word from PostgreSQL
    std::chrono::milliseconds first_pause{50};
    std::chrono::milliseconds longest_pause{2000};
  };

  // Called by the thread with what it hears, after the floors know it. Must be quick.
  using Heard = std::function<void(std::span<const Change>)>;

  // Starts the thread.
  ChangeListener(Options options, Floors& floors, const monitoring::StructuredLogger& logger,
                 Heard heard = {});
  ~ChangeListener();
  ChangeListener(const ChangeListener&) = delete;
  ChangeListener& operator=(const ChangeListener&) = delete;

 private:
  void Run();
  Status ListenUntilLost();
  Status Follow(store::Connection& connection);
  Status CatchUp(store::Connection& connection);
  void Pause(std::chrono::milliseconds time) const;

  const Options options_;
  Floors& floors_;
  const Heard heard_;
  const monitoring::StructuredLogger& logger_;
  const UniqueFd stop_;  // an eventfd: readable when the thread shall end
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  store::Connection* current_ = nullptr;  // guarded: so that the destructor can cut it off
  std::thread thread_;
};

}  // namespace dialix::cache
