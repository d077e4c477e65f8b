// dialixctl rollup verify: counts a company's calls from their rows, by SQL that shares nothing with the
// triggers, and compares every cell. Each table is compared in one statement, so in one snapshot: safe beside
// writers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/connection.h"

namespace dialix::ctl {

struct RollupReport {
  std::int64_t cells = 0;                // compared, of all tables
  std::int64_t differing = 0;            // cells, and calls on a wrong day
  std::vector<std::string> differences;  // the first of them, for people
  bool rezoning = false;  // calls are being moved to a new time zone: their days aren't compared
};

[[nodiscard]] Result<RollupReport> VerifyRollups(store::Connection& owner, const std::string& company_id);

}  // namespace dialix::ctl
