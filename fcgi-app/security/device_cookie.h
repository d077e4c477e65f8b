// The device cookie (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): says that this browser
// has logged in to this account before. A program that guesses has none, so who has one is neither locked out
// by the guesses of others nor kept waiting behind them. It proves nothing more and opens nothing.
//   base64url(version 1 ‖ issued at, ms, 8 bytes ‖ 16 random bytes ‖ HMAC-SHA256 of these and the log-in
//   name)
// The name is in the code alone: who finds a cookie learns nothing of whose it is, and one of another account
// looks like a forged one. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "security/key_ring.h"

namespace dialix::security {

struct Device {
  std::string id;  // 32 hexadecimal digits; one log-in's
  TimePoint issued_at;
};

inline constexpr std::string_view kDevicePurpose = "device cookie";

// A cookie for who has just logged in as `login` (in any case of letters).
[[nodiscard]] std::string NewDeviceCookie(const KeyRing& keys, std::string_view login, TimePoint now);

// The device, where a key of the ring has made the cookie for this very log-in name, at most `max_age_s` ago;
// nothing for whatever else. Whether the account still takes it (its password may have changed) is
// PostgreSQL's to say.
[[nodiscard]] std::optional<Device> ReadDeviceCookie(const KeyRing& keys, std::string_view cookie,
                                                     std::string_view login, TimePoint now, int max_age_s);

}  // namespace dialix::security
