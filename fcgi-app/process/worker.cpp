#include "process/worker.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <exception>
#include <thread>
#include <vector>

#include "base/config.h"
#include "base/unique_fd.h"
#include "confine/confine.h"

namespace dialix::process {
namespace {

using monitoring::Stage;

void IgnoreQuietly(int) {}

// The serving threads of this worker and the fd that tells them to end.
class Threads {
 public:
  explicit Threads(const WorkerSetup& setup)
      : setup_(setup), stop_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Threads() { StopAndJoin(); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  void Start() {
    for (int i = 0; i < setup_.context.threads; ++i) {
      threads_.emplace_back([this, i] { Serve(i); });
    }
  }
  void StopAndJoin() {
    stopping_ = true;
    ::eventfd_write(stop_fd_.get(), 1);  // never read: stays readable for everyone
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  void Serve(int index) {
    monitoring::Slot& slot = setup_.scoreboard.At(setup_.context.row, static_cast<std::size_t>(index));
    std::string what = "serve returned";
    try {
      setup_.hooks.serve({setup_.listen_fd, stop_fd_.get(), index, slot});
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) {
      what = "unknown exception";
    }
    slot.Enter(Stage::kOff);
    if (stopping_) return;
    setup_.logger.Error("worker_thread_ended", {{"thread", index}, {"what", what}});
    failed_ = true;
    ::kill(::getpid(), SIGTERM);  // a worker with fewer threads than promised is replaced
  }

  const WorkerSetup& setup_;
  UniqueFd stop_fd_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
  std::vector<std::thread> threads_;
};

Status Init(const WorkerSetup& setup) {
  if (!setup.hooks.worker_init) return Ok();
  try {
    return setup.hooks.worker_init(setup.context);
  } catch (const std::exception& e) {
    return Internal(e.what());
  }
}

// A worker of a root master becomes who it serves as, and may not become anybody else from then on.
Status LeaveRoot(const WorkerSetup& setup) {
  if (!setup.serve_as) return Ok();
  DIALIX_CHECK(confine::Become(*setup.serve_as));
  return confine::Confine({});
}

// Serving until a signal; false if a thread ended by itself.
bool ServeUntilSignal(const WorkerSetup& setup) {
  Threads threads(setup);
  threads.Start();
  const pid_t pid = ::getpid();
  if (::write(setup.ready_fd, &pid, sizeof pid) != static_cast<ssize_t>(sizeof pid)) return false;
  sigset_t ends;
  sigemptyset(&ends);
  for (int signal : {SIGTERM, SIGINT, SIGQUIT}) sigaddset(&ends, signal);
  int signal = 0;
  while (sigwait(&ends, &signal) != 0) {
  }
  threads.StopAndJoin();
  return !threads.failed();
}

}  // namespace

sigset_t MasterSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGCHLD, SIGUSR1, SIGUSR2})
    sigaddset(&signals, signal);
  return signals;
}

int RunWorker(const WorkerSetup& setup) {
  if (const Status left = LeaveRoot(setup); !left.ok()) {
    setup.logger.Error("worker_kept_root", {{"detail", left.error().internal_detail}});
    return kExitConfig;
  }
  // After it: who changes its user loses this wish.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a master that is killed takes its workers with it, drained
  if (::getppid() != setup.master) return 1;
  ::prctl(PR_SET_NAME, "dialix-worker");
  struct sigaction quiet {
  };  // a handler, not SIG_IGN: exec resets it, and libraries that install theirs keep it
  quiet.sa_handler = IgnoreQuietly;
  quiet.sa_flags = SA_RESTART;
  ::sigaction(SIGPIPE, &quiet, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::pthread_sigmask(SIG_UNBLOCK, &child, nullptr);

  if (const Status status = Init(setup); !status.ok()) {
    const Error& error = status.error();
    setup.logger.Error("worker_init_failed",
                       {{"error", error.public_message}, {"detail", error.internal_detail}});
    return error.slug == kConfigurationError ? kExitConfig : 1;
  }
  bool served = false;
  try {
    served = ServeUntilSignal(setup);
    if (setup.hooks.worker_exit) setup.hooks.worker_exit();
  } catch (const std::exception& e) {
    setup.logger.Error("worker_failed", {{"what", e.what()}});
    return 1;
  }
  return served ? 0 : 1;
}

}  // namespace dialix::process
