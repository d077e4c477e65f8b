#include "security/fernet.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/text.h"
#include "base/uuid.h"

namespace dialix::security {
namespace {

constexpr char kVersion = '\x80';
constexpr std::size_t kBlock = 16;
constexpr std::size_t kHeader = 1 + 8 + kBlock;  // version, timestamp, initialisation vector
constexpr std::size_t kMac = 32;

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Mac(const SecretBytes& key, std::string_view text) {
  std::string mac(kMac, '\0');
  std::size_t length = 0;
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(), Bytes(text), text.size(),
                reinterpret_cast<unsigned char*>(mac.data()), mac.size(), &length) == nullptr ||
      length != kMac) {
    throw std::runtime_error("HMAC-SHA256 failed");
  }
  return mac;
}

// AES-128-CBC with PKCS #7 padding; nothing where the padding is wrong.
std::optional<std::string> Aes(bool encrypt, const SecretBytes& key, std::string_view iv,
                               std::string_view text) {
  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::string out(text.size() + kBlock, '\0');
  auto* const begin = reinterpret_cast<unsigned char*>(out.data());
  int head = 0;
  int tail = 0;
  if (!cipher || text.size() > std::size_t{1} << 30 ||
      EVP_CipherInit_ex2(cipher.get(), EVP_aes_128_cbc(), key.data(), Bytes(iv), encrypt ? 1 : 0, nullptr) !=
          1 ||
      EVP_CipherUpdate(cipher.get(), begin, &head, Bytes(text), static_cast<int>(text.size())) != 1) {
    throw std::runtime_error("AES-128-CBC failed");
  }
  const bool good = EVP_CipherFinal_ex(cipher.get(), begin + head, &tail) == 1;
  out.resize(good ? static_cast<std::size_t>(head + tail) : 0);
  if (!good) return std::nullopt;
  return out;
}

// Padded base64url, and nothing that another decoder might read in another way.
std::optional<std::string> Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const auto last = text.find_last_not_of('=');
  if (last == std::string_view::npos || text.size() - last > 3) return std::nullopt;
  return FromBase64Url(text);
}

std::string Encode(std::string_view bytes) {
  std::string text = ToBase64Url(bytes);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

// The token's bytes where they have a token's shape.
std::optional<std::string> Shape(std::string_view token) {
  auto bytes = Decode(token);
  if (!bytes || bytes->size() < kHeader + kBlock + kMac || bytes->front() != kVersion ||
      (bytes->size() - kHeader - kMac) % kBlock != 0) {
    return std::nullopt;
  }
  return bytes;
}

bool IsOfAge(std::string_view bytes, const Fernet::Age& age) {
  std::uint64_t stamp = 0;
  for (std::size_t i = 1; i <= 8; ++i) stamp = stamp << 8 | Bytes(bytes)[i];
  if (stamp > std::uint64_t{1} << 62) return false;
  const auto made = static_cast<std::int64_t>(stamp);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(age.now.time_since_epoch()).count();
  return made + age.ttl.count() >= now && made <= now + age.skew.count();
}

}  // namespace

Fernet::Fernet(std::string_view key)
    : signing_key_(key.substr(0, kBlock)), encryption_key_(key.substr(std::min(key.size(), kBlock))) {
  if (key.size() != kKeyBytes) throw std::invalid_argument("a Fernet key has 32 bytes");
}

Result<Fernet> Fernet::FromText(std::string_view text) {
  auto key = Decode(text);
  if (!key || key->size() != kKeyBytes) return Fail(Error::Code::kInvalid, "That is no Fernet key.");
  Fernet fernet(*key);
  Wipe(*key);
  return fernet;
}

std::string Fernet::Encrypt(std::string_view plain) const {
  Iv iv;
  const std::string random = RandomBytes(iv.size());
  std::copy(random.begin(), random.end(), reinterpret_cast<char*>(iv.data()));
  return EncryptAt(plain, Now(), iv);
}

std::string Fernet::EncryptAt(std::string_view plain, TimePoint now, const Iv& iv) const {
  const auto stamp = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  std::string token(1, kVersion);
  for (int shift = 56; shift >= 0; shift -= 8) token += static_cast<char>(stamp >> shift & 0xFF);
  const std::string_view iv_bytes(reinterpret_cast<const char*>(iv.data()), iv.size());
  token += iv_bytes;
  token += *Aes(true, encryption_key_, iv_bytes, plain);
  token += Mac(signing_key_, token);
  return Encode(token);
}

bool Fernet::Signed(std::string_view bytes) const {
  const std::size_t body = bytes.size() - kMac;
  return SameSecret(Mac(signing_key_, bytes.substr(0, body)), bytes.substr(body));
}

bool Fernet::Made(std::string_view token) const {
  const auto bytes = Shape(token);
  return bytes && Signed(*bytes);
}

std::optional<std::string> Fernet::Decrypt(std::string_view token, const std::optional<Age>& age) const {
  const auto bytes = Shape(token);
  if (!bytes || (age && !IsOfAge(*bytes, *age)) || !Signed(*bytes)) return std::nullopt;
  const std::string_view view(*bytes);
  return Aes(false, encryption_key_, view.substr(kHeader - kBlock, kBlock),
             view.substr(kHeader, view.size() - kHeader - kMac));
}

}  // namespace dialix::security
