// dialix-analyzer: reads the configuration, makes the engines, works until told to end. Nothing else.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "analysis/pipeline/analyzer.h"
#include "analysis/pipeline/engine_set.h"
#include "audit/retention.h"
#include "audit/sealer.h"
#include "base/config.h"
#include "cache/change_publisher.h"
#include "confine/confine.h"
#include "confine/identity.h"
#include "maintenance/scheduler.h"
#include "maintenance/sweep_sessions.h"
#include "privacy/erasure.h"
#include "privacy/export/company_export.h"
#include "privacy/file_removal.h"
#include "privacy/retention.h"
#include "privacy/transcript_sealing.h"

namespace {

using namespace dialix;

void Usage() {
  std::puts(
      "dialix-analyzer [--check-config | --help]\n"
      "Takes calls from the queue and analyses them. Configuration: environment variables, see "
      "--check-config.");
}

// Readable once TERM or INT came. All threads made afterwards inherit the blocked signals.
int StopFd() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  if (pthread_sigmask(SIG_BLOCK, &signals, nullptr) != 0) return -1;
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool IsReadable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, 0) > 0;
}

std::string WorkerName() {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  return std::string(host) + ":" + std::to_string(getpid());
}

int Work(const Config& config) {
  const int stop_fd = StopFd();
  if (stop_fd < 0) {
    std::perror("dialix-analyzer: signalfd");
    return 1;
  }
  const monitoring::StructuredLogger logger(monitoring::LogLevelOf(config));
  const auto engines = analysis::EngineSet::Make(config, config.analyzer_jobs);
  if (!engines) {
    std::fprintf(stderr, "dialix-analyzer: %s\n", engines.error().public_message.c_str());
    return kExitConfig;
  }
  store::PoolOptions pool;
  pool.connection.url = config.database_url;
  pool.connection.statement_timeout_ms = config.db_statement_timeout_s * 1000;
  pool.connection.application_name = "dialix-analyzer";
  pool.connection.keeps_session = config.db_prepared_statements;
  pool.size = config.analyzer_jobs + 4;
  pool.max_overflow = 2;
  store::Redis redis({.url = config.redis_url});
  cache::RemoteCache cache(redis, {});
  const monitoring::MetricSet counters;  // counts nothing
  cache::ChangePublisher publisher(redis, cache, nullptr, counters);
  store::Database db(pool, [&publisher](std::string_view changes) { publisher.Publish(changes); });
  const storage::AudioStore audio(AudioStorePath(config));
  const analysis::LiveEvents events(config.events_publish_socket);
  const security::KeyRing keys = security::KeyRing::Of(config);
  const security::EncryptionService encryption(keys);
  analysis::JobQueue queue(db, {WorkerName(), config.job_lease_s, config.job_max_attempts,
                                [&encryption](std::string_view text) { return encryption.Encrypt(text); }});
  store::Connection::Options listen = pool.connection;
  if (!config.database_listen_url.empty()) {  // LISTEN does not pass a PgBouncer in transaction mode
    listen.url = config.database_listen_url;
    listen.keeps_session = true;
  }
  analysis::Analyzer analyzer({listen, config.analyzer_jobs}, engines->engines(), queue, db, audio, events,
                              logger);
  logger.Info("analyzer_started",
              {{"jobs", config.analyzer_jobs}, {"stt", config.stt_provider}, {"llm", config.llm_provider}});
  const audit::SealKeys seal_keys(keys);
  privacy::Erasures erasures(db, audio, keys, encryption, logger);
  using std::chrono::hours;
  using std::chrono::seconds;
  std::vector<maintenance::Task> tasks = {
      maintenance::SweepSessions(db, seconds(config.session_idle_s)),
      {"audit_seal", seconds(10), audit::SealTask(db, seal_keys, logger)},
      {"audit_retention", hours(1), audit::RetentionTask(db, seal_keys, config.audit_retention_days, logger)},
      {"retention", hours(1), [&] { return privacy::RetentionStep(db, logger); }, seconds(60)},
      {"erasures", seconds(5), [&] { return erasures.Step(); }, seconds(60)},
      {"transcript_encryption", seconds(5), [&] { return privacy::SealTranscriptsStep(db, encryption); },
       seconds(60)},
      {"exports_expire", seconds(60), [&] { return privacy::ExpireExports(db); }, seconds(60)},
      {"file_removal", seconds(30), [&] { return privacy::RemoveFiles(db, audio); }, seconds(60)}};
  // An archive can take hours, and the rest does not wait for it.
  privacy::CompanyExports exports(db, audio, encryption, logger,
                                  {.min_free_bytes = config.export_min_free_bytes,
                                   .is_stopping = [stop_fd] { return IsReadable(stop_fd); }});
  std::vector<maintenance::Task> slow_tasks = {
      {"exports", seconds(2), [&] { return exports.Step(); }, seconds(60)}};
  {
    maintenance::Scheduler scheduler(db, logger, std::move(tasks));
    maintenance::Scheduler slow_scheduler(db, logger, std::move(slow_tasks));
    analyzer.Run(stop_fd);
  }
  logger.Info("analyzer_stopped");
  close(stop_fd);
  return 0;
}

// Leaves root, if this was started as root, and all that an analyzer never needs. The exit code, 0 when done.
int GiveUp(const Config& config) {
  if (confine::IsRoot() && !(config.fcgi_user.empty() && config.fcgi_allow_root)) {
    if (config.fcgi_user.empty()) {
      std::fputs("dialix-analyzer: It was started as root and does not work as root: set FCGI_USER.\n",
                 stderr);
      return kExitConfig;
    }
    const auto who = confine::FindIdentity(config.fcgi_user, config.fcgi_group);
    const Status became = who ? confine::Become(*who) : Status(who.error());
    if (!became.ok()) {
      const Error& error = became.error();
      std::fprintf(stderr, "dialix-analyzer: %s %s\n", error.public_message.c_str(),
                   error.internal_detail.c_str());
      return kExitConfig;
    }
  }
  const Status confined = confine::Confine({});
  if (confined.ok()) return 0;
  std::fprintf(stderr, "dialix-analyzer: cannot be confined: %s\n", confined.error().internal_detail.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const Environment environment = TakeEnvironment();
  const char* option = argc > 1 ? argv[1] : "";
  if (std::strcmp(option, "--check-config") == 0) return CheckConfig(environment, Needs::kAnalyzer);
  if (argc > 1) {
    Usage();
    return std::strcmp(option, "--help") == 0 ? 0 : 64;
  }
  const auto config = LoadConfig(environment, Needs::kAnalyzer);
  if (!config) {
    std::fputs(FormatConfigError(config.error()).c_str(), stderr);
    return kExitConfig;
  }
  if (const int refused = GiveUp(*config); refused != 0) return refused;
  return Work(*config);
}
