// The status file: what the server is doing, written by the master every tick, so that it can be read when
// every worker is busy. JSON; replaced by rename(2), so a reader always sees a whole one.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "process/scoreboard.h"
#include "process/supervisor.h"

namespace dialix::process {

// {"updated_at","pid","state","requests","workers":[{"pid","phase","generation","age_ms","requests","threads":{stage:
// count},"busy":[{"thread","stage","ms","request_id","route"}]}]}
[[nodiscard]] std::string FormatStatus(std::string_view state, const std::vector<Child>& children,
                                       const Scoreboard& scoreboard,
                                       std::chrono::steady_clock::time_point now);

// Errors: kInternal, the old file stays.
[[nodiscard]] Status WriteStatusFile(const std::string& path, std::string_view text);

}  // namespace dialix::process
