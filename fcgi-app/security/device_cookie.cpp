#include "security/device_cookie.h"

#include <openssl/evp.h>

#include <chrono>
#include <stdexcept>

#include "base/text.h"
#include "base/uuid.h"
#include "security/secret_bytes.h"

namespace dialix::security {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kIdAt = 9;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMacAt = kIdAt + kIdBytes;
constexpr std::size_t kMacBytes = 32;

// Everything before the code has a fixed length, so no two inputs read the same.
std::string Mac(std::string_view key, std::string_view head, std::string_view login) {
  const std::string text = std::string(head) + ToLowerAscii(login);
  std::string mac(kMacBytes, '\0');
  std::size_t length = 0;
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
                reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                reinterpret_cast<unsigned char*>(mac.data()), mac.size(), &length) == nullptr) {
    throw std::runtime_error("HMAC-SHA256 failed");
  }
  return mac;
}

}  // namespace

std::string NewDeviceCookie(const KeyRing& keys, std::string_view login, TimePoint now) {
  std::string bytes(1, kVersion);
  const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(ms >> shift & 0xff);
  bytes += RandomBytes(kIdBytes);
  std::string key = keys.Derive(kDevicePurpose);
  bytes += Mac(key, bytes, login);
  Wipe(key);
  return ToBase64Url(bytes);
}

std::optional<Device> ReadDeviceCookie(const KeyRing& keys, std::string_view cookie, std::string_view login,
                                       TimePoint now, int max_age_s) {
  if (cookie.size() > 2 * (kMacAt + kMacBytes)) return std::nullopt;
  const auto bytes = FromBase64Url(cookie);
  if (!bytes || bytes->size() != kMacAt + kMacBytes || bytes->front() != kVersion) return std::nullopt;
  const std::string_view head = std::string_view(*bytes).substr(0, kMacAt);
  bool made_here = false;
  for (std::string& key : keys.DeriveAll(kDevicePurpose)) {
    made_here |= SameSecret(Mac(key, head, login), std::string_view(*bytes).substr(kMacAt));
    Wipe(key);
  }
  if (!made_here) return std::nullopt;
  std::uint64_t ms = 0;
  for (std::size_t i = 1; i < kIdAt; ++i) ms = ms << 8 | static_cast<unsigned char>(head[i]);
  const TimePoint issued_at{std::chrono::milliseconds(static_cast<std::int64_t>(ms))};
  // A minute for clocks that disagree.
  const auto age = now - issued_at;
  if (age > std::chrono::seconds(max_age_s) || age < -std::chrono::minutes(1)) return std::nullopt;
  return Device{ToHex(head.substr(kIdAt)), issued_at};
}

}  // namespace dialix::security
