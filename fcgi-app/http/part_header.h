// The header block of one multipart part (RFC 7578 §4, RFC 2183, with the escapes browsers really send).
// Pure functions; used by multipart.cpp alone.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/multipart.h"

namespace dialix::http {

struct ParsedPartHeader {
  PartHeader header;
  bool is_file = false;  // a filename parameter was there, even an empty one
};

// `block`: the header lines, each ended by CRLF but the last. Errors: kMalformed with what is wrong.
[[nodiscard]] Result<ParsedPartHeader> ParsePartHeader(std::string_view block);

// The value of a parameter in "type; name=value; name=\"quoted\"", unquoted; nothing if it is absent or
// broken.
[[nodiscard]] std::optional<std::string> HeaderParameter(std::string_view value, std::string_view name);

[[nodiscard]] Error MalformedMultipart(std::string what);

}  // namespace dialix::http
