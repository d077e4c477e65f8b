// HealthChecker: runs the probes it was handed, each in a thread of its own with a time limit, and answers
// {"status","checks"}. A probe that is still running when it is asked again is reported as timed out and not
// started a second time, so a hanging engine costs one thread. Thread-safe. It knows no engine itself.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace dialix::monitoring {

struct HealthProbe {
  std::string name;      // "database"
  bool critical = true;  // failing: the service is unavailable (503); else only degraded
  // Ends by itself at some time. Its value: figures for /health/detailed as a JSON object's text, or nothing.
  // Its error's public message is reported.
  std::function<Result<std::string>()> check;
};

struct HealthCheck {
  std::string name;
  bool critical = true;
  bool ok = false;
  double latency_ms = 0;
  std::string error;         // what is wrong, in public words; empty when ok
  std::string details_json;  // a JSON object, or empty
};

struct HealthReport {
  std::string status;  // "ok" | "degraded" | "unavailable"
  std::vector<HealthCheck> checks;
  [[nodiscard]] int HttpStatus() const { return status == "unavailable" ? 503 : 200; }
  // {"status","checks":{name:{"status":"ok|failed","latency_ms","error"?}}}: Health of
  // docs/openapi.yaml.
  [[nodiscard]] std::string ToJson() const;
  // With "details" of each check, "version", "started_at" and "uptime_ms": HealthDetailed.
  [[nodiscard]] std::string ToDetailedJson(std::string_view version, TimePoint started_at) const;
};

class HealthChecker {
 public:
  // `max_age`: a report this young is given again instead of running the probes, so probing cannot be a load.
  HealthChecker(std::vector<HealthProbe> probes,
                std::chrono::milliseconds limit = std::chrono::milliseconds(2000),
                std::chrono::milliseconds max_age = std::chrono::milliseconds(1000));
  ~HealthChecker();  // waits for probes that still run
  HealthChecker(const HealthChecker&) = delete;
  HealthChecker& operator=(const HealthChecker&) = delete;

  // At most about `limit` long.
  [[nodiscard]] HealthReport Check();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dialix::monitoring
