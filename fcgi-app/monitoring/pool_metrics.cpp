#include "monitoring/pool_metrics.h"

namespace dialix::monitoring {

PoolMetrics::PoolMetrics(MetricsCollector& c, const std::string& pool)
    : open(c.AddGauge("dialix_db_pool_open", "Connections of the pool.", {{"pool", pool}})),
      in_use(c.AddGauge("dialix_db_pool_in_use", "Connections lent out.", {{"pool", pool}})),
      idle(c.AddGauge("dialix_db_pool_idle", "Connections that are free.", {{"pool", pool}})),
      overflow(c.AddGauge("dialix_db_pool_overflow", "Connections beyond DB_POOL_SIZE.", {{"pool", pool}})),
      waiting(c.AddGauge("dialix_db_pool_waiting", "Threads waiting for a connection.", {{"pool", pool}})),
      opened(c.AddCounter("dialix_db_connects_total", "Connections opened to PostgreSQL.", {{"pool", pool}})),
      discarded(c.AddCounter("dialix_db_pool_discarded_total", "Connections found dead or too old.",
                             {{"pool", pool}})),
      timeouts(c.AddCounter("dialix_db_pool_timeouts_total", "Waits for a connection that were in vain.",
                            {{"pool", pool}})),
      retries(c.AddCounter("dialix_db_retries_total", "Batches that were sent once more.", {{"pool", pool}})),
      wait(c.AddHistogram("dialix_db_pool_wait_seconds", "Waiting for a connection that was not free.",
                          {{"pool", pool}})) {}

}  // namespace dialix::monitoring
