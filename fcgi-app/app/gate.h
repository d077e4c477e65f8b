// The gate every request passes before its handler: who is calling (session cookie or API token), did the
// browser mean it (CSRF), may they, and in which company. Thread-safe. Whoever is remembered costs one round
// trip to Redis, which also brings the versions that the endpoint's cached answers go by; others cost one to
// PostgreSQL. None for a public endpoint.
#pragma once

#include "app/session_memory.h"
#include "base/result.h"
#include "features/endpoint/endpoint.h"

namespace dialix::app {

struct Passed {
  security::Principal principal;
  std::string company_id;
  store::Scope scope;
  features::OwnSecrets own;  // where the access asks for them
  cache::View view;          // of the endpoint's cached_by
};

// Errors: kUnauthenticated; kForbidden ("forbidden", "cross_origin", "session_required" for an API token,
// "totp_enrolment_required"); kInvalid (company_id missing or wrong).
[[nodiscard]] Result<Passed> PassGate(const features::Endpoint& endpoint, const http::Request& request,
                                      const http::QueryParams& query, features::Services& services,
                                      SessionMemory& sessions, store::Cost& cost);

// Whether an unsafe request comes from our own pages: Origin (or Referer) names the host it was sent to, or
// Sec-Fetch-Site says same-origin. `browser_only`: one without any of these headers (no browser) passes.
[[nodiscard]] bool IsSameOrigin(const http::Request& request, bool browser_only);

}  // namespace dialix::app
