// Where a Redis is, as REDIS_URL says it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace dialix::store {

struct RedisAddress {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string path;  // of a unix socket; then host and port mean nothing
  std::string password;
  std::string database;
};

// redis://[:password@]host[:port][/db] or unix:///path.
[[nodiscard]] RedisAddress ParseRedisUrl(std::string_view url);

}  // namespace dialix::store
