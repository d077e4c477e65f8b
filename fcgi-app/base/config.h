// The configuration: environment variables (systemd EnvironmentFile, .env in development), secrets also from
// files (NAME_FILE, systemd's credentials), read and checked once at start. Every wrong value is reported at
// once, by name; so is a name that looks like ours but is unknown. Immutable afterwards: may be read from
// many threads and inherited through fork.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dialix {

struct Config {
  // PostgreSQL. Empty database_owner_url: this program cannot migrate.
  std::string database_url;
  std::string database_owner_url;
  int db_pool_size = 10;
  int db_max_overflow = 20;
  bool db_pool_pre_ping = true;
  int db_pool_recycle_s = 3600;
  int db_pool_timeout_s = 5;
  int db_statement_timeout_s = 25;
  bool db_prepared_statements = true;
  std::string database_replica_url;  // empty: every read goes to the primary
  int db_replica_max_lag_s = 10;
  // Redis. Empty: run without a cache.
  std::string redis_url;
  int redis_cache_ttl_s = 300;
  std::string database_listen_url;             // empty: database_url
  std::int64_t cache_memory_bytes = 67108864;  // a worker process
  int cache_refresh_ahead_s = 300;

  std::string secret_key;
  std::vector<std::string> secret_key_previous;  // newest first
  int session_idle_s = 1800;
  int session_max_s = 43200;
  bool allow_http_cookie = false;
  bool platform_require_totp = false;
  int login_account_failures = 5;  // wrong tries that cost nothing
  int login_address_failures = 50;
  int login_device_max_s = 7776000;  // 0: no device cookies
  int password_memory_kib = 19456;   // Argon2id
  int password_iterations = 2;
  int password_lanes = 1;
  int password_concurrency = 1;  // a worker process
  int password_waiting = 8;      // a worker process
  int audit_retention_days = 1095;
  int invitation_ttl_s = 259200;
  int password_reset_ttl_s = 86400;

  std::string fcgi_socket;
  std::string fcgi_socket_group;
  std::string
      fcgi_user;  // whom a server that was started as root serves as; empty: it refuses to serve as root
  std::string fcgi_group;  // empty: that user's own
  bool fcgi_allow_root = false;
  int fcgi_workers = 2;
  int fcgi_threads = 24;
  int fcgi_max_requests = 0;  // 0: never recycle
  int fcgi_request_timeout_s = 60;
  int fcgi_drain_timeout_s = 30;
  int nginx_workers = 2;
  int nginx_fcgi_keepalive = 16;

  std::string audio_store;  // file:///absolute/path
  std::int64_t max_upload_bytes = 536870912;
  int max_audio_s = 14400;
  std::int64_t export_min_free_bytes = 1073741824;

  std::string stt_provider;  // pocketsphinx | openai
  std::string llm_provider;  // lexical | openai
  std::string openai_base_url;
  std::string openai_api_key;
  std::string openai_stt_model;
  std::string openai_llm_model;
  int openai_timeout_s = 120;
  std::string pocketsphinx_model_dir;

  int analyzer_jobs = 2;
  int job_lease_s = 30;
  int job_max_attempts = 5;
  // Where tenants may have the server connect to beside public addresses: CIDR blocks; net/address_policy.h.
  std::vector<std::string> outbound_allow_cidrs;
  bool outbound_allow_http = false;
  std::string amocrm_base_url;  // {subdomain} stands for the account's

  std::string events_publish_socket;  // empty: no live events

  std::int64_t price_per_minute = 10000;  // minor units
  std::string currency;

  bool enable_apm = false;
  std::string sentry_dsn;
  std::string log_level;
};

// Where a setting came from, for --check-config.
struct SettingReport {
  std::string name;
  std::string value;   // secrets masked, passwords in URLs too
  std::string origin;  // "environment" | "file" | "credential" | "default"
  std::string help;
};

// Which settings a program cannot run without.
enum class Needs { kServer, kAnalyzer, kMigrate, kSecrets, kNothing };

using Environment = std::map<std::string, std::string>;
[[nodiscard]] Environment ProcessEnvironment();
// The same, once: secret settings are then no longer in this process's environment, nor in the memory that
// /proc/PID/environ shows. REQUIRES: no other thread runs.
[[nodiscard]] Environment TakeEnvironment();

// Errors: kInvalid with one FieldError per wrong variable (path = its name).
[[nodiscard]] Result<Config> LoadConfig(const Environment& environment, Needs needs);
// Every setting as it would be used, whether or not LoadConfig accepts it.
[[nodiscard]] std::vector<SettingReport> DescribeConfig(const Environment& environment);
// The error of LoadConfig as lines for a terminal or the journal.
[[nodiscard]] std::string FormatConfigError(const Error& error);
// Prints DescribeConfig to stdout and errors to stderr; returns the exit code: 0, or 78 (EX_CONFIG).
int CheckConfig(const Environment& environment, Needs needs);

// The absolute folder of a file:// URL. REQUIRES: it passed LoadConfig.
[[nodiscard]] std::string AudioStorePath(const Config& config);

inline constexpr int kExitConfig = 78;  // sysexits.h EX_CONFIG: do not respawn, the configuration is wrong

}  // namespace dialix
