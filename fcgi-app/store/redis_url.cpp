#include "store/redis_url.h"

#include "base/text.h"

namespace dialix::store {

RedisAddress ParseRedisUrl(std::string_view url) {
  RedisAddress address;
  if (url.starts_with("unix://")) {
    address.path = url.substr(7);
    return address;
  }
  url.remove_prefix(std::string_view("redis://").size());
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    const auto colon = url.find(':');
    address.password = url.substr(colon < at ? colon + 1 : 0, at - (colon < at ? colon + 1 : 0));
    url.remove_prefix(at + 1);
  }
  if (const auto slash = url.find('/'); slash != std::string_view::npos) {
    address.database = url.substr(slash + 1);
    url = url.substr(0, slash);
  }
  if (const auto colon = url.rfind(':'); colon != std::string_view::npos) {
    address.port = static_cast<int>(ParseInt(url.substr(colon + 1)).value_or(6379));
    url = url.substr(0, colon);
  }
  if (!url.empty()) address.host = url;
  return address;
}

}  // namespace dialix::store
