// Wall-clock time as the API and the database write it: ISO 8601 in UTC with milliseconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dialix {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] TimePoint Now();
[[nodiscard]] std::string FormatUtc(TimePoint time);  // "2026-11-23T12:34:56.789Z"
// RFC 3339 date-time with an offset or Z; fractions of any length (cut to ms). Nothing for anything else.
[[nodiscard]] std::optional<TimePoint> ParseUtc(std::string_view text);
// "2026-11-23"; nothing for a date that does not exist.
[[nodiscard]] std::optional<std::chrono::sys_days> ParseDate(std::string_view text);
[[nodiscard]] std::string FormatDate(std::chrono::sys_days day);

}  // namespace dialix
