// The master process: owns the listen socket, keeps N workers alive, rolls them over, watches for stuck
// requests, tells systemd and writes the status file. It runs none of the application, so it answers when
// every worker is busy. Single-threaded; call it with no other thread running, it forks. In a worker
// RunMaster never returns (exit()).
//
// Signals: TERM/INT/QUIT drain and end (a second one kills); HUP replaces every worker, one after another,
// each old one told to end only when its successor accepts. Behaviour: FASTCGI.md; sd_notify(3),
// sd_listen_fds(3).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "confine/identity.h"
#include "monitoring/logger.h"
#include "monitoring/metric_set.h"
#include "monitoring/slot.h"

namespace dialix::process {

struct MasterOptions {
  std::string socket_path;                    // used unless systemd passed a socket (LISTEN_FDS)
  std::string socket_group;                   // empty: leave the group alone
  std::optional<confine::Identity> serve_as;  // whom workers become, when the master is root
  std::string status_path;                    // empty: StatusPath(socket_path)
  int workers = 2;
  int threads = 24;
  std::uint64_t max_requests = 0;  // a worker is replaced after about so many; 0: never
  std::chrono::milliseconds request_timeout{
      60000};  // the watchdog replaces a worker with a request older than this
  std::chrono::milliseconds slow_request{5000};    // one line for a request older than this; 0: off
  std::chrono::milliseconds drain_timeout{30000};  // from TERM to KILL
  std::chrono::milliseconds start_timeout{60000};  // from fork to ready
  std::chrono::milliseconds backoff_initial{100};  // doubles with each quick death
  std::chrono::milliseconds backoff_max{30000};
  std::chrono::milliseconds healthy_after{10000};  // a worker that served this long resets the back-off
  std::chrono::milliseconds tick{500};             // watchdog and status file
};

struct WorkerContext {
  std::size_t row = 0;           // on the scoreboard; reused after the worker ended
  std::uint64_t generation = 0;  // grows with every reload
  int threads = 0;
};

struct ThreadContext {
  int listen_fd = -1;  // non-blocking; never close it
  int stop_fd = -1;    // readable for ever once the worker shall end: finish the request, then return
  int thread = 0;      // 0 … threads-1
  monitoring::Slot& slot;
};

struct Hooks {
  // Worker, main thread, after fork and before its threads: open connections here. An error whose slug is
  // kConfigurationError ends the worker with exit code 78 (the master does not respawn it), any other with 1.
  std::function<Status(const WorkerContext&)> worker_init;
  // Worker, once per thread. Returns after stop_fd became readable; an earlier return ends the worker with 1.
  std::function<void(const ThreadContext&)> serve;
  // Worker, main thread, after the last thread ended. May be empty.
  std::function<void()> worker_exit;
  // Master, before a reload. An error refuses it: the old workers go on. May be empty.
  std::function<Status()> before_reload;
};

inline constexpr const char* kConfigurationError = "configuration";

// Runs until told to end. Returns the exit code: 0, 1 (no socket, another instance lives), or 78
// (kExitConfig).
int RunMaster(const MasterOptions& options, const Hooks& hooks, const monitoring::StructuredLogger& logger,
              monitoring::MetricsCollector& collector, const monitoring::MetricSet& metrics);

// Where the status of the server at `socket_path` is written: a JSON file, renewed every tick and on each
// change.
[[nodiscard]] std::string StatusPath(const std::string& socket_path);
// `dialix-fcgi --status`: prints that file; returns 0, or 1 with a reason on stderr when it is missing or
// stale.
int PrintStatus(const std::string& status_path);

}  // namespace dialix::process
