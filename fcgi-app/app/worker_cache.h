// The cache of one worker process, put together: floors, the half in Redis, the manager, what tells commits,
// and the thread that hears them. Made after fork; must outlive the database that it is the hook of.
#pragma once

#include "base/config.h"
#include "cache/cache_manager.h"
#include "cache/change_listener.h"
#include "cache/change_publisher.h"
#include "store/database.h"

namespace dialix::app {

class WorkerCache {
 public:
  WorkerCache(const Config& config, store::Redis& redis, const monitoring::MetricSet& counters,
              const monitoring::StructuredLogger& logger, cache::ChangeListener::Heard heard);

  [[nodiscard]] cache::CacheManager& manager() { return manager_; }
  [[nodiscard]] store::Database::CommitHook CommitHook() {
    return [this](std::string_view changes) { publisher_.Publish(changes); };
  }

 private:
  cache::Floors floors_;
  cache::RemoteCache remote_;
  cache::CacheManager manager_;
  cache::ChangePublisher publisher_;
  cache::ChangeListener listener_;  // last: its thread ends first
};

}  // namespace dialix::app
