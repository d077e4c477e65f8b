#include "security/webhook_signature.h"

#include <openssl/evp.h>

#include <algorithm>

#include <stdexcept>

#include "base/text.h"
#include "base/uuid.h"
#include "security/secret_bytes.h"

namespace dialix::security {
namespace {

constexpr std::string_view kPrefix = "whsec_";

// RFC 4648 §4, which is what the specification asks for.
std::string ToBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string FromBase64(std::string_view text) {
  std::string url(text);
  for (char& c : url) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return FromBase64Url(url).value_or("");
}

}  // namespace

std::string NewWebhookSecret() { return std::string(kPrefix) + ToBase64(RandomBytes(32)); }

std::string SignWebhook(std::string_view secret, std::string_view id, std::int64_t timestamp,
                        std::string_view body) {
  std::string key = FromBase64(secret.substr(std::min(secret.size(), kPrefix.size())));
  std::string signed_text = std::string(id) + "." + std::to_string(timestamp) + ".";
  signed_text += body;
  std::string mac(32, '\0');
  std::size_t length = 0;
  const auto* done = EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
                               reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(),
                               reinterpret_cast<unsigned char*>(mac.data()), mac.size(), &length);
  Wipe(key);
  if (done == nullptr) throw std::runtime_error("HMAC-SHA256 failed");
  return "v1," + ToBase64(mac);
}

}  // namespace dialix::security
