#include "confine/confine.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <thread>

#include "confine/identity.h"

extern char** environ;

namespace dialix::confine {
namespace {

constexpr Limits kStrict{.may_change_identity = false, .may_be_traced = false};

// Runs in a child, which is confined first; its exit code. 99: it could not be confined.
int Confined(const std::function<int()>& act, const Limits& limits = kStrict) {
  const pid_t child = fork();
  if (child == 0) {
    if (!Confine(limits).ok()) _exit(99);
    _exit(act());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// errno of the call, 0 if it worked.
template <typename... Arguments>
int Call(long number, Arguments... arguments) {
  errno = 0;
  return syscall(number, arguments...) < 0 ? errno : 0;
}

// What a call says after confinement. The arguments are such that it would do nothing without, too; as root
// it would then complain of them, not of permission.
template <typename... Arguments>
int Says(long number, Arguments... arguments) {
  return Confined([=] { return Call(number, arguments...); });
}

TEST(Confine, GivesUpPrivilegesCoreDumpsAndBeingRead) {
  EXPECT_EQ(Confined([] {
              rlimit core{};
              getrlimit(RLIMIT_CORE, &core);
              return (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 1 : 0) +
                     (prctl(PR_GET_DUMPABLE) == 0 ? 2 : 0) + (core.rlim_max == 0 ? 4 : 0) +
                     (prctl(PR_GET_SECCOMP) == 2 ? 8 : 0);
            }),
            15);
}

TEST(Confine, ForbidsOtherProcesses) {
  EXPECT_EQ(Says(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0), EPERM);
  EXPECT_EQ(Says(SYS_process_vm_readv, getpid(), nullptr, 0, nullptr, 0, 0), EPERM);
  EXPECT_EQ(Says(SYS_process_vm_writev, getpid(), nullptr, 0, nullptr, 0, 0), EPERM);
  EXPECT_EQ(Says(SYS_kcmp, getpid(), getpid(), 0, 0, 0), EPERM);
}

TEST(Confine, ForbidsTheKernelsLessTroddenEntrances) {
  EXPECT_EQ(Says(SYS_bpf, 0, nullptr, 0), EPERM);
  EXPECT_EQ(Says(SYS_perf_event_open, nullptr, 0, -1, -1, 0), EPERM);
  EXPECT_EQ(Says(SYS_userfaultfd, 0), EPERM);
  EXPECT_EQ(Says(SYS_io_uring_setup, 1, nullptr), EPERM);
  EXPECT_EQ(Says(SYS_add_key, "user", "a", "b", 1, KEY_SPEC_PROCESS_KEYRING), EPERM);
  EXPECT_EQ(Says(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0), EPERM);
  EXPECT_EQ(Says(SYS_personality, 0xffffffffUL), EPERM);
}

TEST(Confine, ForbidsMountsNamespacesAndHandles) {
  for (const long call : {SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare,
                          SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_mknod, SYS_quotactl, SYS_swapon,
                          SYS_swapoff, SYS_open_tree, SYS_move_mount, SYS_fsopen, SYS_mount_setattr}) {
    EXPECT_EQ(Says(call, -1L, -1L, -1L, -1L, -1L), EPERM) << call;
  }
  for (const int flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS,
                         CLONE_NEWCGROUP}) {
    EXPECT_EQ(Says(SYS_clone, flag | SIGCHLD, 0, 0, 0, 0), EPERM) << flag;
  }
  EXPECT_EQ(Says(SYS_clone3, nullptr, 0), ENOSYS);
}

TEST(Confine, ForbidsTheMachine) {
  for (const long call :
       {SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_reboot,
        SYS_acct, SYS_syslog, SYS_clock_settime, SYS_settimeofday, SYS_adjtimex, SYS_sethostname
#ifdef __x86_64__
        ,
        SYS_iopl, SYS_ioperm, SYS_modify_ldt
#endif
       }) {
    EXPECT_EQ(Says(call, -1L, -1L, -1L, -1L, -1L), EPERM) << call;
  }
}

TEST(Confine, ForbidsBecomingSomebodyElseEvenTheSame) {
  const auto uid = getuid();
  const auto gid = getgid();
  EXPECT_EQ(Says(SYS_setuid, uid), EPERM);
  EXPECT_EQ(Says(SYS_setresuid, uid, uid, uid), EPERM);
  EXPECT_EQ(Says(SYS_setresgid, gid, gid, gid), EPERM);
  EXPECT_EQ(Says(SYS_setfsuid, uid), EPERM);
  EXPECT_EQ(Says(SYS_setgroups, 0, nullptr), EPERM);
  EXPECT_EQ(Says(SYS_capset, nullptr, nullptr), EPERM);
  EXPECT_EQ(Confined([uid] { return Call(SYS_setresuid, uid, uid, uid); }, {.may_change_identity = true}), 0);
}

TEST(Confine, ForbidsWrittenCode) {
  const auto map = [](int protection) {
    return mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  };
  EXPECT_EQ(Confined([&] { return map(PROT_READ | PROT_WRITE | PROT_EXEC) == MAP_FAILED ? errno : 0; }),
            EPERM);
  EXPECT_EQ(Confined([&] {
              return mprotect(map(PROT_READ | PROT_WRITE), 4096, PROT_READ | PROT_EXEC) != 0 ? errno : 0;
            }),
            EPERM);
  EXPECT_EQ(Confined([&] { return mprotect(map(PROT_READ | PROT_WRITE), 4096, PROT_READ) != 0 ? errno : 0; }),
            0);
}

TEST(Confine, ForbidsSocketsOtherThanUnixAndIp) {
  for (const int family :
       {AF_PACKET, AF_NETLINK, AF_VSOCK, AF_ALG, AF_BLUETOOTH, AF_KEY, AF_APPLETALK, AF_UNSPEC}) {
    EXPECT_EQ(Says(SYS_socket, family, SOCK_RAW, 0), EAFNOSUPPORT) << family;
  }
  for (const int family : {AF_UNIX, AF_INET})
    EXPECT_EQ(Says(SYS_socket, family, SOCK_STREAM, 0), 0) << family;
}

TEST(Confine, LeavesWhatServingNeeds) {
  EXPECT_EQ(Confined([] {
              int sum = 0;
              std::thread([&sum] { sum = 42; }).join();
              return sum;
            }),
            42);
  EXPECT_EQ(Confined([] {
              char name[] = "/bin/true";
              char* arguments[] = {name, nullptr};
              pid_t child = -1;
              if (posix_spawn(&child, name, nullptr, nullptr, arguments, environ) != 0) return 1;
              int status = -1;
              waitpid(child, &status, 0);
              return status;
            }),
            0);
  EXPECT_EQ(Confined([] {
              const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
              return fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) != -2 ? 0 : 1;
            }),
            0);
}

TEST(Confine, HoldsForWhatItStarts) {
  EXPECT_EQ(Confined([] {
              const pid_t child = fork();
              if (child == 0) _exit(Call(SYS_unshare, CLONE_NEWUSER));
              int status = 0;
              waitpid(child, &status, 0);
              return WEXITSTATUS(status);
            }),
            EPERM);
}

TEST(Confine, MayBeDoneAgainStricter) {
  EXPECT_EQ(Confined(
                [] {
                  if (!Confine(kStrict).ok()) return 98;
                  return Call(SYS_setuid, getuid());
                },
                {.may_change_identity = true}),
            EPERM);
}

TEST(Become, LeavesRootForGoodWithoutAnyCapability) {
  if (getuid() != 0) GTEST_SKIP() << "needs root";
  const auto who = FindIdentity("nobody", "nogroup");
  ASSERT_TRUE(who.ok());
  const pid_t child = fork();
  if (child == 0) {
    if (!Become(*who).ok()) _exit(99);
    if (getuid() != who->uid || getegid() != who->gid || getgroups(0, nullptr) != 1) _exit(1);
    for (int capability = 0; capability < 20; ++capability) {
      if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 0) _exit(2);
    }
    if (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0) _exit(3);
    if (chroot("/") == 0 || kill(getppid(), 0) == 0) _exit(4);
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(FindIdentity, RefusesRootAndWhoIsNot) {
  EXPECT_FALSE(FindIdentity("root", "").ok());
  EXPECT_FALSE(FindIdentity("nobody", "root").ok());
  EXPECT_FALSE(FindIdentity("no-such-user", "").ok());
  EXPECT_FALSE(FindIdentity("nobody", "no-such-group").ok());
  const auto nobody = FindIdentity("nobody", "");
  ASSERT_TRUE(nobody.ok());
  EXPECT_NE(nobody->uid, 0U);
}

}  // namespace
}  // namespace dialix::confine
