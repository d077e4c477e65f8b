// The master's state and the steps of its loop; master.cpp has the loop. Internal to process/.
// Single-threaded. Signals come in by signalfd, workers' readiness by a pipe; nothing runs in a signal
// handler.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "process/listener.h"
#include "process/master.h"
#include "process/scoreboard.h"
#include "process/supervisor.h"

namespace dialix::process {

class Master {
 public:
  Master(const MasterOptions& options, const Hooks& hooks, const monitoring::StructuredLogger& logger,
         monitoring::MetricsCollector& collector, const monitoring::MetricSet& metrics, Listener listener,
         UniqueFd signals);

  // The loop: until told to end and the last worker is gone. Returns the exit code.
  int Run();

 private:
  using Clock = Supervisor::Clock;

  void Carry(const Action& action);
  void Spawn(const Action& action);
  void Wait();
  void TakeSignals();
  void BeginStop(std::string_view why);
  void BeginReload();
  void CollectReady();
  void Reap();
  void Watch();
  void WatchSlot(const Child& child, std::size_t thread, bool& stuck);
  void Report();
  [[nodiscard]] std::string_view State() const;

  const MasterOptions options_;
  const Hooks& hooks_;
  const monitoring::StructuredLogger& logger_;
  monitoring::MetricsCollector& collector_;
  const monitoring::MetricSet& metrics_;
  monitoring::Gauge workers_gauge_;
  std::array<monitoring::Gauge, 6> stage_gauges_;

  Listener listener_;
  UniqueFd signals_;
  UniqueFd ready_read_;
  UniqueFd ready_write_;
  Scoreboard scoreboard_;
  Supervisor supervisor_;
  std::vector<Clock::time_point>
      slow_logged_;  // per slot: start of the request its slow line was written for
  Clock::time_point next_report_{};
  bool reloading_ = false;
  bool announced_ready_ = false;
  bool status_failed_ = false;
  int exit_code_ = 0;
};

}  // namespace dialix::process
