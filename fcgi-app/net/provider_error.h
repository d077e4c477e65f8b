// What a failed answer of an outside HTTP service means to us: which failures are worth another try, and what
// a person reads. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"

namespace dialix::net {

// `service` begins the public message: "The speech service". `now_unix` is for Retry-After dates.
// Retryable: kTimeout (408), kTooManyRequests (429), kUpstream (5xx), all with retry_after_s where the
// service says. Final: kForbidden (401, 403), kPaymentRequired (402, a used-up quota), kInvalid (any other
// 4xx, redirects). The start of the service's own error text goes to internal_detail only. REQUIRES:
// response.status is no 2xx.
[[nodiscard]] Error ProviderError(const HttpResponse& response, std::string_view service,
                                  std::int64_t now_unix);

}  // namespace dialix::net
