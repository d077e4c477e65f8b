#include "audit/seal_keys.h"

namespace dialix::audit {

SealKeys::SealKeys(const security::KeyRing& ring) {
  const std::vector<std::string> ids = ring.Ids();
  std::vector<std::string> keys = ring.DeriveAll("audit seal");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    keys_.emplace_back(ids[i], security::SecretBytes(keys[i]));
    security::Wipe(keys[i]);
  }
}

std::string_view SealKeys::Find(std::string_view id) const {
  for (const auto& [name, key] : keys_) {
    if (name == id) return key.view();
  }
  return {};
}

}  // namespace dialix::audit
