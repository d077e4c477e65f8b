// Takes a telephone number out of what was said in a company's calls, in whatever words it was said.
#pragma once

#include <string>

#include "base/result.h"
#include "security/encryption_service.h"
#include "store/database.h"

namespace dialix::privacy {

struct LookedThrough {
  std::string last_record;  // empty: there was nothing left
  int calls = 0;            // in which the number was, and is no more
};

// The next hundred transcripts behind call `after` (empty: from the first). Each change is a transaction of
// its own, and good to repeat.
[[nodiscard]] Result<LookedThrough> TakeOutNumber(store::Database& db,
                                                  const security::EncryptionService& encryption,
                                                  const std::string& company_id, const std::string& digits,
                                                  const std::string& after);

}  // namespace dialix::privacy
