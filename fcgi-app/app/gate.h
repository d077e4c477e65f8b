// The gate every request passes before its handler: who is calling (session cookie or API token), did the
// browser mean it (CSRF), may they, and in which company. Stateless; thread-safe. One round trip to
// PostgreSQL, none for a public endpoint.
#pragma once

#include "base/result.h"
#include "features/endpoint/endpoint.h"

namespace dialix::app {

struct Passed {
  security::Principal principal;
  std::string company_id;
  store::Scope scope;
  std::string password_hash;  // where the access asks for it
};

// Errors: kUnauthenticated; kForbidden ("forbidden", "cross_origin"); kInvalid (company_id missing or wrong).
[[nodiscard]] Result<Passed> PassGate(const features::Access& access, const http::Request& request,
                                      const http::QueryParams& query, features::Services& services,
                                      store::Cost& cost);

// Whether an unsafe request comes from our own pages: Origin (or Referer) names the host it was sent to, or
// Sec-Fetch-Site says same-origin. `browser_only`: one without any of these headers (no browser) passes.
[[nodiscard]] bool IsSameOrigin(const http::Request& request, bool browser_only);

}  // namespace dialix::app
