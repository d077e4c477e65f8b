#include "ctl/tell_cache.h"

#include <csignal>

#include "cache/change_publisher.h"

namespace dialix::ctl {

void TellCache(const Config& config, std::string_view changes) {
  std::signal(SIGPIPE, SIG_IGN);  // a Redis that hangs up must not end the command
  store::Redis redis({.url = config.redis_url});
  cache::RemoteCache remote(redis, {});
  const monitoring::MetricSet counters;  // counts nothing
  cache::ChangePublisher(redis, remote, nullptr, counters).Publish(changes);
}

}  // namespace dialix::ctl
