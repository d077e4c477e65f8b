#include "features/endpoint/days.h"

namespace dialix::features {
namespace {

// What PostgreSQL surely prints as four digits, also a year's length before or after.
constexpr std::string_view kFirstDay = "1900-01-01";
constexpr std::string_view kLastDay = "2999-12-31";

std::optional<std::string> ReadDay(QueryFields& query, std::string_view name) {
  auto day = query.Date(name);
  if (!day || (*day >= kFirstDay && *day <= kLastDay)) return day;
  query.Add(std::string(name), "out_of_range", "must be from 1900-01-01 to 2999-12-31");
  return std::nullopt;
}

}  // namespace

Days ReadDays(QueryFields& query) {
  Days days{ReadDay(query, "start"), ReadDay(query, "end")};
  // ISO dates of equal length compare as text.
  if (days.start && days.end && *days.end < *days.start) {
    query.Add("end", "out_of_range", "must not be before start");
  }
  return days;
}

}  // namespace dialix::features
