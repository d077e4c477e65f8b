// Tells Redis what a commit changed, before the commit is acknowledged to anybody: the on_commit hook of
// store::Database, in every program that writes. Thread-safe. Never fails: a lift that Redis did not take is
// made good by the notification that PostgreSQL sends to every server process, which gets a moment's start.
#pragma once

#include <chrono>
#include <string_view>

#include "cache/floors.h"
#include "cache/remote_cache.h"
#include "monitoring/metric_set.h"
#include "store/redis.h"

namespace dialix::cache {

class ChangePublisher {
 public:
  struct Options {
    std::chrono::milliseconds longest_wait{100};  // for this process's own listener, when Redis failed
    std::chrono::milliseconds head_start{10};     // what the other processes' listeners get
  };

  // `floors` may be null: a program that reads nothing through the cache.
  ChangePublisher(const store::Redis& redis, RemoteCache& remote, Floors* floors,
                  const monitoring::MetricSet& counters)
      : ChangePublisher(redis, remote, floors, counters, Options()) {}
  ChangePublisher(const store::Redis& redis, RemoteCache& remote, Floors* floors,
                  const monitoring::MetricSet& counters, Options options)
      : redis_(redis), remote_(remote), floors_(floors), counters_(counters), options_(options) {}

  // `changes`: what changes_commit() said.
  void Publish(std::string_view changes);

 private:
  const store::Redis& redis_;
  RemoteCache& remote_;
  Floors* floors_;
  const monitoring::MetricSet& counters_;
  const Options options_;
};

}  // namespace dialix::cache
