#include "base/cidr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"

namespace dialix {

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string copy(text);
  IpAddress address;
  address.is_v6 = text.find(':') != std::string_view::npos;
  if (copy.find('\0') != std::string::npos ||
      inet_pton(address.is_v6 ? AF_INET6 : AF_INET, copy.c_str(), address.bytes.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

std::optional<IpAddress> IpAddress::Of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof v4);
    return V4(reinterpret_cast<const unsigned char*>(&v4.sin_addr));
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6;
  std::memcpy(&v6, address, sizeof v6);
  IpAddress ip;
  ip.is_v6 = true;
  std::memcpy(ip.bytes.data(), &v6.sin6_addr, ip.bytes.size());
  return ip;
}

IpAddress IpAddress::V4(const unsigned char* four) {
  IpAddress address;
  std::copy_n(four, 4, address.bytes.begin());
  return address;
}

std::optional<Cidr> Cidr::Parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const int most = address->is_v6 ? 128 : 32;
  Cidr cidr;
  cidr.bits_ = most;
  if (slash != std::string_view::npos) {
    const auto bits = ParseInt(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > most) return std::nullopt;
    cidr.bits_ = static_cast<int>(*bits);
  }
  for (int bit = cidr.bits_; bit < most; ++bit) {
    if ((address->bytes[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1) != 0) return std::nullopt;
  }
  cidr.first_ = *address;
  return cidr;
}

bool Cidr::Contains(const IpAddress& address) const {
  if (address.is_v6 != first_.is_v6) return false;
  for (int bit = 0; bit < bits_; bit += 8) {
    const auto i = static_cast<std::size_t>(bit / 8);
    const int mask = bits_ - bit >= 8 ? 0xFF : 0xFF << (8 - (bits_ - bit)) & 0xFF;
    if (((address.bytes[i] ^ first_.bytes[i]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace dialix
