// What a company has encrypted of its calls, opened for who may read it. PostgreSQL puts the answer together
// and can't open anything, so it names such a member "…_sealed" (a text) or "…_sealed_json" (a document) and
// gives its token; here the member gets its own name and what the token holds. A text of a user's can't be
// taken for one: inside a JSON text a quotation mark is escaped, and only a name is followed by a colon.
#pragma once

#include <string>

#include "base/result.h"
#include "security/encryption_service.h"

namespace dialix::security {

// Errors: kInternal, slug "undecryptable". Costs nothing to speak of where nothing is sealed.
[[nodiscard]] Result<std::string> OpenSealed(const EncryptionService& encryption, std::string json);

}  // namespace dialix::security
