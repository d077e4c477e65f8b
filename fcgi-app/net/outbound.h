// Requests to addresses that tenants chose: guarded by the policy, and few at a time, so that services that
// never answer hold no more than a few threads of a process. Thread-safe; made after fork.
#pragma once

#include <semaphore>

#include "net/http_client.h"

namespace dialix::net {

class Outbound {
 public:
  static constexpr int kAtOnce = 4;

  explicit Outbound(AddressPolicy policy) : policy_(policy), client_(std::move(policy)) {}

  [[nodiscard]] const AddressPolicy& policy() const { return policy_; }
  // Bounds the answer to 1 MiB and the exchange to ten seconds, then does as HttpClient::Send. Errors: also
  // kTooManyRequests where kAtOnce others are under way.
  [[nodiscard]] Result<HttpResponse> Send(HttpRequest request);

 private:
  const AddressPolicy policy_;
  const HttpClient client_;
  std::counting_semaphore<kAtOnce> slots_{kAtOnce};
};

}  // namespace dialix::net
