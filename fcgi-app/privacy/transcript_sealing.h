// Brings the calls of companies that switched company_settings.encrypt_transcripts to where the setting wants
// them: transcript, summary, quotes and comments as Fernet tokens, or in the clear. A task of
// fcgi-app/maintenance; killed at any point it goes on from where it was.
#pragma once

#include "base/result.h"
#include "security/encryption_service.h"
#include "store/database.h"

namespace dialix::privacy {

// One step for one company: some calls. True while there may be more to do. A row that somebody else changes
// meanwhile is left to the next step.
[[nodiscard]] Result<bool> SealTranscriptsStep(store::Database& db,
                                               const security::EncryptionService& encryption);

}  // namespace dialix::privacy
