#include "privacy/phone.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>
#include <vector>

#include "base/text.h"

namespace dialix::privacy {
namespace {

constexpr std::string_view kPurpose = "erased phone number";
constexpr std::size_t kNational = 9;

std::string Hmac(const std::string& key, std::string_view text) {
  std::string mac(32, '\0');
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(mac.data()), &size) == nullptr) {
    throw std::runtime_error("OpenSSL: HMAC");
  }
  return ToHex(mac);
}

}  // namespace

std::optional<std::string> PhoneDigits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (std::string_view(" +-().").find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (digits.starts_with("00")) digits.erase(0, 2);
  if (digits.size() == 11 && digits[0] == '8') digits[0] = '7';
  if (digits.size() < 3 || digits.size() > 15) return std::nullopt;
  return digits;
}

std::string PhoneHash(const security::KeyRing& keys, std::string_view digits) {
  return keys.Id() + ":" + Hmac(keys.Derive(kPurpose), digits);
}

bool IsHashOfPhone(const security::KeyRing& keys, std::string_view hash, std::string_view digits) {
  const std::vector<std::string> ids = keys.Ids();
  const std::vector<std::string> derived = keys.DeriveAll(kPurpose);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (hash == ids[i] + ":" + Hmac(derived[i], digits)) return true;
  }
  return false;
}

std::string PhonePattern(std::string_view digits) {
  const std::string between = "[ ().-]{0,3}";
  const std::size_t optional = digits.size() > kNational ? digits.size() - kNational : 0;
  std::string pattern = "(?<![0-9])[+]?";
  if (digits.size() == kNational) pattern += "([0-9]{1,5}" + between + ")?";  // whatever the country
  if (optional > 0) {
    pattern += "(";
    for (std::size_t i = 0; i < optional; ++i) pattern += digits[i] + between;
    // Russia's inland prefix.
    if (digits.size() == 11 && digits[0] == '7') pattern += "|8" + between + digits[1] + between;
    pattern += ")?";
  }
  for (std::size_t i = optional; i < digits.size(); ++i) {
    if (i > optional) pattern += between;
    pattern += digits[i];
  }
  return pattern + "(?![0-9])";
}

}  // namespace dialix::privacy
