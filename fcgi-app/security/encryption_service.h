// Secrets at rest: Fernet (security/fernet.h) over the key ring. What is encrypted is encrypted under the
// current key; what is decrypted may be under any, so a key can be changed while everything runs. Immutable;
// may be used from many threads. Neither a key nor a plain text is ever in an error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "security/fernet.h"
#include "security/key_ring.h"

namespace dialix::security {

class EncryptionService {
 public:
  explicit EncryptionService(const KeyRing& ring);

  // A Fernet token: printable text, about 4/3 of the plain text and 100 characters. Throws only where the
  // machine fails (no memory, no random bytes).
  [[nodiscard]] std::string Encrypt(std::string_view plain) const;
  // Errors: kInternal, slug "undecryptable", where no key of the ring made the token.
  [[nodiscard]] Result<std::string> Decrypt(std::string_view token) const;
  // Whether the current key made the token.
  [[nodiscard]] bool IsCurrent(std::string_view token) const;
  // Which key made the token, as its place in KeyRing::Ids(); nothing where none did.
  [[nodiscard]] std::optional<std::size_t> KeyOf(std::string_view token) const;

 private:
  std::vector<Fernet> keys_;  // the current one first
};

}  // namespace dialix::security
