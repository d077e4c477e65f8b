// The keys that the activity log is sealed with: one of each key of the ring, named by the ring's own ids.
// Immutable.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "security/key_ring.h"

namespace dialix::audit {

class SealKeys {
 public:
  explicit SealKeys(const security::KeyRing& ring);

  [[nodiscard]] const std::string& current_id() const { return keys_.front().first; }
  [[nodiscard]] std::string_view current() const { return keys_.front().second.view(); }
  // Empty: no such key in the ring.
  [[nodiscard]] std::string_view Find(std::string_view id) const;

 private:
  std::vector<std::pair<std::string, security::SecretBytes>> keys_;
};

}  // namespace dialix::audit
