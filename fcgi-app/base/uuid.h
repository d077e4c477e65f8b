// UUID version 7 (RFC 9562 §5.7): ordered by time, so that primary keys are appended to their index.
// Thread-safe; fork-safe (random bits come from getrandom(2) on every call).
#pragma once

#include <string>
#include <string_view>

namespace dialix {

[[nodiscard]] std::string NewUuid();               // lower case, with dashes
[[nodiscard]] bool IsUuid(std::string_view text);  // any version, either case, with dashes
// `count` bytes from the kernel's CSPRNG. Throws std::system_error if the kernel refuses.
[[nodiscard]] std::string RandomBytes(std::size_t count);

}  // namespace dialix
