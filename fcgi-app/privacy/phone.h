// Telephone numbers as they are compared: +998 90 123-45-67 and 998901234567 are one. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "security/key_ring.h"

namespace dialix::privacy {

// The digits alone, as phone_digits() of migration 0019 writes them; nothing where the text is no number:
// other characters than digits, blanks and +-().; fewer than 3 digits or more than 15.
[[nodiscard]] std::optional<std::string> PhoneDigits(std::string_view text);

// What stands for a number on a receipt: "<key id>:<hex>", HMAC-SHA256 of its digits. Only who has the key
// can tell whether it is a certain number's.
[[nodiscard]] std::string PhoneHash(const security::KeyRing& keys, std::string_view digits);
// Whether it is the hash of this number, by any key of the ring.
[[nodiscard]] bool IsHashOfPhone(const security::KeyRing& keys, std::string_view hash,
                                 std::string_view digits);

// A regular expression (PostgreSQL's) that matches the number with blanks, dashes and brackets between its
// digits, with or without the code of its country, and no longer number that contains it.
[[nodiscard]] std::string PhonePattern(std::string_view digits);

}  // namespace dialix::privacy
