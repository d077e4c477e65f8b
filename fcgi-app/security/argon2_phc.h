// The costs that a PHC string of Argon2id names (github.com/P-H-C/phc-string-format), read before anything is
// computed: what it asks for comes from a row, and decides how much memory is taken. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dialix::security {

struct Argon2Costs {
  std::uint32_t memory_kib = 0;
  std::uint32_t iterations = 0;
  std::uint32_t lanes = 0;
};

// Nothing for anything but "$argon2id$v=19$m=…,t=…,p=…$salt$hash" with a salt of at least 8 bytes and a hash
// of 16 to 64.
[[nodiscard]] std::optional<Argon2Costs> ReadPhc(std::string_view phc);
[[nodiscard]] std::string FormatPhc(const Argon2Costs& costs, std::string_view salt, std::string_view hash);

}  // namespace dialix::security
