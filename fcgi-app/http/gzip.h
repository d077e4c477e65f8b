// gzip (RFC 1952) of whole texts, for answers that are kept and sent many times; what is sent once nginx
// packs itself. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace dialix::http {

// Whether Accept-Encoding takes gzip (RFC 9110 §12.5.3): named, or by "*", and not with q=0.
[[nodiscard]] bool AcceptsGzip(std::string_view accept_encoding);

// Empty only where memory is short.
[[nodiscard]] std::string Gzip(std::string_view text);

}  // namespace dialix::http
