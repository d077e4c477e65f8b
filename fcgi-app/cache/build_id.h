// Which build of the program this is: the linker's build id (ELF note NT_GNU_BUILD_ID), short. Two builds may
// write different bodies for the same data, so values are kept apart by it. Pure.
#pragma once

#include <string>

namespace dialix::cache {

// 12 hex digits; "unknown" for a program that was linked without one.
[[nodiscard]] std::string BuildId();

}  // namespace dialix::cache
