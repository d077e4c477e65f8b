#include "monitoring/health.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/json.h"

namespace dialix::monitoring {
namespace {

using Clock = std::chrono::steady_clock;

// One probe, the thread that runs it, and what it last said. Shared with that thread under `mutex`.
struct Runner {
  HealthProbe probe;
  std::mutex mutex;
  std::condition_variable finished;
  bool running = false;
  HealthCheck last;
  std::thread thread;

  ~Runner() {
    if (thread.joinable()) thread.join();
  }

  void Start() {
    {
      const std::lock_guard lock(mutex);
      if (running) return;
      running = true;
    }
    if (thread.joinable()) thread.join();  // it has finished: `running` was false
    try {
      thread = std::thread([this] { Run(); });
    } catch (const std::system_error&) {
      const std::lock_guard lock(mutex);
      running = false;
      last = {probe.name, probe.critical, false, 0, "no thread to run the check in"};
    }
  }

  void Run() {
    const auto started = Clock::now();
    HealthCheck check{probe.name, probe.critical, false, 0, {}};
    try {
      const Status status = probe.check();
      check.ok = status.ok();
      if (!status.ok()) check.message = status.error().public_message;
    } catch (const std::exception& e) {
      check.message = e.what();
    }
    check.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count();
    const std::lock_guard lock(mutex);
    last = std::move(check);
    running = false;
    finished.notify_all();
  }

  HealthCheck WaitUntil(Clock::time_point deadline, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex);
    if (finished.wait_until(lock, deadline, [this] { return !running; })) return last;
    return {probe.name, probe.critical, false, limit.count(),
            "no answer within " + std::to_string(limit.count()) + " ms"};
  }
};

}  // namespace

struct HealthChecker::Impl {
  std::chrono::milliseconds limit{};
  std::chrono::milliseconds max_age{};
  std::vector<std::unique_ptr<Runner>> runners;
  std::mutex mutex;  // one round of probing at a time; the others wait for its report
  std::optional<HealthReport> report;
  Clock::time_point report_time{};
};

HealthChecker::HealthChecker(std::vector<HealthProbe> probes, std::chrono::milliseconds limit,
                             std::chrono::milliseconds max_age)
    : impl_(std::make_unique<Impl>()) {
  impl_->limit = limit;
  impl_->max_age = max_age;
  for (HealthProbe& probe : probes) {
    impl_->runners.push_back(std::make_unique<Runner>());
    impl_->runners.back()->probe = std::move(probe);
  }
}

HealthChecker::~HealthChecker() = default;

HealthReport HealthChecker::Check() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->report && Clock::now() - impl_->report_time < impl_->max_age) return *impl_->report;
  const auto deadline = Clock::now() + impl_->limit;
  for (auto& runner : impl_->runners) runner->Start();
  HealthReport report{"ok", {}};
  for (auto& runner : impl_->runners) {
    HealthCheck check = runner->WaitUntil(deadline, impl_->limit);
    if (!check.ok && check.critical) report.status = "down";
    if (!check.ok && !check.critical && report.status == "ok") report.status = "degraded";
    report.checks.push_back(std::move(check));
  }
  impl_->report = report;
  impl_->report_time = Clock::now();
  return report;
}

std::string HealthReport::ToJson() const {
  JsonWriter json;
  json.BeginObject().Field("status", status).Key("checks").BeginArray();
  for (const HealthCheck& check : checks) {
    json.BeginObject().Field("name", check.name).Field("status", check.ok ? "ok" : "failing");
    json.Field("critical", check.critical).Field("duration_ms", check.duration_ms);
    if (!check.message.empty()) json.Field("message", check.message);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace dialix::monitoring
