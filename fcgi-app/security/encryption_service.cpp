#include "security/encryption_service.h"

namespace dialix::security {

EncryptionService::EncryptionService(const KeyRing& ring) {
  for (std::string& key : ring.DeriveAll("fernet")) {
    keys_.emplace_back(key);
    Wipe(key);
  }
}

std::string EncryptionService::Encrypt(std::string_view plain) const { return keys_.front().Encrypt(plain); }

Result<std::string> EncryptionService::Decrypt(std::string_view token) const {
  for (const Fernet& key : keys_) {
    if (auto plain = key.Decrypt(token)) return std::move(*plain);
  }
  Error error = Fail(Error::Code::kInternal, "A stored secret cannot be opened with the keys of this server.",
                     "a stored token was made under none of " + std::to_string(keys_.size()) + " keys");
  error.slug = "undecryptable";
  return error;
}

bool EncryptionService::IsCurrent(std::string_view token) const { return keys_.front().Made(token); }

std::optional<std::size_t> EncryptionService::KeyOf(std::string_view token) const {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].Made(token)) return i;
  }
  return std::nullopt;
}

}  // namespace dialix::security
