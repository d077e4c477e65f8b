// What a throttle counts by where it counts by address. The counting itself is PostgreSQL's (migration 0016),
// so that it holds for every process and host, whatever becomes of Redis. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace dialix::security {

// An IPv4 address as it is; of an IPv6 address its /64, which is what one customer is given (RFC 6177); of an
// IPv4 address written as IPv6 (::ffff:…) the former. "unknown" for anything else.
[[nodiscard]] std::string NetworkOf(std::string_view address);

}  // namespace dialix::security
