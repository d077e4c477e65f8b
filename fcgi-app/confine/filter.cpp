#include "confine/filter.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace dialix::confine {
namespace {

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

constexpr std::uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);

// By name, since not every kernel header and architecture has each of them; a name that this one lacks is
// passed over.
constexpr const char* kForbidden[] = {
    // other processes
    "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    // the kernel's less trodden entrances
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "lookup_dcookie", "add_key", "request_key", "keyctl", "fanotify_init", "memfd_secret", "vmsplice",
    "uselib", "modify_ldt", "personality", "move_pages", "migrate_pages", "mbind", "set_mempolicy",
    "set_mempolicy_home_node", "get_mempolicy",
    // file systems and namespaces
    "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig",
    "fsmount", "fspick", "mount_setattr", "setns", "unshare", "open_by_handle_at", "name_to_handle_at",
    "quotactl", "quotactl_fd", "mknod", "mknodat", "swapon", "swapoff", "sysfs", "ustat", "nfsservctl",
    // the machine
    "init_module", "finit_module", "delete_module", "create_module", "query_module", "get_kernel_syms",
    "kexec_load", "kexec_file_load", "reboot", "acct", "syslog", "_sysctl", "iopl", "ioperm",
    "pciconfig_read", "pciconfig_write", "clock_settime", "clock_settime64", "clock_adjtime",
    "clock_adjtime64", "settimeofday", "adjtimex", "stime", "sethostname", "setdomainname", "vhangup", "vm86",
    "vm86old"};

constexpr const char* kTracing[] = {"ptrace"};

constexpr const char* kIdentity[] = {"setuid",      "setgid",      "setreuid",   "setregid",   "setresuid",
                                     "setresgid",   "setgroups",   "setfsuid",   "setfsgid",   "capset",
                                     "setuid32",    "setgid32",    "setreuid32", "setregid32", "setresuid32",
                                     "setresgid32", "setgroups32", "setfsuid32", "setfsgid32"};

// What glibc's headers of 2022 name, and the time namespace, which they don't.
constexpr std::uint64_t kNamespaces[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                         CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};

bool Refuse(scmp_filter_ctx filter, const char* name) {
  const int call = seccomp_syscall_resolve_name(name);
  return call == __NR_SCMP_ERROR || seccomp_rule_add(filter, kRefuse, call, 0) == 0;
}

template <std::size_t N>
bool RefuseAll(scmp_filter_ctx filter, const char* const (&names)[N]) {
  for (const char* name : names) {
    if (!Refuse(filter, name)) return false;
  }
  return true;
}

bool RefuseNamespaces(scmp_filter_ctx filter) {
  if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0) return false;
  for (const std::uint64_t flag : kNamespaces) {
    const scmp_arg_cmp with_it = SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag);
    if (seccomp_rule_add(filter, kRefuse, SCMP_SYS(clone), 1, with_it) != 0) return false;
  }
  return true;
}

// Memory is either written or run.
bool RefuseWrittenCode(scmp_filter_ctx filter) {
  const scmp_arg_cmp both = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC);
  const scmp_arg_cmp run = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);
  return seccomp_rule_add(filter, kRefuse, SCMP_SYS(mmap), 1, both) == 0 &&
         seccomp_rule_add(filter, kRefuse, SCMP_SYS(mprotect), 1, run) == 0 &&
         seccomp_rule_add(filter, kRefuse, SCMP_SYS(pkey_mprotect), 1, run) == 0;
}

bool RefuseOtherSockets(scmp_filter_ctx filter) {
  constexpr std::uint32_t kNoSuchFamily = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  for (int family = 0; family < AF_INET6; ++family) {
    if (family == AF_UNIX || family == AF_INET) continue;
    const scmp_arg_cmp this_one = SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family));
    if (seccomp_rule_add(filter, kNoSuchFamily, SCMP_SYS(socket), 1, this_one) != 0) return false;
  }
  const scmp_arg_cmp beyond = SCMP_A0(SCMP_CMP_GT, AF_INET6);
  return seccomp_rule_add(filter, kNoSuchFamily, SCMP_SYS(socket), 1, beyond) == 0;
}

// Typing into the terminal that started us.
bool RefuseTyping(scmp_filter_ctx filter) {
  const scmp_arg_cmp typing = SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, TIOCSTI);
  return seccomp_rule_add(filter, kRefuse, SCMP_SYS(ioctl), 1, typing) == 0;
}

}  // namespace

Status LoadFilter(const Limits& limits) {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return Internal("no system call filter could be made");
  const bool ruled = RefuseAll(filter.get(), kForbidden) && RefuseNamespaces(filter.get()) &&
                     RefuseWrittenCode(filter.get()) && RefuseOtherSockets(filter.get()) &&
                     RefuseTyping(filter.get()) &&
                     (limits.may_be_traced || RefuseAll(filter.get(), kTracing)) &&
                     (limits.may_change_identity || RefuseAll(filter.get(), kIdentity));
  if (!ruled) return Internal("the system call filter has a rule that this kernel's library does not take");
  if (const int failed = seccomp_load(filter.get()); failed != 0)
    return Internal("the system call filter was refused: " + std::generic_category().message(-failed));
  return Ok();
}

}  // namespace dialix::confine
