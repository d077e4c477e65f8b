#include "net/provider_error.h"

#include "base/json.h"

namespace dialix::net {
namespace {

constexpr std::size_t kLongestDetail = 300;

struct Said {
  std::string message;
  std::string code;
};

// {"error": {"message", "code"}} (OpenAI), {"error": "…"} (many gateways), or whatever the body begins with.
Said WhatItSays(const std::string& body) {
  Said said{body.substr(0, kLongestDetail), ""};
  const auto document = JsonDocument::Parse(body);
  if (!document.ok()) return said;
  const JsonView error = (*document)["error"];
  if (error.IsString()) said.message = error.StringOr("").substr(0, kLongestDetail);
  if (error["message"].IsString()) said.message = error["message"].StringOr("").substr(0, kLongestDetail);
  said.code = error["code"].StringOr("");
  return said;
}

}  // namespace

Error ProviderError(const HttpResponse& response, std::string_view service, std::int64_t now_unix) {
  using Code = Error::Code;
  const Said said = WhatItSays(response.body);
  const std::string name(service);
  const std::string status = std::to_string(response.status);
  const std::string detail = "HTTP " + status + ": " + said.message;
  Error error;
  switch (response.status) {
    case 401:
    case 403:
      return Fail(Code::kForbidden, name + " refuses our key (" + status + ").", detail);
    case 402:
      return Fail(Code::kPaymentRequired, "The account at " + name + " is empty (402).", detail);
    case 404:
      return Fail(Code::kInvalid, name + " does not know the model or the address (404).", detail);
    case 413:
      return Fail(Code::kInvalid, name + " refuses a request of this size (413).", detail);
    case 408:
      error = Fail(Code::kTimeout, name + " timed out (408).", detail);
      break;
    case 429:
      if (said.code == "insufficient_quota") {
        return Fail(Code::kPaymentRequired, "The quota at " + name + " is used up (429).", detail);
      }
      error = Fail(Code::kTooManyRequests, name + " is busy (429).", detail);
      break;
    default:
      if (response.status < 500)
        return Fail(Code::kInvalid, name + " refuses the request (" + status + ").", detail);
      error = Fail(Code::kUpstream, name + " failed (" + status + ").", detail);
  }
  error.retry_after_s = ParseRetryAfter(response.Header("retry-after"), now_unix);
  return error;
}

}  // namespace dialix::net
