// Removes what is older than it must be kept: whole sealed batches, oldest first, and before that the entries
// of companies that want theirs kept for a shorter time. Each leaves its seal, with
// its removal signed, so that the chain still holds and a removal by anybody else shows; the removal is an
// entry itself.
#pragma once

#include <functional>

#include "audit/seal_keys.h"
#include "base/result.h"
#include "monitoring/logger.h"
#include "store/database.h"

namespace dialix::audit {

inline constexpr int kLeastRetentionDays = 90;  // the SQL function audit_remove holds to it as well

struct RemovalStep {
  int batches = 0;
  bool more = false;
};
// One transaction of at most 50 batches.
Result<RemovalStep> RemoveOldest(store::Database& db, const SealKeys& keys, int keep_days);

struct EntriesStep {
  std::int64_t entries = 0;
  bool more = false;
};
// What is older than its company wants it kept, where that is shorter than `keep_days`: at most 500 entries
// of one company, in one transaction. Their stamps stay, with a signed note of each removal.
Result<EntriesStep> RemoveForCompanies(store::Database& db, const SealKeys& keys, int keep_days);

// The maintenance task: both.
[[nodiscard]] std::function<Result<bool>()> RetentionTask(store::Database& db, const SealKeys& keys,
                                                          int keep_days,
                                                          const monitoring::StructuredLogger& logger);

}  // namespace dialix::audit
