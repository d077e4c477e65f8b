// The health probes of one worker: database, Redis, audio store, job queue. Each ends by itself within the
// time-outs of its engine; their messages name what is wrong without addresses or secrets.
#pragma once

#include <vector>

#include "base/config.h"
#include "monitoring/health.h"
#include "store/database.h"
#include "store/redis.h"

namespace dialix::features {

// Database (critical) and Redis: for /health.
[[nodiscard]] std::vector<monitoring::HealthProbe> BasicProbes(store::Database& db, store::Redis& redis);
// Those with figures, and storage (critical) and the queue: for /health/detailed.
[[nodiscard]] std::vector<monitoring::HealthProbe> DetailedProbes(const Config& config, store::Database& db,
                                                                  store::Redis& redis);

// Depth and age of the job queue. One round trip.
struct QueueStats {
  std::int64_t queued = 0;
  std::int64_t running = 0;
  std::int64_t failed_last_hour = 0;
  double oldest_queued_s = 0;
};
[[nodiscard]] Result<QueueStats> ReadQueueStats(store::Database& db, store::Cost* cost = nullptr);

}  // namespace dialix::features
