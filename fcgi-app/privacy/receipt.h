// The receipt of an erasure: what was erased, when, at whose word; signed (JWS), so that it can be shown to
// others and checked against the public keys without asking the database. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "security/jws.h"
#include "security/key_ring.h"

namespace dialix::privacy {

// The public keys of every key of the ring, the current one's first: receipts stay good after a rotation as
// long as the ring holds their key.
[[nodiscard]] std::vector<security::JwsKey> ReceiptKeys(const security::KeyRing& keys);

// Signs the claims (JSON) with the current key.
[[nodiscard]] std::string SignReceipt(const security::KeyRing& keys, std::string_view claims);

}  // namespace dialix::privacy
