#include "security/ed25519.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace dialix::security {
namespace {

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct DigestDeleter {
  void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using Digest = std::unique_ptr<EVP_MD_CTX, DigestDeleter>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void Require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

Key PrivateKey(std::string_view seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed), seed.size()));
  Require(key != nullptr, "private key");
  return key;
}

}  // namespace

std::string Ed25519PublicKey(std::string_view seed) {
  const Key key = PrivateKey(seed);
  std::string bytes(kEd25519Bytes, '\0');
  std::size_t size = bytes.size();
  Require(EVP_PKEY_get_raw_public_key(key.get(), Bytes(bytes), &size) == 1, "public key");
  return bytes;
}

std::string Ed25519Sign(std::string_view seed, std::string_view message) {
  const Key key = PrivateKey(seed);
  const Digest digest(EVP_MD_CTX_new());
  std::string signature(kEd25519SignatureBytes, '\0');
  std::size_t size = signature.size();
  Require(digest && EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
              EVP_DigestSign(digest.get(), Bytes(signature), &size, Bytes(message), message.size()) == 1,
          "sign");
  return signature;
}

bool Ed25519Verify(std::string_view public_key, std::string_view message, std::string_view signature) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  const Digest digest(EVP_MD_CTX_new());
  return key && digest && EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), Bytes(signature), signature.size(), Bytes(message), message.size()) ==
             1;
}

}  // namespace dialix::security
