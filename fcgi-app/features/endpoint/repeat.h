// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a creating request that is sent twice does its
// work once. The key is written in the transaction of the change (Call::Change), the answer, encrypted, right
// after it, for 24 hours; keys are an account's own, and a route's. One thread's, one request's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/response.h"
#include "store/statement.h"

namespace dialix::features {

struct Call;
struct Endpoint;

struct Repeat {
  std::string account_id;
  std::string route;  // "/api/v1/operators"
  std::string key;
  std::string request;    // method, address and body, hashed: the same key for another one is refused
  bool is_begun = false;  // the change is made, and the key with it

  void AddBody(std::string_view body);
  [[nodiscard]] std::string Fingerprint() const;
  // The batch with the statement before it that takes the key. Its row is the first.
  [[nodiscard]] store::Batch Keyed(const store::Batch& batch) const;
};

// Answers by the endpoint's handler, or, where the same request with the same key was answered before, as
// then. Errors: the handler's; kInvalid "idempotency_key_reused" for another request with that key; kConflict
// "idempotency_in_progress" while the first one is under way, "idempotency_unfinished" where its answer was
// lost.
[[nodiscard]] Result<http::Response> AnswerOnce(const Endpoint& endpoint, Call& call);

}  // namespace dialix::features
