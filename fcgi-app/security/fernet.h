// Fernet tokens, version 0x80, under one key: AES-128-CBC with PKCS #7 padding, authenticated by HMAC-SHA256
// (https://github.com/fernet/spec/blob/master/Spec.md). Immutable; may be used from many threads. A token
// that is altered in one bit, or was made under another key, is refused; why is never told.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "security/secret_bytes.h"

namespace dialix::security {

class Fernet {
 public:
  static constexpr std::size_t kKeyBytes = 32;  // the signing key, then the encryption key
  using Iv = std::array<unsigned char, 16>;

  // How old a token may be. A token from further in the future than `skew` is refused too.
  struct Age {
    TimePoint now;
    std::chrono::seconds ttl;
    std::chrono::seconds skew{60};
  };

  // Throws std::invalid_argument unless the key has 32 bytes.
  explicit Fernet(std::string_view key);
  // From a key as the specification writes it: base64url of 32 bytes, padded. Errors: kInvalid.
  static Result<Fernet> FromText(std::string_view text);

  // A token made now, under a fresh initialisation vector.
  [[nodiscard]] std::string Encrypt(std::string_view plain) const;
  // As Encrypt at `now` with `iv`, which must never be used twice: for the specification's vectors.
  [[nodiscard]] std::string EncryptAt(std::string_view plain, TimePoint now, const Iv& iv) const;

  // What was encrypted; nothing where the token is no token of this key, or not of the age asked for.
  [[nodiscard]] std::optional<std::string> Decrypt(std::string_view token,
                                                   const std::optional<Age>& age = {}) const;
  // Whether the token was made under this key; opens nothing.
  [[nodiscard]] bool Made(std::string_view token) const;

 private:
  [[nodiscard]] bool Signed(std::string_view bytes) const;
  SecretBytes signing_key_;
  SecretBytes encryption_key_;
};

}  // namespace dialix::security
