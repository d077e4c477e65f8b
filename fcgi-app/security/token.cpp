#include "security/token.h"

#include <openssl/sha.h>

#include "base/text.h"
#include "base/uuid.h"

namespace dialix::security {

std::string NewToken() { return ToBase64Url(RandomBytes(32)); }

std::string NewApiToken() { return "dxt_" + NewToken(); }

std::string Sha256(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string HashToken(std::string_view token) { return Sha256(token); }

}  // namespace dialix::security
