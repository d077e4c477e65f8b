#include "analysis/decode/media/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>

namespace dialix::analysis::media {
namespace {

#ifdef DIALIX_INSTRUMENTED
constexpr bool kInstrumented = true;
#else
constexpr bool kInstrumented = false;
#endif

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

bool Limit(__rlimit_resource resource, rlim_t most) {
  const rlimit limit{most, most};
  return setrlimit(resource, &limit) == 0;
}

// Everything that decoding from open descriptors needs, and no more.
bool AllowDecoding(scmp_filter_ctx filter) {
  constexpr int kAllowed[] = {
      SCMP_SYS(read),           SCMP_SYS(pread64),      SCMP_SYS(write),          SCMP_SYS(writev),
      SCMP_SYS(lseek),          SCMP_SYS(fstat),        SCMP_SYS(close),          SCMP_SYS(brk),
      SCMP_SYS(munmap),         SCMP_SYS(mremap),       SCMP_SYS(madvise),        SCMP_SYS(futex),
      SCMP_SYS(exit),           SCMP_SYS(exit_group),   SCMP_SYS(rt_sigreturn),   SCMP_SYS(rt_sigaction),
      SCMP_SYS(rt_sigprocmask), SCMP_SYS(getpid),       SCMP_SYS(gettid),         SCMP_SYS(tgkill),
      SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),      SCMP_SYS(sched_getaffinity),
      SCMP_SYS(sched_yield),    SCMP_SYS(sysinfo),      SCMP_SYS(restart_syscall)};
  for (const int call : kAllowed) {
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  }
  // This is how glibc says fstat(fd).
  const scmp_arg_cmp by_descriptor = SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH);
  if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, by_descriptor) != 0) return false;
  // Memory may never become executable.
  const scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable) == 0;
}

bool ForbidTheWorst(scmp_filter_ctx filter) {
  constexpr int kForbidden[] = {SCMP_SYS(socket),  SCMP_SYS(socketpair),    SCMP_SYS(connect),
                                SCMP_SYS(bind),    SCMP_SYS(execve),        SCMP_SYS(execveat),
                                SCMP_SYS(ptrace),  SCMP_SYS(mount),         SCMP_SYS(bpf),
                                SCMP_SYS(unshare), SCMP_SYS(io_uring_setup)};
  for (const int call : kForbidden) {
    if (seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0) != 0) return false;
  }
  return true;
}

bool LoadFilter() {
  const Filter filter(seccomp_init(kInstrumented ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS));
  if (!filter) return false;
  const bool ruled = kInstrumented ? ForbidTheWorst(filter.get()) : AllowDecoding(filter.get());
  return ruled && seccomp_load(filter.get()) == 0;
}

// When memory runs out on this machine, we are the one to go.
void OfferToOomKiller() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  const ssize_t written = write(fd, "1000", 4);
  (void)written;  // a wish: nothing depends on it
  close(fd);
}

}  // namespace

bool EnterSandbox(const SandboxLimits& limits) {
  OfferToOomKiller();
  signal(SIGXFSZ, SIG_IGN);  // a file that is too large shall be EFBIG, not a signal
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || (!kInstrumented && prctl(PR_SET_DUMPABLE, 0) != 0) ||
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return false;
  }
  const bool limited = Limit(RLIMIT_CPU, limits.cpu_seconds) && Limit(RLIMIT_CORE, 0) &&
                       Limit(RLIMIT_NOFILE, 16) &&
                       Limit(RLIMIT_FSIZE, kInstrumented ? RLIM_INFINITY : limits.file_bytes) &&
                       (kInstrumented || Limit(RLIMIT_AS, limits.address_space_bytes));
  return limited && LoadFilter();
}

}  // namespace dialix::analysis::media
