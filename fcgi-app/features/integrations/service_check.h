// Tries a company's outside service with what is stored of it, by the cheapest request that proves the
// secret: OnlinePBX's auth.json, Bitrix24's profile, amoCRM's account. What comes back is for people; neither
// the secret nor an address that holds it is ever in it.
#pragma once

#include <string>

#include "net/outbound.h"

namespace dialix::features::integrations {

struct CheckResult {
  bool ok = false;
  // "ok" | "wrong_key" | "unreachable" | "timeout" | "address_not_allowed" | "busy" | "unexpected_answer"
  std::string code;
  std::string message;
};

// Errors of all: kTooManyRequests alone; anything else is a result.
[[nodiscard]] Result<CheckResult> CheckPbx(net::Outbound& outbound, const std::string& host,
                                           const std::string& domain, const std::string& auth_key);
[[nodiscard]] Result<CheckResult> CheckBitrix(net::Outbound& outbound, const std::string& webhook_url);
// `base_url`: AMOCRM_BASE_URL, where {subdomain} stands for the account's.
[[nodiscard]] Result<CheckResult> CheckAmocrm(net::Outbound& outbound, std::string base_url,
                                              const std::string& subdomain, const std::string& access_token);

// {"ok","code","message"} with the time it took.
[[nodiscard]] std::string CheckJson(const CheckResult& result, std::int64_t duration_ms);

// The address of a host that may be given with its scheme: "pbx.example" or "https://pbx.example:8443".
[[nodiscard]] std::string BaseUrl(const std::string& host);

// What a failed exchange means for a person.
[[nodiscard]] Result<CheckResult> Failed(const Error& error, const std::string& service);

}  // namespace dialix::features::integrations
