// The SQL of the dashboard. It reads the rollups alone (sql/migrations/0010_rollups.sql), so it costs what
// the period has cells, whatever the number of calls: one statement, so one snapshot and one round trip.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/days.h"
#include "features/endpoint/endpoint.h"

namespace dialix::features::dashboard {

struct Filter {
  Days days;  // in the company's time zone; by default the 30 days up to today
  std::optional<std::string> operator_id;
  std::optional<std::string> call_type;
};

inline constexpr int kMaxDays = 366;

// The page as JSON. Errors: kInvalid at "start" where the period is longer than kMaxDays, or starts after its
// end, and at "company_id" where there is no such company.
[[nodiscard]] Result<std::string> Read(Call& call, const Filter& filter);

}  // namespace dialix::features::dashboard
