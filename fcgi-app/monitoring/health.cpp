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
      last = {probe.name, probe.critical, false, 0, "no thread to run the check in", {}};
    }
  }

  void Run() {
    const auto started = Clock::now();
    HealthCheck check{probe.name, probe.critical, false, 0, {}, {}};
    try {
      auto figures = probe.check();
      check.ok = figures.ok();
      if (check.ok)
        check.details_json = std::move(figures).value();
      else
        check.error = figures.error().public_message;
    } catch (const std::exception& e) {
      check.error = e.what();
    }
    if (!check.ok && check.error.empty()) check.error = "failed";
    check.latency_ms = std::chrono::duration<double, std::milli>(Clock::now() - started).count();
    const std::lock_guard lock(mutex);
    last = std::move(check);
    running = false;
    finished.notify_all();
  }

  HealthCheck WaitUntil(Clock::time_point deadline, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex);
    if (finished.wait_until(lock, deadline, [this] { return !running; })) return last;
    const auto waited = static_cast<double>(limit.count());
    return {probe.name,
            probe.critical,
            false,
            waited,
            "no answer within " + std::to_string(limit.count()) + " ms",
            {}};
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
    if (!check.ok && check.critical) report.status = "unavailable";
    if (!check.ok && !check.critical && report.status == "ok") report.status = "degraded";
    report.checks.push_back(std::move(check));
  }
  impl_->report = report;
  impl_->report_time = Clock::now();
  return report;
}

namespace {

void WriteChecks(JsonWriter& json, const std::vector<HealthCheck>& checks, bool detailed) {
  json.Key("checks").BeginObject();
  for (const HealthCheck& check : checks) {
    json.Key(check.name).BeginObject().Field("status", check.ok ? "ok" : "failed");
    json.Field("latency_ms", check.latency_ms);
    if (!check.error.empty()) json.Field("error", check.error);
    if (detailed && !check.details_json.empty()) json.RawField("details", check.details_json);
    json.EndObject();
  }
  json.EndObject();
}

}  // namespace

std::string HealthReport::ToJson() const {
  JsonWriter json;
  json.BeginObject().Field("status", status);
  WriteChecks(json, checks, false);
  json.EndObject();
  return json.Take();
}

std::string HealthReport::ToDetailedJson(std::string_view version, TimePoint started_at) const {
  JsonWriter json;
  json.BeginObject().Field("status", status).Field("version", version);
  json.Field("started_at", FormatUtc(started_at));
  json.Field("uptime_ms", static_cast<std::int64_t>((Now() - started_at).count()));
  WriteChecks(json, checks, true);
  json.EndObject();
  return json.Take();
}

}  // namespace dialix::monitoring
