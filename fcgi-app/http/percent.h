// Percent-encoding (RFC 3986 §2.1) and application/x-www-form-urlencoded (WHATWG URL §5). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace dialix::http {

// Errors: kMalformed for a broken escape, a NUL, or a result that is not UTF-8. `plus_is_space`: form
// encoding.
[[nodiscard]] Result<std::string> PercentDecode(std::string_view text, bool plus_is_space);
// Everything but unreserved characters is escaped.
[[nodiscard]] std::string PercentEncode(std::string_view text);

}  // namespace dialix::http
