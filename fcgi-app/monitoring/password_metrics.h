// What the hashing of passwords counts. Plain handles, see metrics.h; a default-made set counts nothing.
#pragma once

#include "monitoring/metrics.h"

namespace dialix::monitoring {

struct PasswordMetrics {
  PasswordMetrics() = default;
  explicit PasswordMetrics(MetricsCollector& collector)
      : computed(collector.AddCounter("dialix_password_hashes_total", "Argon2id computations.")),
        refused(collector.AddCounter("dialix_password_refused_total",
                                     "Log-ins and new passwords refused because too many were waiting.")),
        waiting(collector.AddGauge("dialix_password_waiting", "Threads that wait for a computation.")) {}

  Counter computed;
  Counter refused;
  Gauge waiting;
};

}  // namespace dialix::monitoring
