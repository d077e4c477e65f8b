// One-time passwords by time (RFC 6238 on RFC 4226: HMAC-SHA-1, 30 s, six digits) and the recovery codes
// beside them. Pure functions but for those that make random values; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dialix::security {

inline constexpr int kTotpStepSeconds = 30;

[[nodiscard]] std::string NewTotpSecret();                   // 20 random bytes (RFC 4226 §4 R6)
[[nodiscard]] std::string ToBase32(std::string_view bytes);  // RFC 4648 §6, without padding

// The code of a time step (seconds since 1970 / 30).
[[nodiscard]] std::string TotpCode(std::string_view secret, std::int64_t step, int digits = 6);
// The step whose code this is, of now, the one before and the one after: clocks differ. Nothing where it is
// no code of these, or of one at or before `last_step`: a code counts once.
[[nodiscard]] std::optional<std::int64_t> MatchTotp(std::string_view secret, std::string_view code,
                                                    std::int64_t now_s, std::int64_t last_step);

// "otpauth://totp/Dialix:who?secret=…&issuer=Dialix", what an authenticator's QR code holds (Google
// Authenticator's Key URI Format).
[[nodiscard]] std::string TotpUri(std::string_view secret, std::string_view who);

[[nodiscard]] std::string NewRecoveryCode();  // "abcd-efgh-ijkl-mnop": 80 random bits
// What is stored of one, however it was typed (blanks, dashes, capitals). As it has 80 random bits, a plain
// SHA-256 is enough. Nothing for a text that cannot be a recovery code.
[[nodiscard]] std::optional<std::string> HashRecoveryCode(std::string_view typed);

}  // namespace dialix::security
