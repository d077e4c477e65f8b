// Makes the archives of their data that companies ask for (table company_export of migrations 0019 and 0022).
// A task of fcgi-app/maintenance, of a scheduler of its own: a step is a whole archive. It is held by a lease
// that is renewed while it is written; whoever is killed at it is succeeded by whoever comes next, who begins
// again. A file gets its name only when it is whole and on disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "monitoring/logger.h"
#include "security/encryption_service.h"
#include "storage/audio_store.h"
#include "store/database.h"

namespace dialix::privacy {

class CompanyExports {
 public:
  struct Options {
    std::int64_t min_free_bytes = 0;  // of the disk, left to recordings
    std::chrono::seconds lease{60};
    std::function<bool()> is_stopping;  // asked often
  };

  // Everything but the options is borrowed.
  CompanyExports(store::Database& db, const storage::AudioStore& audio,
                 const security::EncryptionService& encryption, const monitoring::StructuredLogger& logger,
                 Options options)
      : db_(db), audio_(audio), encryption_(encryption), logger_(logger), options_(std::move(options)) {}

  // Makes the oldest archive that nobody makes. True where there may be another. An archive that can't be
  // made fails with a reason; where only the database is away it is begun again when its lease has run out.
  Result<bool> Step();

 private:
  struct Taken;
  class Beat;
  Status Make(const Taken& taken);
  Status Conclude(const Taken& taken, Error error);
  Status FailWith(const Taken& taken, const char* code, const char* message);

  store::Database& db_;
  const storage::AudioStore& audio_;
  const security::EncryptionService& encryption_;
  const monitoring::StructuredLogger& logger_;
  const Options options_;
};

// Takes away the archives that are past their time; their files follow by RemoveFiles. A task of its own.
[[nodiscard]] Result<bool> ExpireExports(store::Database& db);

}  // namespace dialix::privacy
