// A block of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3). A plain value.
#pragma once

#include <array>
#include <optional>
#include <string_view>

struct sockaddr;

namespace dialix {

// An IPv4 or IPv6 address, as it stands in a packet.
struct IpAddress {
  std::array<unsigned char, 16> bytes{};
  bool is_v6 = false;

  static std::optional<IpAddress> Parse(std::string_view text);  // no port, no brackets, no zone
  static std::optional<IpAddress> Of(const sockaddr* address);   // nothing for other families
  static IpAddress V4(const unsigned char* four);
};

class Cidr {
 public:
  // "10.1.2.0/24", "fd00::/8", "192.0.2.7" (one address). Nothing for anything else, also where bits beyond
  // the prefix are set.
  static std::optional<Cidr> Parse(std::string_view text);
  // An IPv4 block never contains an IPv6 address, whatever that maps to.
  [[nodiscard]] bool Contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  int bits_ = 0;
};

}  // namespace dialix
