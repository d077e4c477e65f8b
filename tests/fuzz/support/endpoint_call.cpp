#include "support/endpoint_call.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "app/worker.h"
#include "http/problem.h"
#include "support/check.h"

namespace dialix::fuzz {
namespace {

using features::Access;

constexpr std::string_view kCompany = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
constexpr std::string_view kAccount = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c";

class TextBody final : public http::BodyReader {
 public:
  explicit TextBody(std::string_view text) : text_(text) {}
  Result<std::size_t> Read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), text_.size());
    if (n > 0) std::memcpy(into.data(), text_.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
};

Config MakeConfig() {
  Config config;
  config.secret_key = "a key for fuzzing that has more than 32 characters";
  config.currency = "UZS";
  config.audio_store = "file:///nonexistent";
  return config;
}

// A worker's things, none of which reaches anything.
struct Bench {
  Config config = MakeConfig();
  app::Routes routes = app::Routes::Make();
  monitoring::MetricsCollector metrics;
  monitoring::MetricSet counters;
  monitoring::StructuredLogger logger{monitoring::LogLevel::kOff};
  store::Redis redis{store::RedisOptions{}};
  store::Database db{store::PoolOptions{}};
  cache::Floors floors{std::chrono::seconds(60)};
  cache::RemoteCache remote{redis, {}};
  cache::CacheManager cache{remote, floors, {}, counters};
  store::LastWrites last_writes{redis, std::chrono::seconds(10)};
  security::PasswordHasher hasher{{8, 1, 1, 1, 8}};  // as cheap as Argon2 goes
  security::KeyRing keys = security::KeyRing::Of(config);
  security::EncryptionService encryption{keys};
  net::Outbound outbound{net::AddressPolicy::Of(config)};
  monitoring::HealthChecker health{{}};
  features::Services services{.config = config,
                              .db = db,
                              .redis = redis,
                              .cache = cache,
                              .last_writes = last_writes,
                              .hasher = hasher,
                              .keys = keys,
                              .encryption = encryption,
                              .outbound = outbound,
                              .health = health,
                              .health_detailed = health,
                              .metrics = metrics,
                              .counters = counters,
                              .logger = logger,
                              .started_at = Now()};
};

security::Principal Somebody(bool platform) {
  security::Principal principal;
  principal.account_id = kAccount;
  principal.company_id = platform ? "" : std::string(kCompany);
  principal.session_id = kAccount;
  principal.email = "fuzz@example.com";
  principal.name = "Fuzz";
  principal.language = "en";
  principal.role = platform ? security::Role::kAdmin : security::Role::kCompanyAdmin;
  principal.permissions = security::RolePermissions(principal.role);
  return principal;
}

// Files and threads are no part of this; their parsing has targets of its own.
bool IsLeftOut(const features::Endpoint& endpoint) { return !endpoint.pattern.starts_with("/api/"); }

const features::Endpoint* FindEndpoint(const app::Routes& routes, std::string_view line,
                                       http::Request& request, http::PathParams& params) {
  const auto [method, target] = Cut(line, ' ');
  const auto [path, query] = Cut(target, '?');
  request.query = query;
  const auto match = routes.router.Match(http::ParseMethod(method), path);
  if (match.kind == http::RouteMatch::Kind::kFound) {
    request.method = http::ParseMethod(method);
    request.path = path;
    params = match.params;
    return &routes.endpoints[match.index];
  }
  const features::Endpoint& any =
      routes.endpoints[std::hash<std::string_view>{}(line) % routes.endpoints.size()];
  request.method = any.method;
  for (std::string_view segment : Split(any.pattern, '/')) {
    if (segment.empty()) continue;
    const bool named = segment.starts_with('{');
    if (named) params.values.emplace_back(segment.substr(1, segment.size() - 2), kAccount);
    request.path += "/" + std::string(named ? kAccount : segment);
  }
  return &any;
}

void CheckResponse(const http::Response& response) {
  FUZZ_CHECK(response.status >= 200 && response.status < 600 && response.status != 500);
  for (const auto& [name, value] : response.headers) {
    FUZZ_CHECK(IsCleanLine(name) && IsCleanLine(value));
  }
  const std::string_view type = response.Header("content-type");
  if (type.find("json") == std::string_view::npos) return;
  const auto document = JsonDocument::Parse(response.Body());
  FUZZ_CHECK(document.ok());
  FUZZ_CHECK(response.status < 400 || document->Root()["status"].Int() == response.status);
}

}  // namespace

void CallEndpoint(std::string_view line, std::string_view body) {
  static Bench& bench = *new Bench;  // never taken down: the process ends at once
  http::Request request;
  http::PathParams params;
  const features::Endpoint& endpoint = *FindEndpoint(bench.routes, line, request, params);
  const auto query = http::QueryParams::Parse(request.query);
  if (IsLeftOut(endpoint) || !query) return;
  TextBody text(body);
  request.id = "fuzz";
  request.body = &text;
  request.content_length = static_cast<std::int64_t>(body.size());
  request.headers["content-type"] = "application/json";
  request.headers["idempotency-key"] = std::string(line.substr(0, 16));
  request.https = true;
  const bool platform = body.size() % 2 == 1;
  const security::Principal principal =
      endpoint.access.kind == Access::Kind::kPublic ? security::Principal() : Somebody(platform);
  features::OwnSecrets own;
  if (endpoint.access.secrets) own.password_hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA";
  features::Call call{request,
                      params,
                      *query,
                      principal,
                      bench.services,
                      endpoint.access.tenancy == Access::Tenancy::kNone ? "" : std::string(kCompany),
                      platform ? store::Scope::Platform() : store::Scope::Company(std::string(kCompany)),
                      {},
                      std::move(own),
                      {}};
  const auto response = endpoint.handler(call);
  CheckResponse(response ? *response : http::ProblemResponse(response.error(), request.id));
}

}  // namespace dialix::fuzz
