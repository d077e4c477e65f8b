// Work that is due from time to time, whoever does it: each task is claimed in PostgreSQL, so of all
// analyzers on all hosts one does it at a time, and one that dies at it is succeeded after the lease. One
// thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "monitoring/logger.h"
#include "store/database.h"

namespace dialix::maintenance {

struct Task {
  std::string name;            // "audit_seal"
  std::chrono::seconds every;  // from one start to the next
  // A bounded step, well under the lease: true where there is more to do at once. Must be good to repeat.
  std::function<Result<bool>()> run;
  std::chrono::seconds lease{300};
};

class Scheduler {
 public:
  // Starts at once. A task that fails is logged and tried again when it is next due.
  Scheduler(store::Database& db, const monitoring::StructuredLogger& logger, std::vector<Task> tasks);
  // Waits for the step at hand.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

 private:
  void Loop();
  void RunIfDue(const Task& task);
  bool Stopped();

  store::Database& db_;
  const monitoring::StructuredLogger& logger_;
  const std::vector<Task> tasks_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;  // last: uses all of the above
};

}  // namespace dialix::maintenance
