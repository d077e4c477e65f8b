// Removes what companies do not want to keep longer (company_settings: audio_days, transcript_days,
// chat_days, record_days). The rules are retention_step() of migration 0019. A task of fcgi-app/maintenance.
#pragma once

#include "base/result.h"
#include "monitoring/logger.h"
#include "store/database.h"

namespace dialix::privacy {

// One step for each company that has settings. True while one of them has more to remove. Each step is a
// transaction that also notes in the activity log what went; files follow by RemoveFiles.
[[nodiscard]] Result<bool> RetentionStep(store::Database& db, const monitoring::StructuredLogger& logger);

}  // namespace dialix::privacy
