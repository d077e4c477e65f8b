#include "confine/confine.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "confine/filter.h"

namespace dialix::confine {

Status Confine(const Limits& limits) {
  const auto refused = [](const char* what) {
    return Internal(std::string(what) + ": " + std::generic_category().message(errno));
  };
  const rlimit none{0, 0};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no new privileges");
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return refused("no core dumps");
  if (!limits.may_be_traced && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return refused("not dumpable");
  return LoadFilter(limits);
}

}  // namespace dialix::confine
