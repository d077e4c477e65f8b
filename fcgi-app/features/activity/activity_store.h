// The SQL of the activity log, read only. How entries get there: features/endpoint/audit.h.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/csv_export.h"
#include "features/endpoint/days.h"
#include "features/endpoint/endpoint.h"

namespace dialix::features::activity {

struct Filter {
  std::optional<std::string> account_id;
  std::optional<std::string> action;  // "record.play", or "record" for all of its kind
  std::optional<std::string> resource_type;
  std::optional<std::string> resource_id;
  std::optional<std::string> remote_addr;  // an address or a network
  std::optional<std::string> request_id;
  Days days;                               // in the company's time zone; UTC for those of all companies
  std::optional<std::string> before_time;  // keyset: the last row of the page before
  std::optional<std::string> before_id;
  int limit = 50;
};

// Of the call's company; of all, and the platform's own, where the call has none. Columns: the entry as JSON,
// its time, its id.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);

// The same as a file, newest first.
[[nodiscard]] Result<http::Response> Export(Call& call, const Filter& filter, char separator);

}  // namespace dialix::features::activity
