// What a connection pool counts. Plain handles, see metrics.h; a default-made set counts nothing.
#pragma once

#include <string>

#include "monitoring/metrics.h"

namespace dialix::monitoring {

struct PoolMetrics {
  PoolMetrics() = default;
  // `pool`: "primary" or "replica", the label of every family.
  PoolMetrics(MetricsCollector& collector, const std::string& pool);

  Gauge open;      // in use and idle together
  Gauge in_use;    // lent out
  Gauge idle;      // free
  Gauge overflow;  // of the open ones, those beyond DB_POOL_SIZE
  Gauge waiting;   // threads that wait for one
  Counter opened;
  Counter discarded;  // found dead or too old
  Counter timeouts;   // waited DB_POOL_TIMEOUT in vain
  Counter retries;    // batches sent again, after a lost connection or a deadlock
  Histogram wait;     // of those who had to
};

}  // namespace dialix::monitoring
