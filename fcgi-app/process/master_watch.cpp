// The master's eyes: the watchdog over the scoreboard, and what it tells (gauges, systemd, status file).
#include <algorithm>

#include "process/master_process.h"
#include "process/notify.h"
#include "process/status.h"

namespace dialix::process {

using std::chrono::milliseconds;

void Master::Watch() {
  for (const Child& child : std::vector<Child>(supervisor_.children())) {
    if (child.phase != Child::Phase::kServing) continue;
    bool stuck = false;
    for (std::size_t thread = 0; thread < scoreboard_.threads(); ++thread) WatchSlot(child, thread, stuck);
    if (stuck) {
      metrics_.process_watchdog_kills.Add();
      supervisor_.Condemn(child.pid);
    } else if (options_.max_requests > 0 && scoreboard_.Requests(child.row) >= options_.max_requests) {
      supervisor_.Replace(child.pid);
    }
  }
}

void Master::WatchSlot(const Child& child, std::size_t thread, bool& stuck) {
  const monitoring::Slot& slot = scoreboard_.At(child.row, thread);
  const milliseconds busy = slot.BusyFor(Clock::now());
  const bool is_stuck = busy >= options_.request_timeout;
  const bool is_slow = options_.slow_request.count() > 0 && busy >= options_.slow_request;
  if (!is_stuck && !is_slow) return;
  const auto view = slot.Read();
  auto& logged = slow_logged_[child.row * scoreboard_.threads() + thread];
  if (!is_stuck && logged == view.since) return;
  logged = view.since;
  logger_.Warn(is_stuck ? "request_stuck" : "request_running_long", {{"pid", child.pid},
                                                                     {"thread", thread},
                                                                     {"stage", StageName(view.stage)},
                                                                     {"ms", busy.count()},
                                                                     {"stuck_request_id", view.request_id},
                                                                     {"route", view.route}});
  stuck = stuck || is_stuck;
}

std::string_view Master::State() const {
  if (supervisor_.stopping()) return "stopping";
  if (reloading_) return "reloading";
  return announced_ready_ ? "serving" : "starting";
}

void Master::Report() {
  const auto now = Clock::now();
  if (now < next_report_) return;
  next_report_ = now + options_.tick;
  std::array<std::int64_t, 6> stages{};
  std::int64_t serving = 0;
  for (const Child& child : supervisor_.children()) {
    serving += child.phase == Child::Phase::kServing ? 1 : 0;
    const auto counts = scoreboard_.CountStages(child.row);
    for (std::size_t i = 0; i < stages.size(); ++i) stages[i] += counts[i];
  }
  workers_gauge_.Set(serving);
  for (std::size_t i = 0; i < stages.size(); ++i) stage_gauges_[i].Set(stages[i]);
  Notify("WATCHDOG=1\nSTATUS=" + std::string(State()) + ", " + std::to_string(serving) + " workers");
  const Status written =
      WriteStatusFile(options_.status_path, FormatStatus(State(), supervisor_.children(), scoreboard_, now));
  if (!written.ok() && !status_failed_)
    logger_.Error("status_file", {{"error", written.error().internal_detail}});
  status_failed_ = !written.ok();
}

}  // namespace dialix::process
