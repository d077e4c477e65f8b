#include "app/gate.h"

#include "base/text.h"
#include "base/uuid.h"
#include "features/auth/auth_store.h"
#include "features/auth/session_cookie.h"

namespace dialix::app {
namespace {

using features::Access;

constexpr std::string_view kBearer = "Bearer ";

bool IsSafe(http::Method method) {
  return method == http::Method::kGet || method == http::Method::kHead || method == http::Method::kOptions;
}

// "https://host:port/path" → "host:port", lower case; empty for anything else.
std::string HostOfUrl(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return ToLowerAscii(rest.substr(0, rest.find_first_of("/?#")));
}

Error Unauthenticated() { return Fail(Error::Code::kUnauthenticated, "Log in first."); }

Error CrossOrigin() {
  Error error = Fail(Error::Code::kForbidden, "This request did not come from the application's own pages.");
  error.slug = "cross_origin";
  return error;
}

Result<features::FoundSession> Identify(const Access& access, const http::Request& request,
                                        features::Services& services, store::Cost& cost) {
  const std::string_view authorization = request.Header("authorization");
  if (authorization.substr(0, kBearer.size()) == kBearer) {
    const std::string token(Trim(authorization.substr(kBearer.size())));
    DIALIX_TRY(auto found, features::FindApiToken(services.db, token, cost));
    if (!found) return Unauthenticated();
    return std::move(*found);
  }
  const auto name = features::SessionCookieName(request, services.config);
  const auto token = name ? request.Cookie(*name) : std::nullopt;
  if (!token || token->empty() || token->size() > 128) return Unauthenticated();
  if (!IsSafe(request.method) && !IsSameOrigin(request, false)) return CrossOrigin();
  DIALIX_TRY(auto found, features::FindSession(services.db, *token, services.config.session_idle_s,
                                               access.password, cost));
  if (!found) return Unauthenticated();
  return std::move(*found);
}

Status ChooseCompany(const Access& access, const http::QueryParams& query, Passed& passed) {
  const bool platform = passed.principal.IsPlatform();
  passed.company_id = passed.principal.company_id;
  passed.scope = platform ? store::Scope::Platform() : store::Scope::Company(passed.company_id);
  if (access.tenancy == Access::Tenancy::kNone) return Ok();
  const auto wanted = query.Get("company_id");
  if (wanted && !IsUuid(*wanted)) return features::Invalid({{"company_id", "format", "must be a UUID"}});
  if (wanted && platform) {
    passed.company_id = ToLowerAscii(*wanted);
    passed.scope = store::Scope::Company(passed.company_id);
  } else if (wanted && ToLowerAscii(*wanted) != passed.company_id) {
    return Fail(Error::Code::kForbidden, "You may not act in that company.");
  }
  if (passed.company_id.empty() && access.tenancy == Access::Tenancy::kRequired) {
    return features::Invalid({{"company_id", "required", "Name the company to act in: ?company_id=…"}});
  }
  return Ok();
}

}  // namespace

bool IsSameOrigin(const http::Request& request, bool browser_only) {
  const std::string host = ToLowerAscii(request.host);
  if (const auto origin = request.Header("origin"); !origin.empty()) return HostOfUrl(origin) == host;
  if (const auto site = request.Header("sec-fetch-site"); !site.empty()) return site == "same-origin";
  if (const auto referer = request.Header("referer"); !referer.empty()) return HostOfUrl(referer) == host;
  return browser_only;
}

Result<Passed> PassGate(const Access& access, const http::Request& request, const http::QueryParams& query,
                        features::Services& services, store::Cost& cost) {
  Passed passed;
  if (access.kind == Access::Kind::kPublic) {
    if (!IsSafe(request.method) && !IsSameOrigin(request, true)) return CrossOrigin();
    return passed;
  }
  DIALIX_TRY(auto found, Identify(access, request, services, cost));
  passed.principal = std::move(found.principal);
  passed.password_hash = std::move(found.password_hash);
  if (access.kind == Access::Kind::kPermission && !passed.principal.Can(access.permission)) {
    return Fail(Error::Code::kForbidden, "You do not have the permission that this needs.");
  }
  DIALIX_CHECK(ChooseCompany(access, query, passed));
  return passed;
}

}  // namespace dialix::app
