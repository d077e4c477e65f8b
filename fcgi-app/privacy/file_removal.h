// Removes the files that rows have given up (file_removal of migration 0019), until they are gone. A task of
// fcgi-app/maintenance.
#pragma once

#include "base/result.h"
#include "storage/audio_store.h"
#include "store/database.h"

namespace dialix::privacy {

// Up to a few hundred. True while more are waiting. Errors: kUnavailable where one can't be removed; the
// others are, and it is tried again behind them.
[[nodiscard]] Result<bool> RemoveFiles(store::Database& db, const storage::AudioStore& audio);

}  // namespace dialix::privacy
