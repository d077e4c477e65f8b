// Who a process is. A server that was started as root serves as somebody else: each of its workers drops root
// for good right after fork. Sources: credentials(7), capabilities(7), setresuid(2).
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace dialix::confine {

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

// By name; an empty group is the user's own. Errors: kInvalid (there is none, or it is root).
[[nodiscard]] Result<Identity> FindIdentity(const std::string& user, const std::string& group);

[[nodiscard]] bool IsRoot();

// Becomes `who`, alone in its group, without capabilities, also in the bounding set, and makes sure that
// there is no way back. REQUIRES: root, one thread. Errors: kInternal; the caller must end.
[[nodiscard]] Status Become(const Identity& who);

}  // namespace dialix::confine
