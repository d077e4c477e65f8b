// The vocabulary that every feature speaks: an Endpoint is a method, a pattern, an Access and a handler; a
// Call is one request to it with all that the handler may use. A Call is one thread's; Services is the
// worker's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/json.h"
#include "base/result.h"
#include "cache/cache_manager.h"
#include "features/endpoint/repeat.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"
#include "monitoring/health.h"
#include "monitoring/logger.h"
#include "monitoring/metric_set.h"
#include "monitoring/metrics.h"
#include "security/encryption_service.h"
#include "security/key_ring.h"
#include "security/password_hasher.h"
#include "security/permission.h"
#include "store/database.h"
#include "store/last_writes.h"
#include "store/redis.h"

namespace dialix::net {
class Outbound;
}

namespace dialix::features {

// What one worker holds for its handlers; lives as long as the worker.
struct Services {
  const Config& config;
  store::Database& db;
  store::Redis& redis;
  cache::CacheManager& cache;
  store::LastWrites& last_writes;
  security::PasswordHasher& hasher;
  const security::KeyRing& keys;
  const security::EncryptionService& encryption;
  net::Outbound& outbound;                     // to addresses that tenants chose
  monitoring::HealthChecker& health;           // what a load balancer asks
  monitoring::HealthChecker& health_detailed;  // what a person asks
  monitoring::MetricsCollector& metrics;
  const monitoring::MetricSet& counters;
  const monitoring::StructuredLogger& logger;
  TimePoint started_at;
};

// Who may call an endpoint and in which company it acts. There is no default: an endpoint without one does
// not compile.
class Access {
 public:
  enum class Kind { kPublic, kAuthenticated, kPermission };
  // kNone: Call::company_id is empty. kOptional: a platform administrator may name one by ?company_id=,
  // everyone else has their own. kRequired: as kOptional, but without one it is a 422.
  enum class Tenancy { kNone, kOptional, kRequired };

  static Access Public() { return {Kind::kPublic, {}, Tenancy::kNone}; }
  static Access Authenticated(Tenancy tenancy = Tenancy::kNone) {
    return {Kind::kAuthenticated, {}, tenancy};
  }
  static Access Needs(security::Permission permission, Tenancy tenancy = Tenancy::kRequired) {
    return {Kind::kPermission, permission, tenancy};
  }

  // For a person's own credentials: an API token is refused, whatever its scopes.
  static Access OwnSession() {
    Access access = Authenticated();
    access.session_only = true;
    return access;
  }

  // The caller's secrets come along in Call::own, in the same round trip as the session.
  [[nodiscard]] Access WithSecrets() const {
    Access access = *this;
    access.secrets = true;
    return access;
  }
  // Open also to who must set up a second factor first.
  [[nodiscard]] Access BeforeEnrolment() const {
    Access access = *this;
    access.before_enrolment = true;
    return access;
  }

  Kind kind;
  security::Permission permission;  // of kPermission
  Tenancy tenancy;
  bool session_only = false;
  bool secrets = false;
  bool before_enrolment = false;

 private:
  Access(Kind k, security::Permission p, Tenancy t) : kind(k), permission(p), tenancy(t) {}
};

// Asks for the versions under which the next read is kept; see CachedJson.
struct VersionStamp {
  const std::vector<std::string>& scopes;
  bool until_midnight = false;  // of the company's calendar
  bool taken = false;
  bool kept = true;  // see DoNotKeep
  std::vector<cache::Version> versions;
  std::optional<std::chrono::milliseconds> midnight_in;
};

// What a caller's proof that it is them still is checked against; see Access::WithSecrets.
struct OwnSecrets {
  std::string password_hash;
  std::string company_name;
  int wait_s = 0;           // until they may try again, having guessed wrong too often
  std::string totp_cipher;  // of the second factor's secret; empty: none was ever begun
  bool totp_is_on = false;
  std::int64_t totp_last_step = 0;
};

struct Call {
  const http::Request& request;
  const http::PathParams& path;
  const http::QueryParams& query;
  const security::Principal& principal;
  Services& services;
  std::string company_id;  // see Access::Tenancy
  store::Scope scope;      // whose rows this call may see
  store::Cost cost;        // spent so far
  OwnSecrets own;          // see Access::WithSecrets
  cache::View view;        // of the scopes in Endpoint::cached_by
  std::string_view cache = "off";
  std::string cache_key = {};     // of the answer that CachedJson gave
  VersionStamp* stamp = nullptr;  // while CachedJson reads
  Repeat* repeat = nullptr;       // where the request has an Idempotency-Key
  bool may_lag = false;    // what it reads may come from a replica, but has what this caller has written
  bool at_source = false;  // CachedJson has found the replica to be behind

  // One round trip in this call's scope.
  Result<std::vector<store::Rows>> Run(const store::Batch& batch);
  // As Run, and never with the versions that CachedJson asks for.
  Result<std::vector<store::Rows>> Read(const store::Batch& batch);
  Result<store::Rows> Query(const store::Statement& statement, std::vector<store::Param> params);
  // As Run and Query, for what changes rows: never sent twice. The first one of a request takes its
  // Idempotency-Key along. kInvalid names company_id where there is no
  // such company.
  Result<std::vector<store::Rows>> Change(const store::Batch& batch);
  Result<store::Rows> Change(const store::Statement& statement, std::vector<store::Param> params);
};

using Handler = std::function<Result<http::Response>(Call&)>;

struct Endpoint {
  http::Method method;
  std::string pattern;
  Access access;
  Handler handler;
  // The scopes that its answers depend on, where they are cached: the gate asks for their versions together
  // with the session's.
  std::vector<cache::Kind> cached_by = {};
  bool keeps_own_key = false;  // reads Idempotency-Key itself; see repeat.h for all other POSTs
};
using EndpointTable = std::vector<Endpoint>;

// The body as a JSON object. Errors: kUnsupportedMedia unless it is application/json, kTooLarge past 1 MiB,
// kMalformed, kInvalid when it is no object.
[[nodiscard]] Result<JsonDocument> ReadJson(const Call& call);

// The path parameter {id}; kNotFound where it is no uuid.
[[nodiscard]] Result<std::string> PathId(const Call& call, std::string_view name = "id");

[[nodiscard]] Error NotFound(std::string_view what);  // "record"
[[nodiscard]] Error Conflict(std::string slug, std::string message);
// kConflict "limit_reached" with `limit` ("max_accounts") and `max`, what company_check_limit() of migration
// 0014 gave: the company, or one above it, may not have more.
[[nodiscard]] Error LimitReached(std::string_view limit, std::int64_t max);
// kInvalid with these field errors.
[[nodiscard]] Error Invalid(std::vector<FieldError> fields);

// 200 with a strong ETag over the body, or 304 when If-None-Match has it.
[[nodiscard]] http::Response JsonWithEtag(const Call& call, std::string body);
// 201 with Location.
[[nodiscard]] http::Response Created(std::string body, std::string location);

}  // namespace dialix::features
