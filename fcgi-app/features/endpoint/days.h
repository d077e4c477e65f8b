// ?start= and ?end= of lists and reports: days of the company's calendar, both included. Turning them into
// instants is SQL's work, which knows the company's time zone.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/fields.h"

namespace dialix::features {

struct Days {
  std::optional<std::string> start;  // "2026-11-01"
  std::optional<std::string> end;
};

// Notes an error where one is no date, or where the end lies before the start.
[[nodiscard]] Days ReadDays(QueryFields& query);

}  // namespace dialix::features
