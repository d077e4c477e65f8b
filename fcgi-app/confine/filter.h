// The system call filter of the programs (dialix-media has a narrower one of its own, on top of this). It
// forbids what neither they nor a library of theirs needs and what an intruder would: looking into other
// processes, other namespaces, file systems and devices, the kernel's own administration, its least reviewed
// entrances, becoming somebody else, memory that is written and then run, sockets other than unix and IP. A
// forbidden call fails with EPERM (clone3 with ENOSYS, so that the C library takes clone, whose flags can be
// looked at; sockets with EAFNOSUPPORT) and harms nothing else. Internal to confine/.
#pragma once

#include "confine/confine.h"

namespace dialix::confine {

// Loads it into this process, for good. Errors: kInternal.
[[nodiscard]] Status LoadFilter(const Limits& limits);

}  // namespace dialix::confine
