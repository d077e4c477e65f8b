// Moves the calls of companies whose time zone changed to their new days, in the rollups too. Any number of
// analyzers share the work: a step is one transaction, and a crash loses no more than its own step.
#pragma once

#include "base/result.h"
#include "store/database.h"

namespace dialix::analysis {

// One step: some thousand calls of one company. True while something is left to do.
[[nodiscard]] Result<bool> RezoneSome(store::Database& db);

}  // namespace dialix::analysis
