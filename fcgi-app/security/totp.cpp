#include "security/totp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"
#include "base/uuid.h"
#include "security/token.h"

namespace dialix::security {
namespace {

constexpr std::size_t kSecretBytes = 20;
constexpr std::size_t kRecoveryBytes = 10;
constexpr std::size_t kRecoveryCharacters = 16;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool IsUnreserved(char c) {  // RFC 3986 §2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string Escape(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsUnreserved(c)) {
      escaped += c;
    } else {
      escaped += '%';
      escaped += kDigits[byte >> 4U];
      escaped += kDigits[byte & 15U];
    }
  }
  return escaped;
}

bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string NewTotpSecret() { return RandomBytes(kSecretBytes); }

std::string ToBase32(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += kAlphabet[(bits >> static_cast<unsigned>(held)) & 31U];
    }
  }
  if (held > 0) text += kAlphabet[(bits << static_cast<unsigned>(5 - held)) & 31U];
  return text;
}

std::string TotpCode(std::string_view secret, std::int64_t step, int digits) {
  unsigned char counter[8];
  for (int i = 0; i < 8; ++i) {
    counter[i] =
        static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> static_cast<unsigned>(8 * (7 - i)));
  }
  unsigned char mac[EVP_MAX_MD_SIZE] = {};
  unsigned length = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter, sizeof counter, mac, &length);
  const unsigned offset = mac[19] & 15U;  // RFC 4226 §5.3
  const std::uint32_t number = ((mac[offset] & 127U) << 24U) |
                               (static_cast<std::uint32_t>(mac[offset + 1]) << 16U) |
                               (static_cast<std::uint32_t>(mac[offset + 2]) << 8U) | mac[offset + 3];
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  std::string code = std::to_string(number % modulus);
  code.insert(0, static_cast<std::size_t>(digits) - code.size(), '0');
  return code;
}

std::optional<std::int64_t> MatchTotp(std::string_view secret, std::string_view code, std::int64_t now_s,
                                      std::int64_t last_step) {
  const std::int64_t now = now_s / kTotpStepSeconds;
  std::optional<std::int64_t> matched;
  for (std::int64_t step = now - 1; step <= now + 1; ++step) {
    if (SameText(TotpCode(secret, step), code) && step > last_step) matched = step;
  }
  return matched;
}

std::string TotpUri(std::string_view secret, std::string_view who) {
  return "otpauth://totp/Dialix:" + Escape(who) + "?secret=" + ToBase32(secret) +
         "&issuer=Dialix&algorithm=SHA1&digits=6&period=30";
}

std::string NewRecoveryCode() {
  const std::string text = ToLowerAscii(ToBase32(RandomBytes(kRecoveryBytes)));
  return text.substr(0, 4) + "-" + text.substr(4, 4) + "-" + text.substr(8, 4) + "-" + text.substr(12, 4);
}

std::optional<std::string> HashRecoveryCode(std::string_view typed) {
  std::string normal;
  for (const char c : ToLowerAscii(typed)) {
    if (c == '-' || c == ' ') continue;
    if ((c < 'a' || c > 'z') && (c < '2' || c > '7')) return std::nullopt;
    normal += c;
  }
  if (normal.size() != kRecoveryCharacters) return std::nullopt;
  return Sha256(normal);
}

}  // namespace dialix::security
