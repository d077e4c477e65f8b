// Opaque random secrets: session cookies and API tokens. 256 bits from the kernel; only their SHA-256 is
// stored.
#pragma once

#include <string>
#include <string_view>

namespace dialix::security {

[[nodiscard]] std::string NewToken();                         // 43 characters of base64url
[[nodiscard]] std::string NewApiToken();                      // "dxt_" before it, so that scanners know one
[[nodiscard]] std::string HashToken(std::string_view token);  // 32 raw bytes
[[nodiscard]] std::string Sha256(std::string_view bytes);     // 32 raw bytes

}  // namespace dialix::security
