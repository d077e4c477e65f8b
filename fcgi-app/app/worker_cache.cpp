#include "app/worker_cache.h"

#include "cache/build_id.h"

namespace dialix::app {
namespace {

// Longer than anything that was computed before a change may live: its TTL, its lock, and some.
std::chrono::seconds FloorsFor(const Config& config) {
  return std::chrono::seconds(config.redis_cache_ttl_s + 120);
}

cache::RemoteCache::Options RemoteOptions(const Config& config) {
  cache::RemoteCache::Options options;
  options.build = cache::BuildId();
  options.version_ttl = std::max(options.version_ttl, std::chrono::seconds(2 * config.redis_cache_ttl_s));
  return options;
}

cache::CacheOptions ManagerOptions(const Config& config) {
  cache::CacheOptions options;
  options.ttl = std::chrono::seconds(config.redis_cache_ttl_s);
  options.local_bytes = static_cast<std::size_t>(config.cache_memory_bytes);
  return options;
}

cache::ChangeListener::Options ListenerOptions(const Config& config) {
  cache::ChangeListener::Options options;
  options.connection.url =
      config.database_listen_url.empty() ? config.database_url : config.database_listen_url;
  options.connection.connect_timeout_s = 2;
  options.connection.statement_timeout_ms = 2000;
  options.connection.application_name = "dialix-listen";
  options.missed = FloorsFor(config);
  return options;
}

}  // namespace

WorkerCache::WorkerCache(const Config& config, store::Redis& redis, const monitoring::MetricSet& counters,
                         const monitoring::StructuredLogger& logger, cache::ChangeListener::Heard heard)
    : floors_(FloorsFor(config)),
      remote_(redis, RemoteOptions(config)),
      manager_(remote_, floors_, ManagerOptions(config), counters),
      publisher_(redis, remote_, &floors_, counters),
      listener_(ListenerOptions(config), floors_, logger, std::move(heard)) {}

}  // namespace dialix::app
