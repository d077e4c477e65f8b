// What a new password must be (NIST SP 800-63B §5.1.1.2, OWASP ASVS 2.1): long enough, and hard to guess for
// somebody who knows the common and breached ones, keyboard walks, dates, and whose it is. No rules of
// composition. The judgement is zxcvbn's, whose word lists are in its library. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dialix::security {

inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxPasswordCharacters = 128;

// The Unicode form NFC, so that a password is the same from every keyboard. What is no UTF-8 stays as it is.
[[nodiscard]] std::string NormalPassword(std::string_view password);

// What is wrong with a new password, for people; empty: nothing. `about`: texts that an attacker tries first,
// of the person and the company (e-mail, name, company's name).
[[nodiscard]] std::string PasswordComplaint(std::string_view password,
                                            const std::vector<std::string>& about = {});

// How many bits of guessing it takes, as zxcvbn estimates; also tried as if typed on a Latin keyboard.
[[nodiscard]] double GuessingBits(std::string_view password, const std::vector<std::string>& about);

}  // namespace dialix::security
