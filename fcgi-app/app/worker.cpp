#include "app/worker.h"

#include <algorithm>

#include "app/gate.h"
#include "features/ops/probes.h"
#include "http/problem.h"

namespace dialix::app {
namespace {

store::PoolOptions MakePoolOptions(const Config& config, const monitoring::PoolMetrics& metrics) {
  store::PoolOptions options;
  options.connection.url = config.database_url;
  options.connection.statement_timeout_ms = config.db_statement_timeout_s * 1000;
  options.connection.application_name = "dialix-fcgi";
  options.connection.keeps_session = config.db_prepared_statements;
  options.metrics = metrics;
  options.size = config.db_pool_size;
  options.max_overflow = config.db_max_overflow;
  options.pre_ping = config.db_pool_pre_ping;
  options.recycle = std::chrono::seconds(config.db_pool_recycle_s);
  options.timeout = std::chrono::seconds(config.db_pool_timeout_s);
  return options;
}

// Kept for as long as a replica may lag, and the time between two looks at it.
std::chrono::milliseconds WritesKept(const Config& config) {
  return std::chrono::seconds(config.db_replica_max_lag_s + 5);
}

std::optional<store::ReplicaOptions> MakeReplicaOptions(const Config& config,
                                                        const monitoring::MetricSet& counters) {
  if (config.database_replica_url.empty()) return std::nullopt;
  store::ReplicaOptions options;
  options.pool = MakePoolOptions(config, counters.db_replica_pool);
  options.primary = options.pool.connection;
  options.pool.connection.url = config.database_replica_url;
  options.pool.connection.connect_timeout_s = 2;
  options.pool.timeout = std::chrono::milliseconds(100);  // the primary is the way out
  options.pool.grace = {};
  options.max_lag = std::chrono::seconds(config.db_replica_max_lag_s);
  return options;
}

HotReads::Options HotOptions(const Config& config) {
  HotReads::Options options;
  options.hot = std::chrono::seconds(config.cache_refresh_ahead_s);
  return options;
}

store::RedisOptions MakeRedisOptions(const Config& config) {
  store::RedisOptions options;
  options.url = config.redis_url;
  return options;
}

Error NotAllowed(const std::vector<http::Method>& allowed, std::string& allow) {
  for (const http::Method method : allowed)
    allow += (allow.empty() ? "" : ", ") + std::string(http::MethodName(method));
  return Fail(Error::Code::kMethodNotAllowed, "This resource takes " + allow + ".");
}

}  // namespace

Worker::Worker(const Config& config, const Routes& routes, monitoring::MetricsCollector& metrics,
               const monitoring::MetricSet& counters, const monitoring::StructuredLogger& logger)
    : config_(config),
      routes_(routes),
      counters_(counters),
      redis_(MakeRedisOptions(config)),
      hot_reads_(HotOptions(config)),
      cache_(config, redis_, counters, logger,
             [this](std::span<const cache::Change> changes) { hot_reads_.Changed(changes); }),
      sessions_(std::chrono::seconds(config.session_idle_s)),
      last_writes_(redis_, WritesKept(config)),
      db_(MakePoolOptions(config, counters.db_pool), cache_.CommitHook(),
          MakeReplicaOptions(config, counters)),
      hasher_(security::PasswordParameters::Of(config), counters.passwords),
      keys_(security::KeyRing::Of(config)),
      encryption_(keys_),
      outbound_(net::AddressPolicy::Of(config)),
      health_(features::BasicProbes(db_, redis_)),
      health_detailed_(features::DetailedProbes(config, db_, redis_)),
      services_{config_,          db_,     redis_,      cache_.manager(), last_writes_,
                hasher_,          keys_,   encryption_, outbound_,        health_,
                health_detailed_, metrics, counters_,   logger,           Now()} {
  if (!hot_reads_.enabled()) return;
  refresher_ = std::thread([this] {
    while (const auto read = hot_reads_.Await()) Refresh(*read);
  });
}

Worker::~Worker() {
  hot_reads_.Stop();
  if (refresher_.joinable()) refresher_.join();
}

void Worker::NoteHot(const features::Endpoint& endpoint, const features::Call& call) {
  if (!hot_reads_.enabled() || !call.view.usable || hot_reads_.Touch(call.cache_key)) return;
  // What is a person's own may hold what the gate has read of them, and the gate is not passed again.
  const auto& kinds = endpoint.cached_by;
  if (call.company_id.empty() ||
      std::find(kinds.begin(), kinds.end(), cache::Kind::kAccount) != kinds.end()) {
    return;
  }
  hot_reads_.Add(call.cache_key,
                 {&endpoint, call.request.path, call.request.query, call.principal, call.company_id,
                  call.scope, call.view.scopes},
                 call.cache == "miss" ? 1 : 2);
}

void Worker::Refresh(const HotRead& read) {
  http::Request request;
  request.id = "refresh";
  request.method = http::Method::kGet;
  request.path = read.path;
  request.query = read.query;
  request.headers = {{"accept-encoding", "gzip"}};  // so that it is packed too
  request.started = http::Request::Clock::now();
  request.deadline = request.started + std::chrono::seconds(config_.fcgi_request_timeout_s);
  const auto query = http::QueryParams::Parse(request.query);
  if (!query) return;
  const http::PathParams no_params;
  features::Call call{request,    no_params,
                      *query,     read.principal,
                      services_,  read.company_id,
                      read.scope, {},
                      {},         cache_.manager().Look(read.scopes)};
  if (!call.view.usable) return;
  call.view.ahead = true;
  try {
    if (const auto response = read.endpoint->handler(call); !response) {
      services_.logger.Warn("refresh_failed",
                            {{"path", read.path}, {"detail", response.error().internal_detail}});
    }
  } catch (const std::exception& bug) {
    counters_.http_exceptions.Add();
    services_.logger.Error("refresh_exception", {{"path", read.path}, {"what", bug.what()}});
  }
  Count(call.cost);
}

Result<http::Response> Worker::Answer(http::Request& request, http::RequestTrace& trace, store::Cost& cost) {
  const http::RouteMatch match = routes_.router.Match(request.method, request.path);
  if (match.kind == http::RouteMatch::Kind::kNotFound) {
    return Fail(Error::Code::kNotFound, "There is nothing at this address.");
  }
  if (match.kind == http::RouteMatch::Kind::kMethodNotAllowed) {
    std::string allow;
    const Error error = NotAllowed(match.allowed, allow);
    http::Response response = http::ProblemResponse(error, request.id);
    response.Add("Allow", allow);
    return response;
  }
  const features::Endpoint& endpoint = routes_.endpoints[match.index];
  trace.route = match.index;
  trace.route_pattern = endpoint.pattern;
  DIALIX_TRY(const auto query, http::QueryParams::Parse(request.query));
  DIALIX_TRY(auto passed, PassGate(endpoint, request, query, services_, sessions_, cost));
  trace.user_id = passed.principal.account_id;
  trace.company_id = passed.company_id;
  features::Call call{request,
                      match.params,
                      query,
                      passed.principal,
                      services_,
                      std::move(passed.company_id),
                      std::move(passed.scope),
                      cost,
                      std::move(passed.own),
                      std::move(passed.view)};
  auto response = features::AnswerOnce(endpoint, call);
  if (response && !call.cache_key.empty()) NoteHot(endpoint, call);
  if (db_.HasReplica() && !call.cost.wrote.empty())
    last_writes_.Note(passed.principal.account_id, call.cost.wrote);
  cost = call.cost;
  trace.cache = call.cache;
  return response;
}

void Worker::Count(const store::Cost& cost) {
  if (cost.round_trips > 0) {
    counters_.db_round_trips.Add(static_cast<std::uint64_t>(cost.round_trips));
    counters_.db_round_trip.Observe(std::chrono::microseconds(cost.microseconds / cost.round_trips));
  }
}

http::Response Worker::Handle(http::Request& request, http::RequestTrace& trace) {
  store::Cost cost;
  auto answered = Answer(request, trace, cost);
  trace.db_round_trips = cost.round_trips;
  trace.db_time = std::chrono::microseconds(cost.microseconds);
  Count(cost);
  if (answered) return std::move(answered).value();
  trace.error_detail = answered.error().internal_detail;
  if (answered.error().slug == "database_unavailable") counters_.db_errors.Add();
  return http::ProblemResponse(answered.error(), request.id);
}

}  // namespace dialix::app
