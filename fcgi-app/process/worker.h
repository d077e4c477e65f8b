// One worker process: runs the init hook, then `threads` serving threads, until SIGTERM, SIGINT or SIGQUIT;
// then lets each finish its request and ends. Entered by the master after fork.
#pragma once

#include <sys/types.h>

#include "monitoring/logger.h"
#include "process/master.h"
#include "process/scoreboard.h"

namespace dialix::process {

struct WorkerSetup {
  const Hooks& hooks;
  const Scoreboard& scoreboard;
  const monitoring::StructuredLogger& logger;
  const std::optional<confine::Identity>& serve_as;
  WorkerContext context;
  int listen_fd = -1;
  int ready_fd = -1;  // gets this process's pid (4 bytes) once it serves
  pid_t master = 0;
};

// Returns the exit code. REQUIRES: the signals of MasterSignals are blocked, no other thread runs.
[[nodiscard]] int RunWorker(const WorkerSetup& setup);

// The signals that the master takes by signalfd and a worker by sigwait; blocked in every thread.
[[nodiscard]] sigset_t MasterSignals();

}  // namespace dialix::process
