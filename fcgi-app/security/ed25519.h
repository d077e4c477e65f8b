// Signatures by Ed25519 (RFC 8032), on OpenSSL. The public key of a seed is as good to show as the seed is to
// hide. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace dialix::security {

inline constexpr std::size_t kEd25519Bytes = 32;  // of a seed, and of a public key
inline constexpr std::size_t kEd25519SignatureBytes = 64;

// REQUIRES for all: keys of 32 bytes. Throws std::runtime_error where OpenSSL fails (memory).
[[nodiscard]] std::string Ed25519PublicKey(std::string_view seed);
[[nodiscard]] std::string Ed25519Sign(std::string_view seed, std::string_view message);
// False for any other message, key or signature.
[[nodiscard]] bool Ed25519Verify(std::string_view public_key, std::string_view message,
                                 std::string_view signature);

}  // namespace dialix::security
