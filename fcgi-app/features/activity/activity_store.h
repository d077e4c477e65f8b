// The SQL of the activity log, read only. How entries get there: features/endpoint/audit.h.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/days.h"
#include "features/endpoint/endpoint.h"

namespace dialix::features::activity {

struct Filter {
  std::optional<std::string> account_id;
  std::optional<std::string> action;
  std::optional<std::string> resource_type;
  std::optional<std::string> resource_id;
  Days days;                               // in the company's time zone; UTC for the platform's own entries
  std::optional<std::string> before_time;  // keyset: the last row of the page before
  std::optional<std::string> before_id;
  int limit = 50;
};

// Of the call's company, or of none where the call has none. Columns: the entry as JSON, its time, its id.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);

}  // namespace dialix::features::activity
