// What a program of ours gives up before it does anything: new privileges, core dumps, being read or traced
// by others of the same user, and the system calls it never needs. What is given up is gone for the process
// and all it starts. Call with no other thread running. Sources: prctl(2), core(5), seccomp(2),
// credentials(7).
#pragma once

#include "base/result.h"

namespace dialix::confine {

// Builds with sanitizers trace themselves at exit and need more: there, memory stays readable and tracing
// allowed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

struct Limits {
  bool may_change_identity = false;  // a master that is root and whose workers become somebody else
  bool may_be_traced = kSanitized;
};

// No new privileges (set-user-ID programs and file capabilities mean nothing from here on), no core dumps,
// /proc/PID/mem, environ and the like closed to the same user, and the filter of filter.h. Errors: kInternal
// with what was refused; the caller must not go on.
[[nodiscard]] Status Confine(const Limits& limits);

}  // namespace dialix::confine
