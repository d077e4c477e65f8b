// What one worker process holds (pool, Redis, hasher, health) and its answer to a request. Made after fork;
// Handle is called from many threads at once.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "app/hot_reads.h"
#include "app/routes.h"
#include "app/session_memory.h"
#include "app/worker_cache.h"
#include "base/config.h"
#include "features/endpoint/endpoint.h"
#include "http/fastcgi_server.h"
#include "monitoring/metric_set.h"
#include "net/outbound.h"

namespace dialix::app {

class Worker {
 public:
  Worker(const Config& config, const Routes& routes, monitoring::MetricsCollector& metrics,
         const monitoring::MetricSet& counters, const monitoring::StructuredLogger& logger);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Never fails: an error becomes its problem+json.
  http::Response Handle(http::Request& request, http::RequestTrace& trace);

 private:
  Result<http::Response> Answer(http::Request& request, http::RequestTrace& trace, store::Cost& cost);
  void Count(const store::Cost& cost);
  // Remembers a cached read, to be done again when its data changes.
  void NoteHot(const features::Endpoint& endpoint, const features::Call& call);
  void Refresh(const HotRead& read);

  const Config& config_;
  const Routes& routes_;
  const monitoring::MetricSet& counters_;
  store::Redis redis_;
  HotReads hot_reads_;  // before the cache, whose listener tells it of changes
  WorkerCache cache_;   // before the database, which tells it of commits
  SessionMemory sessions_;
  store::LastWrites last_writes_;
  store::Database db_;
  security::PasswordHasher hasher_;
  security::KeyRing keys_;
  security::EncryptionService encryption_;
  net::Outbound outbound_;
  monitoring::HealthChecker health_;
  monitoring::HealthChecker health_detailed_;
  features::Services services_;
  std::thread refresher_;  // does what is due in hot_reads_
};

}  // namespace dialix::app
