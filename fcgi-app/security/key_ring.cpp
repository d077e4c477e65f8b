#include "security/key_ring.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/text.h"

namespace dialix::security {
namespace {

struct KdfDeleter {
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

// One half of HKDF: `mode` is EVP_KDF_HKDF_MODE_EXTRACT_ONLY or …_EXPAND_ONLY.
void Hkdf(int mode, std::string_view key, std::string_view info, unsigned char* out, std::size_t size) {
  const std::unique_ptr<EVP_KDF, KdfDeleter> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const std::unique_ptr<EVP_KDF_CTX, KdfDeleter> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  char digest[] = "SHA256";
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<char*>(key.data()), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(info.data()), info.size()),
      OSSL_PARAM_construct_end()};
  if (mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY) params[3] = OSSL_PARAM_construct_end();
  if (!context || EVP_KDF_derive(context.get(), out, size, params) <= 0)
    throw std::runtime_error("HKDF-SHA256 failed");
}

std::string Expand(const SecretBytes& extracted, std::string_view purpose) {
  std::string key(KeyRing::kKeyBytes, '\0');
  Hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, extracted.view(), purpose, reinterpret_cast<unsigned char*>(key.data()),
       key.size());
  return key;
}

std::string IdOf(const SecretBytes& extracted) { return ToHex(Expand(extracted, "key id").substr(0, 4)); }

}  // namespace

Result<KeyRing> KeyRing::Make(std::string_view current, const std::vector<std::string>& previous) {
  std::vector<std::string_view> keys{current};
  keys.insert(keys.end(), previous.begin(), previous.end());
  KeyRing ring;
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    if (key->empty()) return Fail(Error::Code::kInvalid, "A secret key is empty.");
    if (std::find(keys.begin(), key, *key) != key) continue;
    SecretBytes extracted(kKeyBytes);
    Hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, *key, {}, extracted.data(), extracted.size());
    ring.extracted_.push_back(std::move(extracted));
  }
  return ring;
}

KeyRing KeyRing::Of(const Config& config) {
  auto ring = Make(config.secret_key, config.secret_key_previous);
  if (!ring) throw std::invalid_argument("there is no SECRET_KEY");
  return std::move(ring).value();
}

std::string KeyRing::Derive(std::string_view purpose) const { return Expand(extracted_.front(), purpose); }

std::vector<std::string> KeyRing::DeriveAll(std::string_view purpose) const {
  std::vector<std::string> keys;
  for (const SecretBytes& extracted : extracted_) keys.push_back(Expand(extracted, purpose));
  return keys;
}

std::string KeyRing::Id() const { return IdOf(extracted_.front()); }

std::vector<std::string> KeyRing::Ids() const {
  std::vector<std::string> ids;
  for (const SecretBytes& extracted : extracted_) ids.push_back(IdOf(extracted));
  return ids;
}

}  // namespace dialix::security
