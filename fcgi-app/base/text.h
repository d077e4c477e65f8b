// Small text helpers that the standard library lacks. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialix {

[[nodiscard]] bool IsValidUtf8(std::string_view text);  // RFC 3629: no surrogates, no overlong forms
[[nodiscard]] std::string ReplaceInvalidUtf8(std::string_view text);  // each bad byte becomes U+FFFD
// Number of code points. REQUIRES: valid UTF-8.
[[nodiscard]] std::size_t Utf8Length(std::string_view text);

// ASCII only; other bytes stay as they are.
[[nodiscard]] std::string ToLowerAscii(std::string_view text);
[[nodiscard]] std::string_view Trim(std::string_view text);  // spaces, tabs, CR, LF
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

// The whole text as a decimal number; nothing for anything else, or on overflow.
[[nodiscard]] std::optional<std::int64_t> ParseInt(std::string_view text);
[[nodiscard]] std::optional<double> ParseDouble(std::string_view text);

// Lower-case hex of bytes, and back (nothing for odd length or a bad digit).
[[nodiscard]] std::string ToHex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> FromHex(std::string_view hex);

// RFC 4648 §5, without padding; decoding accepts both padded and unpadded text.
[[nodiscard]] std::string ToBase64Url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> FromBase64Url(std::string_view text);

}  // namespace dialix
