#include "app/gate.h"

#include "base/text.h"
#include "base/uuid.h"
#include "features/auth/auth_store.h"
#include "features/auth/session_cookie.h"
#include "security/token.h"

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

// An API token acts for programs: it does what a permission guards and reads what any account may. What a
// person does with their own account, its credentials above all, takes a session.
Status CheckCredential(const features::Endpoint& endpoint, bool is_api_token,
                       const security::Principal& principal) {
  const Access& access = endpoint.access;
  const bool own =
      access.session_only || (access.kind == Access::Kind::kAuthenticated && !IsSafe(endpoint.method));
  if (is_api_token && own) {
    Error error = Fail(Error::Code::kForbidden, "An API token cannot do this; log in.");
    error.slug = "session_required";
    return error;
  }
  if (principal.must_enrol && !access.before_enrolment) {
    Error error = Fail(Error::Code::kForbidden, "Set up a second factor first: your company asks for it.");
    error.slug = "totp_enrolment_required";
    return error;
  }
  return Ok();
}

// What the caller shows: the hash of a session's or an API token's secret.
struct Credential {
  std::string hash;
  bool is_api_token = false;
};

Result<Credential> ReadCredential(const http::Request& request, const Config& config) {
  const std::string_view authorization = request.Header("authorization");
  if (authorization.substr(0, kBearer.size()) == kBearer) {
    return Credential{security::HashToken(Trim(authorization.substr(kBearer.size()))), true};
  }
  const auto name = features::SessionCookieName(request, config);
  const auto token = name ? request.Cookie(*name) : std::nullopt;
  if (!token || token->empty() || token->size() > 128) return Unauthenticated();
  if (!IsSafe(request.method) && !IsSameOrigin(request, false)) return CrossOrigin();
  return Credential{security::HashToken(*token), false};
}

Status ChooseCompany(const Access& access, const http::QueryParams& query, Passed& passed) {
  const bool platform = passed.principal.IsPlatform();
  passed.company_id = passed.principal.company_id;
  passed.scope = platform ? store::Scope::Platform() : store::Scope::Company(passed.company_id);
  if (access.tenancy == Access::Tenancy::kNone) return Ok();
  const auto wanted = query.Get("company_id");
  if (wanted && !IsUuid(*wanted)) return features::Invalid({{"company_id", "format", "must be a UUID"}});
  if (wanted) {
    // A company's administrator acts in its branches too; which there are is remembered with the person, and
    // a change of the tree gives the company's access a new version.
    std::string company = ToLowerAscii(*wanted);
    if (!passed.principal.MayActIn(company)) {
      return Fail(Error::Code::kForbidden, "You may not act in that company.");
    }
    passed.company_id = std::move(company);
    passed.scope = store::Scope::Company(passed.company_id);
  }
  if (passed.company_id.empty() && access.tenancy == Access::Tenancy::kRequired) {
    return features::Invalid({{"company_id", "required", "Name the company to act in: ?company_id=…"}});
  }
  return Ok();
}

// The scopes of the endpoint's cached answers for this caller. Where no company is named: none, except that
// what is a person's own depends on the person alone.
std::vector<std::string> CachedScopes(const features::Endpoint& endpoint, const Passed& passed) {
  std::vector<std::string> scopes;
  for (const cache::Kind kind : endpoint.cached_by) {
    if (kind == cache::Kind::kAccount) {
      scopes.push_back(cache::AccountScope(passed.principal.account_id));
    } else if (!passed.company_id.empty()) {
      scopes.push_back(cache::CompanyScope(passed.company_id, kind));
    }
  }
  return scopes;
}

// True: the caller is remembered, and Redis says that nothing about them has changed. `chosen` is what became
// of the choice of a company, which is told after the permission.
bool PassByMemory(const features::Endpoint& endpoint, const Credential& credential,
                  const http::QueryParams& query, features::Services& services, SessionMemory& sessions,
                  Passed& passed, Status& chosen) {
  if (endpoint.access.secrets) return false;
  const IdentityPtr identity = sessions.Find(credential.hash);
  if (!identity) return false;
  passed.principal = identity->principal;
  chosen = ChooseCompany(endpoint.access, query, passed);
  std::vector<std::string> scopes = identity->scopes;
  if (chosen) {
    for (std::string& scope : CachedScopes(endpoint, passed)) scopes.push_back(std::move(scope));
  }
  const cache::View view = services.cache.Look(std::move(scopes));
  if (!view.usable) return false;
  for (std::size_t i = 0; i < identity->versions.size(); ++i) {
    if (view.versions[i] == cache::kUnknown || identity->versions[i] < view.versions[i]) return false;
  }
  passed.view = cache::CacheManager::Tail(view, identity->scopes.size());
  return true;
}

Status PassByDatabase(const features::Endpoint& endpoint, const Credential& credential,
                      const http::QueryParams& query, features::Services& services, SessionMemory& sessions,
                      store::Cost& cost, Passed& passed, Status& chosen) {
  const auto asked_at = SessionMemory::Clock::now();
  DIALIX_TRY(auto found, credential.is_api_token
                             ? features::FindApiToken(services.db, credential.hash, cost)
                             : features::FindSession(
                                   services.db, credential.hash,
                                   {services.config.session_idle_s, services.config.platform_require_totp},
                                   endpoint.access.secrets, cost));
  if (!found) {
    sessions.Forget(credential.hash);
    return Unauthenticated();
  }
  const IdentityPtr identity = sessions.Remember(credential.hash, *found, asked_at);
  passed.principal = std::move(found->principal);
  passed.own = std::move(found->own);
  chosen = ChooseCompany(endpoint.access, query, passed);
  std::vector<std::string> scopes;
  if (chosen) scopes = CachedScopes(endpoint, passed);
  // Redis learns the versions, so that the next request finds them there.
  if (scopes.empty()) {
    services.cache.Teach(identity->Changes());
  } else {
    passed.view = services.cache.Look(std::move(scopes), identity->Changes());
  }
  return Ok();
}

}  // namespace

bool IsSameOrigin(const http::Request& request, bool browser_only) {
  const std::string host = ToLowerAscii(request.host);
  // A request that names no host comes from no page of ours.
  const auto is_ours = [&host](std::string_view url) { return !host.empty() && HostOfUrl(url) == host; };
  if (const auto origin = request.Header("origin"); !origin.empty()) return is_ours(origin);
  if (const auto site = request.Header("sec-fetch-site"); !site.empty()) return site == "same-origin";
  if (const auto referer = request.Header("referer"); !referer.empty()) return is_ours(referer);
  return browser_only;
}

Result<Passed> PassGate(const features::Endpoint& endpoint, const http::Request& request,
                        const http::QueryParams& query, features::Services& services, SessionMemory& sessions,
                        store::Cost& cost) {
  const Access& access = endpoint.access;
  Passed passed;
  if (access.kind == Access::Kind::kPublic) {
    if (!IsSafe(request.method) && !IsSameOrigin(request, true)) return CrossOrigin();
    return passed;
  }
  DIALIX_TRY(const Credential credential, ReadCredential(request, services.config));
  Status chosen = Ok();
  if (!PassByMemory(endpoint, credential, query, services, sessions, passed, chosen)) {
    DIALIX_CHECK(PassByDatabase(endpoint, credential, query, services, sessions, cost, passed, chosen));
  }
  DIALIX_CHECK(CheckCredential(endpoint, credential.is_api_token, passed.principal));
  if (access.kind == Access::Kind::kPermission && !passed.principal.Can(access.permission)) {
    return Fail(Error::Code::kForbidden, "You do not have the permission that this needs.");
  }
  DIALIX_CHECK(chosen);
  return passed;
}

}  // namespace dialix::app
