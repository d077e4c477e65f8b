// How a receiver knows that a webhook is ours (Standard Webhooks, https://www.standardwebhooks.com): an
// HMAC-SHA256 over "id.timestamp.body" under a secret that only the two of us hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dialix::security {

[[nodiscard]] std::string NewWebhookSecret();  // "whsec_" and base64 of 32 random bytes

// The value of header webhook-signature: "v1," and base64 of the HMAC. `timestamp`: seconds since 1970.
// REQUIRES: `secret` is of NewWebhookSecret.
[[nodiscard]] std::string SignWebhook(std::string_view secret, std::string_view id, std::int64_t timestamp,
                                      std::string_view body);

}  // namespace dialix::security
