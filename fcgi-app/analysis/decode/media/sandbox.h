// Shuts this process in for good: no new privileges, no new files, no network, no programs, no processes,
// bounded memory, CPU time and file size; dies with its parent. Called once, single-threaded, before any byte
// of the recording is read. A forbidden system call ends the process with SIGSYS. Builds with sanitizers or
// gcov need more system calls and address space: there the filter only forbids sockets, programs and tracing,
// and address space is unlimited (DIALIX_INSTRUMENTED). Sources: seccomp(2), prctl(2), getrlimit(2),
// libseccomp's seccomp_rule_add(3).
#pragma once

#include <cstdint>

namespace dialix::analysis::media {

struct SandboxLimits {
  std::uint64_t cpu_seconds = 60;
  std::uint64_t address_space_bytes = 0;
  std::uint64_t file_bytes = 0;  // largest file that may be written
};

// False when any of it is refused: the caller must not go on.
[[nodiscard]] bool EnterSandbox(const SandboxLimits& limits);

}  // namespace dialix::analysis::media
