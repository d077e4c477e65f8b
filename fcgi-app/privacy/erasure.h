// Does what people asked to be erased (table erasure of migration 0019): calls, what is left of a number
// elsewhere, files; and signs the receipt when nothing is left. A task of fcgi-app/maintenance. Every step is
// a transaction and good to repeat, so whoever is killed at it is succeeded by whoever comes next.
#pragma once

#include "base/result.h"
#include "monitoring/logger.h"
#include "security/encryption_service.h"
#include "security/key_ring.h"
#include "storage/audio_store.h"
#include "store/database.h"

namespace dialix::privacy {

class Erasures {
 public:
  // Everything is borrowed.
  Erasures(store::Database& db, const storage::AudioStore& audio, const security::KeyRing& keys,
           const security::EncryptionService& encryption, const monitoring::StructuredLogger& logger)
      : db_(db), audio_(audio), keys_(keys), encryption_(encryption), logger_(logger) {}

  // One bounded step of the oldest erasure that is not done. True while there is more to do at once.
  Result<bool> Step();

 private:
  struct Asked;
  Result<bool> EraseElsewhere(const Asked& asked);
  Result<bool> Finish(const Asked& asked);

  store::Database& db_;
  const storage::AudioStore& audio_;
  const security::KeyRing& keys_;
  const security::EncryptionService& encryption_;
  const monitoring::StructuredLogger& logger_;
};

}  // namespace dialix::privacy
