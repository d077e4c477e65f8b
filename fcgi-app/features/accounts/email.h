// What counts as an e-mail address: a valid one of the HTML Living Standard (§4.10.5.1.5), at most 254 bytes.
// Pure, thread-safe.
#pragma once

#include <string_view>

namespace dialix::features::accounts {

[[nodiscard]] bool IsEmail(std::string_view text);

}  // namespace dialix::features::accounts
