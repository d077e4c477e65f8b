// Signed documents: JSON Web Signature in its compact form (RFC 7515), EdDSA over Ed25519 alone (RFC 8037).
// No other algorithm is taken, whatever a header asks for. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dialix::security {

struct JwsKey {
  std::string id;          // "kid"
  std::string public_key;  // 32 bytes
};

// `type` becomes the header's "typ". REQUIRES: a seed of 32 bytes.
[[nodiscard]] std::string SignJws(std::string_view seed, std::string_view key_id, std::string_view type,
                                  std::string_view payload);
// The payload of a document that one of the keys has signed. Errors: kMalformed where it is no such document,
// kForbidden where the signature is none of theirs.
[[nodiscard]] Result<std::string> VerifyJws(std::string_view compact, const std::vector<JwsKey>& keys);

// RFC 7517: {"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":…,"x":…}]}, and back (keys
// of other kinds are passed over). Errors: kMalformed.
[[nodiscard]] std::string WriteJwks(const std::vector<JwsKey>& keys);
[[nodiscard]] Result<std::vector<JwsKey>> ReadJwks(std::string_view json);

}  // namespace dialix::security
