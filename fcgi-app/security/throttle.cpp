#include "security/throttle.h"

#include <arpa/inet.h>

#include <cstring>

namespace dialix::security {

std::string NetworkOf(std::string_view address) {
  const std::string text(address);
  in_addr v4{};
  char shown[INET6_ADDRSTRLEN] = "";
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return inet_ntop(AF_INET, &v4, shown, sizeof shown);
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return "unknown";
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::memcpy(&v4, v6.s6_addr + 12, sizeof v4);
    return inet_ntop(AF_INET, &v4, shown, sizeof shown);
  }
  std::memset(v6.s6_addr + 8, 0, 8);
  return std::string(inet_ntop(AF_INET6, &v6, shown, sizeof shown)) + "/64";
}

}  // namespace dialix::security
