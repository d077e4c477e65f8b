#include "base/config_settings.h"

#include <algorithm>
#include <limits>

#include "base/cidr.h"
#include "base/text.h"

namespace dialix {
namespace {

Setter Text(std::string Config::*field) {
  return [field](Config& config, const std::string& value) {
    config.*field = value;
    return std::string();
  };
}

Setter OneOf(std::string Config::*field, std::vector<std::string> allowed) {
  return [field, allowed = std::move(allowed)](Config& config, const std::string& value) {
    config.*field = value;
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return std::string();
    std::string complaint = "must be one of";
    for (const auto& name : allowed) complaint += " " + name;
    return complaint;
  };
}

template <typename T>
Setter Whole(T Config::*field, std::int64_t low, std::int64_t high) {
  return [=](Config& config, const std::string& value) {
    const auto number = ParseInt(value);
    if (!number || *number < low || *number > high) {
      return "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    }
    config.*field = static_cast<T>(*number);
    return std::string();
  };
}

Setter Flag(bool Config::*field) {
  return [field](Config& config, const std::string& value) {
    const std::string lower = ToLowerAscii(value);
    const bool on = lower == "true" || lower == "1" || lower == "yes" || lower == "on";
    const bool off = lower == "false" || lower == "0" || lower == "no" || lower == "off";
    config.*field = on;
    return on || off ? std::string() : std::string("must be true or false");
  };
}

Setter Prefixed(std::string Config::*field, std::vector<std::string> prefixes, bool may_be_empty) {
  return [=](Config& config, const std::string& value) {
    config.*field = value;
    if (value.empty() && may_be_empty) return std::string();
    for (const auto& prefix : prefixes) {
      if (value.rfind(prefix, 0) == 0 && value.size() > prefix.size()) return std::string();
    }
    std::string complaint = "must start with";
    for (const auto& prefix : prefixes) complaint += " " + prefix;
    return complaint;
  };
}

Setter Secret(std::string Config::*field, std::size_t least) {
  return [=](Config& config, const std::string& value) {
    config.*field = value;
    if (value.empty() || value.size() >= least) return std::string();
    return "must have at least " + std::to_string(least) + " characters";
  };
}

Setter Secrets(std::vector<std::string> Config::*field, std::size_t least) {
  return [=](Config& config, const std::string& value) {
    (config.*field).clear();
    if (value.empty()) return std::string();
    for (const std::string_view part : Split(value, ',')) {
      (config.*field).emplace_back(Trim(part));
      if ((config.*field).back().size() < least)
        return "must have at least " + std::to_string(least) + " characters in each of its keys";
    }
    return std::string();
  };
}

Setter Cidrs(std::vector<std::string> Config::*field) {
  return [=](Config& config, const std::string& value) {
    (config.*field).clear();
    if (value.empty()) return std::string();
    for (const std::string_view part : Split(value, ',')) {
      if (!Cidr::Parse(Trim(part)))
        return "has no address block such as 10.1.2.0/24 in \"" + std::string(part) + "\"";
      (config.*field).emplace_back(Trim(part));
    }
    return std::string();
  };
}

// Prefixes that are ours alone: a name with one of them that is not in the table is a typing error.
constexpr std::string_view kOwnPrefixes[] = {"FCGI_",         "DB_",       "JOB_",   "SESSION_", "ANALYZER_",
                                             "POCKETSPHINX_", "STT_",      "LLM_",   "AUDIO_",   "AUDIT_",
                                             "SECRET_KEY",    "OUTBOUND_", "EXPORT_"};
constexpr std::string_view kForeign[] = {"FCGI_ROLE", "FCGI_WEB_SERVER_ADDRS", "SESSION_MANAGER"};

}  // namespace

const std::vector<Setting>& Settings() {
  constexpr std::int64_t kMaxInt = std::numeric_limits<int>::max();
  static const std::vector<Setting> settings = {
      {"DATABASE_URL", "", true, kServerBit | kAnalyzerBit | kSecretsBit,
       "libpq URL of the application role (cannot bypass row-level security)",
       Prefixed(&Config::database_url, {"postgresql://", "postgres://"}, true)},
      {"DATABASE_OWNER_URL", "", true, kMigrateBit,
       "libpq URL of the role that owns the schema; only dialixctl uses it",
       Prefixed(&Config::database_owner_url, {"postgresql://", "postgres://"}, true)},
      {"DB_POOL_SIZE", "10", false, 0, "persistent connections a worker process",
       Whole(&Config::db_pool_size, 1, 1000)},
      {"DB_MAX_OVERFLOW", "20", false, 0, "connections beyond the pool, closed when idle",
       Whole(&Config::db_max_overflow, 0, 1000)},
      {"DB_POOL_PRE_PING", "true", false, 0, "detect dead connections before use",
       Flag(&Config::db_pool_pre_ping)},
      {"DB_POOL_RECYCLE", "3600", false, 0, "seconds after which a connection is replaced",
       Whole(&Config::db_pool_recycle_s, 1, kMaxInt)},
      {"DB_POOL_TIMEOUT", "5", false, 0, "seconds to wait for a free connection",
       Whole(&Config::db_pool_timeout_s, 1, 300)},
      {"DB_STATEMENT_TIMEOUT", "25", false, 0, "seconds a statement may run; below nginx's read timeout",
       Whole(&Config::db_statement_timeout_s, 1, 600)},
      {"DB_PREPARED_STATEMENTS", "true", false, 0, "false behind a PgBouncer in transaction mode",
       Flag(&Config::db_prepared_statements)},
      {"DATABASE_REPLICA_URL", "", true, 0,
       "libpq URL of a streaming replica for lists that may lag; empty: none",
       Prefixed(&Config::database_replica_url, {"postgresql://", "postgres://"}, true)},
      {"DB_REPLICA_MAX_LAG", "10", false, 0, "seconds a replica may lag and still be read",
       Whole(&Config::db_replica_max_lag_s, 1, 600)},
      {"REDIS_URL", "", true, 0, "redis://host:port/db or unix:///path; empty: no cache",
       Prefixed(&Config::redis_url, {"redis://", "unix://"}, true)},
      {"REDIS_CACHE_TTL", "300", false, 0, "seconds a cached value lives",
       Whole(&Config::redis_cache_ttl_s, 1, 86400)},
      {"CACHE_MEMORY_BYTES", "67108864", false, 0, "cached answers that a worker process keeps in its memory",
       Whole(&Config::cache_memory_bytes, 0, std::int64_t{1} << 40)},
      {"CACHE_REFRESH_AHEAD", "300", false, 0,
       "seconds since it was last asked for that an answer is computed anew as soon as its data changes; 0: "
       "never",
       Whole(&Config::cache_refresh_ahead_s, 0, 3600)},
      {"DATABASE_LISTEN_URL", "", true, 0,
       "libpq URL that reaches PostgreSQL itself, for LISTEN; empty: DATABASE_URL",
       Prefixed(&Config::database_listen_url, {"postgresql://", "postgres://"}, true)},
      {"SECRET_KEY", "", true, kServerBit | kAnalyzerBit | kSecretsBit, "at least 32 random characters",
       Secret(&Config::secret_key, 32)},
      {"SECRET_KEY_PREVIOUS", "", true, 0,
       "the keys before it, newest first, separated by commas, until dialixctl rotate-key has replaced them",
       Secrets(&Config::secret_key_previous, 32)},
      {"SESSION_IDLE", "1800", false, 0, "seconds of silence that end a session",
       Whole(&Config::session_idle_s, 60, 31536000)},
      {"SESSION_MAX", "43200", false, 0, "seconds after which a session ends",
       Whole(&Config::session_max_s, 60, 31536000)},
      {"ALLOW_HTTP_COOKIE", "false", false, 0, "development: session cookie over plain http",
       Flag(&Config::allow_http_cookie)},
      {"PLATFORM_REQUIRE_TOTP", "false", false, 0,
       "a second factor is a duty of the platform's administrators; a company's settings say so for its "
       "people",
       Flag(&Config::platform_require_totp)},
      {"LOGIN_ACCOUNT_FAILURES", "5", false, 0,
       "failed log-ins to one account before it must wait: 1, 2, 4, 8, then 15 minutes",
       Whole(&Config::login_account_failures, 1, 1000)},
      {"LOGIN_ADDRESS_FAILURES", "50", false, 0, "the same for one address, or one /64 of IPv6",
       Whole(&Config::login_address_failures, 1, 1000000)},
      {"LOGIN_DEVICE_MAX", "7776000", false, 0,
       "seconds that a browser is known after a log-in, so that a flood of others' log-ins does not keep it "
       "out; 0: never",
       Whole(&Config::login_device_max_s, 0, 31536000)},
      {"PASSWORD_MEMORY_KIB", "19456", false, 0, "memory of one password's Argon2id hash, KiB",
       Whole(&Config::password_memory_kib, 7168, 1048576)},
      {"PASSWORD_ITERATIONS", "2", false, 0, "its passes over that memory",
       Whole(&Config::password_iterations, 1, 100)},
      {"PASSWORD_LANES", "1", false, 0, "its lanes", Whole(&Config::password_lanes, 1, 16)},
      {"PASSWORD_CONCURRENCY", "1", false, 0, "passwords hashed side by side in a worker process",
       Whole(&Config::password_concurrency, 1, 64)},
      {"PASSWORD_WAITING", "8", false, 0,
       "threads of a worker that may wait for a hash; whoever comes then is refused; at most half of "
       "FCGI_THREADS",
       Whole(&Config::password_waiting, 1, 256)},
      {"AUDIT_RETENTION_DAYS", "1095", false, 0, "days that an entry of the activity log is kept at least",
       Whole(&Config::audit_retention_days, 90, 36500)},
      {"INVITATION_TTL", "259200", false, 0, "seconds an invitation can be accepted",
       Whole(&Config::invitation_ttl_s, 60, 31536000)},
      {"PASSWORD_RESET_TTL", "86400", false, 0, "seconds a link for a new password can be used",
       Whole(&Config::password_reset_ttl_s, 60, 31536000)},
      {"FCGI_SOCKET", "/run/dialix/fcgi.sock", false, 0, "unix socket that nginx connects to",
       Text(&Config::fcgi_socket)},
      {"FCGI_SOCKET_GROUP", "", false, 0, "group of that socket (nginx's); empty: unchanged",
       Text(&Config::fcgi_socket_group)},
      {"FCGI_USER", "", false, 0, "user to become when started as root, also the analyzer's; needed then",
       Text(&Config::fcgi_user)},
      {"FCGI_GROUP", "", false, 0, "its group; empty: the user's own", Text(&Config::fcgi_group)},
      {"FCGI_ALLOW_ROOT", "false", false, 0, "serve as root when started as root without FCGI_USER",
       Flag(&Config::fcgi_allow_root)},
      {"FCGI_WORKERS", "2", false, 0, "worker processes", Whole(&Config::fcgi_workers, 1, 256)},
      {"FCGI_THREADS", "24", false, 0, "threads (accept slots) a worker",
       Whole(&Config::fcgi_threads, 1, 512)},
      {"FCGI_MAX_REQUESTS", "0", false, 0, "requests after which a worker is replaced; 0: never",
       Whole(&Config::fcgi_max_requests, 0, kMaxInt)},
      {"FCGI_REQUEST_TIMEOUT", "60", false, 0, "seconds after which the watchdog ends a stuck worker",
       Whole(&Config::fcgi_request_timeout_s, 1, 3600)},
      {"FCGI_DRAIN_TIMEOUT", "30", false, 0, "seconds a stopping worker may finish its requests",
       Whole(&Config::fcgi_drain_timeout_s, 1, 3600)},
      {"NGINX_WORKERS", "2", false, 0, "nginx's worker_processes, for the slots rule",
       Whole(&Config::nginx_workers, 1, 256)},
      {"NGINX_FCGI_KEEPALIVE", "16", false, 0, "nginx's upstream keepalive, for the slots rule",
       Whole(&Config::nginx_fcgi_keepalive, 0, 4096)},
      {"AUDIO_STORE", "", false, kServerBit | kAnalyzerBit,
       "where recordings are kept: file:///absolute/folder",
       Prefixed(&Config::audio_store, {"file:///"}, true)},
      {"MAX_UPLOAD_BYTES", "536870912", false, 0, "largest recording accepted",
       Whole(&Config::max_upload_bytes, 1024, std::int64_t{1} << 40)},
      {"MAX_AUDIO_SECONDS", "14400", false, 0, "longest recording accepted",
       Whole(&Config::max_audio_s, 1, 86400)},
      {"EXPORT_MIN_FREE_BYTES", "1073741824", false, 0,
       "what the archive of a company's data leaves free of the disk, at least",
       Whole(&Config::export_min_free_bytes, 0, std::int64_t{1} << 50)},
      {"STT_PROVIDER", "pocketsphinx", false, 0, "speech to text: pocketsphinx or openai",
       OneOf(&Config::stt_provider, {"pocketsphinx", "openai"})},
      {"LLM_PROVIDER", "lexical", false, 0, "assessment: lexical or openai",
       OneOf(&Config::llm_provider, {"lexical", "openai"})},
      {"OPENAI_BASE_URL", "https://api.openai.com/v1", false, 0, "base of an OpenAI-compatible API",
       Prefixed(&Config::openai_base_url, {"https://", "http://"}, false)},
      {"OPENAI_API_KEY", "", true, 0, "its key; a local server may want none", Text(&Config::openai_api_key)},
      {"OPENAI_STT_MODEL", "whisper-1", false, 0, "its transcription model", Text(&Config::openai_stt_model)},
      {"OPENAI_LLM_MODEL", "gpt-4o-mini", false, 0, "its chat model", Text(&Config::openai_llm_model)},
      {"OPENAI_TIMEOUT", "120", false, 0, "seconds a call to it may take",
       Whole(&Config::openai_timeout_s, 1, 3600)},
      {"POCKETSPHINX_MODEL_DIR", "/usr/share/pocketsphinx/model/en-us", false, 0,
       "acoustic model, language model, dictionary", Text(&Config::pocketsphinx_model_dir)},
      {"ANALYZER_JOBS", "2", false, 0, "calls analysed side by side", Whole(&Config::analyzer_jobs, 1, 256)},
      {"JOB_LEASE", "30", false, 0, "seconds after which a silent analyzer's job goes to another",
       Whole(&Config::job_lease_s, 2, 3600)},
      {"JOB_MAX_ATTEMPTS", "5", false, 0, "tries before a record is FAILED",
       Whole(&Config::job_max_attempts, 1, 100)},
      {"EVENTS_PUBLISH_SOCKET", "", false, 0, "nchan publisher's unix socket; empty: no live events",
       Text(&Config::events_publish_socket)},
      {"OUTBOUND_ALLOW_CIDRS", "", false, 0,
       "address blocks, separated by commas, that webhooks, PBX and CRM may be at beside public addresses",
       Cidrs(&Config::outbound_allow_cidrs)},
      {"OUTBOUND_ALLOW_HTTP", "false", false, 0, "development: plain http to those blocks",
       Flag(&Config::outbound_allow_http)},
      {"AMOCRM_BASE_URL", "https://{subdomain}.amocrm.ru", false, 0,
       "where amoCRM accounts are; {subdomain} stands for the account's",
       Prefixed(&Config::amocrm_base_url, {"https://", "http://"}, false)},
      {"PRICE_PER_MINUTE", "10000", false, 0, "price of a minute for new companies, in minor units",
       Whole(&Config::price_per_minute, 0, 1'000'000'000)},
      {"CURRENCY", "UZS", false, 0, "ISO 4217 code of every balance", Text(&Config::currency)},
      {"ENABLE_APM", "false", false, 0, "slow-request log", Flag(&Config::enable_apm)},
      {"SENTRY_DSN", "", true, 0, "error reports; empty: off", Text(&Config::sentry_dsn)},
      {"LOG_LEVEL", "info", false, 0, "debug, info, warning or error",
       OneOf(&Config::log_level, {"debug", "info", "warning", "error"})},
  };
  return settings;
}

bool IsKnownSetting(std::string_view name) {
  const auto& settings = Settings();
  return std::any_of(settings.begin(), settings.end(), [&](const Setting& s) { return name == s.name; });
}

bool LooksLikeSetting(std::string_view name) {
  if (std::find(std::begin(kForeign), std::end(kForeign), name) != std::end(kForeign)) return false;
  return std::any_of(std::begin(kOwnPrefixes), std::end(kOwnPrefixes),
                     [&](std::string_view prefix) { return name.substr(0, prefix.size()) == prefix; });
}

}  // namespace dialix
