// Fernet tokens: the input as a token, as a plain text, as a key, and as what is behind a right signature,
// which no forger gets to. What was encrypted comes back; a token with one bit changed, or of another key,
// gives nothing.
#include "security/fernet.h"

#include <openssl/evp.h>

#include "base/text.h"
#include "security/encryption_service.h"
#include "support/check.h"

namespace {

using namespace dialix;
using security::Fernet;

constexpr std::string_view kKey = "0123456789abcdef0123456789ABCDEF";
constexpr TimePoint kNow{std::chrono::seconds(1'790'000'000)};

std::string Padded(std::string_view bytes) {
  std::string text = ToBase64Url(bytes);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

void CheckRoundTrip(const Fernet& fernet, std::string_view plain) {
  Fernet::Iv iv{};
  for (std::size_t i = 0; i < std::min(iv.size(), plain.size()); ++i)
    iv[i] = static_cast<unsigned char>(plain[i]);
  const std::string token = fernet.EncryptAt(plain, kNow, iv);
  FUZZ_CHECK(fuzz::IsCleanLine(token) && fernet.Made(token));
  const auto back = fernet.Decrypt(token, Fernet::Age{kNow, std::chrono::seconds(0)});
  FUZZ_CHECK(back && *back == plain);
  FUZZ_CHECK(!fernet.Decrypt(token, Fernet::Age{kNow + std::chrono::seconds(2), std::chrono::seconds(1)}));
  FUZZ_CHECK(!fernet.Decrypt(token, Fernet::Age{kNow - std::chrono::seconds(61), std::chrono::seconds(9)}));

  std::string bytes = *FromBase64Url(token);
  const std::size_t at = plain.empty() ? 0 : static_cast<unsigned char>(plain.back()) % bytes.size();
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << (plain.size() % 8)));
  FUZZ_CHECK(!fernet.Decrypt(Padded(bytes)) && !fernet.Made(Padded(bytes)));
  FUZZ_CHECK(!fernet.Decrypt(token.substr(0, at)) && !fernet.Decrypt(token + "="));
  FUZZ_CHECK(!Fernet("another key that has 32 bytes in").Decrypt(token));
}

// A version, a time, a vector and a cipher text of anybody's choice, with a signature that fits.
void CheckSigned(const Fernet& fernet, std::string_view body) {
  std::string bytes(body);
  std::string mac(32, '\0');
  std::size_t length = 0;
  FUZZ_CHECK(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, kKey.data(), 16,
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                       reinterpret_cast<unsigned char*>(mac.data()), mac.size(), &length) != nullptr);
  const std::string token = Padded(bytes + mac);
  const auto plain = fernet.Decrypt(token);
  const auto recent = fernet.Decrypt(token, Fernet::Age{kNow, std::chrono::seconds(3600)});
  FUZZ_CHECK(!plain || (fernet.Made(token) && plain->size() + 25 < body.size()));
  FUZZ_CHECK(!recent || *recent == plain);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Fernet fernet(kKey);
  static const security::EncryptionService service(
      *security::KeyRing::Make("the newest key", {"one before it"}));
  const std::string_view text = fuzz::View(data, size);
  if (const auto plain = fernet.Decrypt(text)) FUZZ_CHECK(fernet.Made(text) && plain->size() < text.size());
  if (const auto key = Fernet::FromText(text)) FUZZ_CHECK(key->Made(key->Encrypt(text)));
  if (const auto plain = service.Decrypt(text); !plain) {
    FUZZ_CHECK(plain.error().slug == "undecryptable" && !service.KeyOf(text));
    static const std::string told = plain.error().internal_detail + plain.error().public_message;
    FUZZ_CHECK(plain.error().internal_detail + plain.error().public_message ==
               told);  // says nothing of the token
  }
  CheckRoundTrip(fernet, text);
  CheckSigned(fernet, text);
  CheckSigned(fernet, "\x80" + std::string(text));
  return 0;
}
