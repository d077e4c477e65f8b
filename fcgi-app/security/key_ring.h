// The server's keys: SECRET_KEY and, newest first, the ones before it (SECRET_KEY_PREVIOUS). None is used as
// it stands: each purpose has a key of its own, derived by HKDF-SHA256 (RFC 5869, no salt, the purpose as
// info), so what is told of one says nothing of another. Immutable; may be read from many threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "security/secret_bytes.h"

namespace dialix::security {

class KeyRing {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  // A key that is given twice is kept once. Errors: kInvalid for an empty key.
  static Result<KeyRing> Make(std::string_view current, const std::vector<std::string>& previous);
  // Of a configuration that passed LoadConfig. Throws std::invalid_argument where it has no SECRET_KEY.
  static KeyRing Of(const Config& config);

  // 32 bytes of the current key.
  [[nodiscard]] std::string Derive(std::string_view purpose) const;
  // 32 bytes of every key, the current one's first.
  [[nodiscard]] std::vector<std::string> DeriveAll(std::string_view purpose) const;
  // 8 hexadecimal digits that name the current key, and say nothing of it: good to show.
  [[nodiscard]] std::string Id() const;
  [[nodiscard]] std::vector<std::string> Ids() const;  // of every key, the current one's first

 private:
  KeyRing() = default;
  std::vector<SecretBytes> extracted_;  // HKDF's pseudorandom keys
};

}  // namespace dialix::security
