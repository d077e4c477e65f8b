// Seals what waits: each step numbers and stamps at most so many entries and signs a seal over them. Whoever
// does it; where two do at once, one of them finds that the other was faster. What it has sealed is told, so
// that it can be kept where the database's administrator can't reach it: see AnchorOf.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "audit/chain.h"
#include "audit/seal_keys.h"
#include "base/result.h"
#include "monitoring/logger.h"
#include "store/database.h"

namespace dialix::audit {

inline constexpr int kBatchEntries = 1000;

struct SealStep {
  int entries = 0;    // 0: nothing waited
  bool more = false;  // do it again
  Seal seal;
};
Result<SealStep> SealNext(store::Database& db, const SealKeys& keys, int limit = kBatchEntries);

// "<last seq>:<root in hex>": what `dialixctl audit verify --anchor` compares with.
[[nodiscard]] std::string AnchorOf(const Seal& seal);

// The maintenance task: one step, and a line "audit_sealed" with its anchor.
[[nodiscard]] std::function<Result<bool>()> SealTask(store::Database& db, const SealKeys& keys,
                                                     const monitoring::StructuredLogger& logger);

}  // namespace dialix::audit
