#include "base/clock.h"

#include <cstdio>

#include "base/text.h"

namespace dialix {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

TimePoint Now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string FormatDate(sys_days day) {
  const std::chrono::year_month_day ymd(day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return text;
}

std::string FormatUtc(TimePoint time) {
  const auto day = std::chrono::floor<days>(time);
  const auto ms = static_cast<int>((time - day).count());
  char text[32];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03dZ", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                ms % 1000);
  return FormatDate(day) + text;
}

std::optional<sys_days> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day ymd(std::chrono::year(*year),
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day)));
  if (!ymd.ok()) return std::nullopt;
  return sys_days(ymd);
}

std::optional<TimePoint> ParseUtc(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) return std::nullopt;
  const auto day = ParseDate(text.substr(0, 10));
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = Digits(text, 17, 2);
  if (!day || !hour || !minute || !second || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::size_t at = 19;
  int ms = 0;
  if (text[at] == '.') {
    int scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      ms += (text[at] - '0') * scale;
  }
  if (at >= text.size()) return std::nullopt;
  int offset = 0;
  if (text[at] == '+' || text[at] == '-') {
    const auto offset_hour = Digits(text, at + 1, 2);
    const auto offset_minute = Digits(text, at + 4, 2);
    if (!offset_hour || !offset_minute || text[at + 3] != ':' || text.size() != at + 6) return std::nullopt;
    if (*offset_hour > 23 || *offset_minute > 59) return std::nullopt;
    offset = (*offset_hour * 60 + *offset_minute) * (text[at] == '+' ? 1 : -1);
  } else if ((text[at] != 'Z' && text[at] != 'z') || text.size() != at + 1) {
    return std::nullopt;
  }
  return TimePoint(*day) + std::chrono::hours(*hour) + std::chrono::minutes(*minute - offset) +
         std::chrono::seconds(*second) + std::chrono::milliseconds(ms);
}

}  // namespace dialix
