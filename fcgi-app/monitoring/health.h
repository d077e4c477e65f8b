// HealthChecker: runs the probes it was handed, each in a thread of its own with a time limit, and answers
// {"status","checks"}. A probe that is still running when it is asked again is reported as timed out and not
// started a second time, so a hanging engine costs one thread. Thread-safe. It knows no engine itself.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace dialix::monitoring {

struct HealthProbe {
  std::string name;      // "database"
  bool critical = true;  // failing: the service is down (503); else only degraded
  std::function<Status()>
      check;  // must end by itself at some time; its error's text goes to the log and report
};

struct HealthCheck {
  std::string name;
  bool critical = true;
  bool ok = false;
  std::int64_t duration_ms = 0;
  std::string message;  // what is wrong, in public words; empty when ok
};

struct HealthReport {
  std::string status;  // "ok" | "degraded" | "down"
  std::vector<HealthCheck> checks;
  [[nodiscard]] int HttpStatus() const { return status == "down" ? 503 : 200; }
  // {"status":…,"checks":[{"name","status":"ok|failing","critical","duration_ms","message"?}]}
  [[nodiscard]] std::string ToJson() const;
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
