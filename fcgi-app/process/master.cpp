#include "process/master.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "base/config.h"
#include "process/master_process.h"
#include "process/notify.h"
#include "process/worker.h"

namespace dialix::process {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string Reason() { return std::generic_category().message(errno); }

// Two whole generations and some that still drain.
std::size_t Rows(const MasterOptions& options) {
  const auto wanted = static_cast<std::size_t>(options.workers) * 3 + 2;
  return std::min(wanted, monitoring::MetricsCollector::kMaxProcesses - 1);
}

SupervisorOptions MakeSupervisorOptions(const MasterOptions& options) {
  return {static_cast<std::size_t>(options.workers),
          Rows(options),
          options.drain_timeout,
          options.start_timeout,
          options.backoff_initial,
          options.backoff_max,
          options.healthy_after};
}

}  // namespace

Master::Master(const MasterOptions& options, const Hooks& hooks, const monitoring::StructuredLogger& logger,
               monitoring::MetricsCollector& collector, const monitoring::MetricSet& metrics,
               Listener listener, UniqueFd signals)
    : options_(options),
      hooks_(hooks),
      logger_(logger),
      collector_(collector),
      metrics_(metrics),
      workers_gauge_(collector.AddGauge("dialix_workers", "Worker processes that serve.")),
      listener_(std::move(listener)),
      signals_(std::move(signals)),
      scoreboard_(Rows(options), static_cast<std::size_t>(options.threads)),
      supervisor_(MakeSupervisorOptions(options)),
      slow_logged_(scoreboard_.rows() * scoreboard_.threads()) {
  for (std::size_t i = 0; i < stage_gauges_.size(); ++i) {
    const auto name = StageName(static_cast<monitoring::Stage>(i));
    stage_gauges_[i] = collector.AddGauge("dialix_threads", "Serving threads by what they do.",
                                          {{"stage", std::string(name)}});
  }
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  ready_read_ = UniqueFd(fds[0]);
  ready_write_ = UniqueFd(fds[1]);
}

int Master::Run() {
  logger_.Info("master_started", {{"workers", options_.workers},
                                  {"threads", options_.threads},
                                  {"socket", listener_.from_systemd() ? "systemd" : options_.socket_path}});
  while (!supervisor_.stopping() || !supervisor_.children().empty()) {
    for (auto actions = supervisor_.Plan(Clock::now()); !actions.empty();
         actions = supervisor_.Plan(Clock::now())) {
      for (const Action& action : actions) Carry(action);
    }
    Wait();
    TakeSignals();
    CollectReady();
    Reap();
    Watch();
    Report();
  }
  logger_.Info("master_ended", {{"exit_code", exit_code_}});
  ::unlink(options_.status_path.c_str());
  return exit_code_;
}

void Master::Carry(const Action& action) {
  switch (action.kind) {
    case Action::Kind::kSpawn:
      Spawn(action);
      break;
    case Action::Kind::kTerminate:
      ::kill(action.pid, SIGTERM);
      break;
    case Action::Kind::kKill:
      logger_.Warn("worker_killed", {{"pid", action.pid}});
      ::kill(action.pid, SIGKILL);
      break;
  }
}

void Master::Spawn(const Action& action) {
  scoreboard_.ClearRow(action.row);
  std::fflush(nullptr);  // what is buffered now must not be written twice
  const pid_t master = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    listener_.Disown();
    signals_.Reset();
    ready_read_.Reset();
    collector_.SetProcess(action.row + 1);
    std::exit(RunWorker({hooks_,
                         scoreboard_,
                         logger_,
                         options_.serve_as,
                         {action.row, action.generation, options_.threads},
                         listener_.fd(),
                         ready_write_.get(),
                         master}));
  }
  if (pid < 0) {
    logger_.Error("fork_failed", {{"error", Reason()}});
    supervisor_.OnSpawnFailed(action, Clock::now());
    return;
  }
  logger_.Info("worker_started", {{"pid", pid}, {"generation", action.generation}});
  supervisor_.OnSpawned(action, pid, Clock::now());
}

void Master::Wait() {
  const auto now = Clock::now();
  auto until = std::max(now, next_report_);
  if (const auto deadline = supervisor_.NextDeadline()) until = std::min(until, std::max(now, *deadline));
  pollfd fds[2] = {{signals_.get(), POLLIN, 0}, {ready_read_.get(), POLLIN, 0}};
  (void)::poll(fds, 2, static_cast<int>(duration_cast<milliseconds>(until - now).count()) + 1);
}

void Master::TakeSignals() {
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal)) {
    switch (signal.ssi_signo) {
      case SIGTERM:
      case SIGINT:
      case SIGQUIT:
        BeginStop("signal");
        break;
      case SIGHUP:
        BeginReload();
        break;
      default:
        break;  // SIGCHLD: Reap looks at every child anyway
    }
  }
}

void Master::BeginStop(std::string_view why) {
  if (supervisor_.stopping()) {  // asked twice: no more patience
    for (const Child& child : supervisor_.children()) ::kill(child.pid, SIGKILL);
    return;
  }
  logger_.Info("stopping", {{"why", why}});
  Notify("STOPPING=1");
  supervisor_.Stop();
}

void Master::BeginReload() {
  if (supervisor_.stopping()) return;
  if (hooks_.before_reload) {
    if (const Status status = hooks_.before_reload(); !status.ok()) {
      logger_.Error("reload_refused",
                    {{"error", status.error().public_message}, {"detail", status.error().internal_detail}});
      return;
    }
  }
  logger_.Info("reloading");
  NotifyReloading();
  metrics_.process_reloads.Add();
  reloading_ = true;
  supervisor_.Reload();
}

void Master::CollectReady() {
  pid_t pid = 0;
  while (::read(ready_read_.get(), &pid, sizeof pid) == static_cast<ssize_t>(sizeof pid)) {
    supervisor_.OnReady(pid, Clock::now());
    next_report_ = {};
  }
  if (!supervisor_.Settled() || supervisor_.stopping()) return;
  if (announced_ready_ && !reloading_) return;
  announced_ready_ = true;
  reloading_ = false;
  next_report_ = {};
  Report();  // whoever hears of it and looks at the status finds it there
  logger_.Info("serving");
  Notify("READY=1");
}

void Master::Reap() {
  const std::vector<Child> children = supervisor_.children();
  for (const Child& child : children) {
    int status = 0;
    if (::waitpid(child.pid, &status, WNOHANG) != child.pid) continue;
    collector_.ClearProcess(child.row + 1);
    scoreboard_.ClearRow(child.row);
    next_report_ = {};
    const auto verdict = supervisor_.OnExit(child.pid, status, Clock::now());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const bool expected = verdict == Supervisor::Verdict::kExpected;
    const auto level = expected ? monitoring::LogLevel::kInfo : monitoring::LogLevel::kError;
    const monitoring::LogField fields[] = {
        {"pid", child.pid}, {"exit_code", code}, {"signal", signal}, {"expected", expected}};
    logger_.Log(level, "worker_ended", fields);
    if (!expected) metrics_.process_restarts.Add();
    if (verdict == Supervisor::Verdict::kReloadRefused) {
      logger_.Error("reload_refused", {{"error", "the new workers find the configuration wrong"}});
      reloading_ = false;
      Notify("READY=1");
    }
    if (verdict == Supervisor::Verdict::kConfigurationWrong && !supervisor_.stopping()) {
      exit_code_ = kExitConfig;
      BeginStop("a worker finds the configuration wrong");
    }
  }
}

int RunMaster(const MasterOptions& given, const Hooks& hooks, const monitoring::StructuredLogger& logger,
              monitoring::MetricsCollector& collector, const monitoring::MetricSet& metrics) {
  MasterOptions options = given;
  if (options.status_path.empty()) options.status_path = StatusPath(options.socket_path);
  constexpr int kMaxWorkers = monitoring::MetricsCollector::kMaxProcesses / 2;
  if (options.workers < 1 || options.workers > kMaxWorkers || options.threads < 1) {
    logger.Error("bad_options",
                 {{"workers", options.workers}, {"most_workers", kMaxWorkers}, {"threads", options.threads}});
    return kExitConfig;
  }
  auto listener = Listener::Open(options.socket_path, options.socket_group);
  if (!listener.ok()) {
    const Error& error = listener.error();
    logger.Error("no_listen_socket", {{"error", error.public_message}, {"detail", error.internal_detail}});
    return error.code == Error::Code::kInvalid ? kExitConfig : 1;
  }
  const sigset_t mask = MasterSignals();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &mask, &before);
  ::signal(SIGPIPE, SIG_IGN);
  UniqueFd signals(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  int exit_code = 1;
  try {
    exit_code =
        Master(options, hooks, logger, collector, metrics, std::move(listener).value(), std::move(signals))
            .Run();
  } catch (const std::exception& e) {
    logger.Error("master_failed", {{"what", e.what()}});
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  return exit_code;
}

}  // namespace dialix::process
