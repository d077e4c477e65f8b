// dialix-fcgi: reads the configuration, registers metrics, hands the master its hooks. Nothing else.
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

#include "app/worker.h"
#include "base/config.h"
#include "confine/confine.h"
#include "http/fastcgi_server.h"
#include "process/master.h"

namespace {

using namespace dialix;

void Usage() {
  std::puts(
      "dialix-fcgi [--check-config | --routes | --status | --help]\n"
      "Serves the Dialix API over FastCGI. Configuration: environment variables, see --check-config.");
}

process::MasterOptions MakeMasterOptions(const Config& config) {
  process::MasterOptions options;
  options.socket_path = config.fcgi_socket;
  options.socket_group = config.fcgi_socket_group;
  options.workers = config.fcgi_workers;
  options.threads = config.fcgi_threads;
  options.max_requests = static_cast<std::uint64_t>(config.fcgi_max_requests);
  options.request_timeout = std::chrono::seconds(config.fcgi_request_timeout_s);
  options.drain_timeout = std::chrono::seconds(config.fcgi_drain_timeout_s);
  return options;
}

// Whom the workers become: nobody else, unless this was started as root.
Result<std::optional<confine::Identity>> ServeAs(const Config& config) {
  std::optional<confine::Identity> who;
  if (!confine::IsRoot()) return who;
  if (!config.fcgi_user.empty()) {
    DIALIX_TRY(who, confine::FindIdentity(config.fcgi_user, config.fcgi_group));
  } else if (!config.fcgi_allow_root) {
    return Fail(Error::Code::kInvalid, "It was started as root and does not serve as root: set FCGI_USER.");
  }
  return who;
}

// Nothing, and told why, for a table that must not be served.
std::optional<app::Routes> MakeRoutes() {
  try {
    return app::Routes::Make();
  } catch (const std::logic_error& error) {
    std::fprintf(stderr, "dialix-fcgi: %s\n", error.what());
    return std::nullopt;
  }
}

int Serve(const Config& config, const Environment& environment, const app::Routes& routes) {
  const monitoring::StructuredLogger logger(monitoring::LogLevelOf(config));
  monitoring::MetricsCollector collector;
  const monitoring::MetricSet counters(collector, routes.Labels());
  const monitoring::PerformanceMonitor performance(logger,
                                                   std::chrono::milliseconds(config.enable_apm ? 500 : 0));
  http::ServeOptions serve_options;
  serve_options.request_timeout = std::chrono::seconds(config.fcgi_request_timeout_s);
  serve_options.max_body_bytes = config.max_upload_bytes + 1024 * 1024;

  std::unique_ptr<app::Worker> worker;  // made in each worker process, after fork
  const http::Handler handler = [&worker](http::Request& request, http::RequestTrace& trace) {
    return worker->Handle(request, trace);
  };
  process::Hooks hooks;
  hooks.worker_init = [&](const process::WorkerContext&) -> Status {
    DIALIX_CHECK(http::InitFastCgi());
    worker = std::make_unique<app::Worker>(config, routes, collector, counters, logger);
    return Ok();
  };
  hooks.serve = [&](const process::ThreadContext& thread) {
    http::ServeLoop({thread.listen_fd, thread.stop_fd, thread.slot, serve_options, handler, logger, counters,
                     performance});
  };
  hooks.worker_exit = [&worker] { worker.reset(); };
  hooks.before_reload = [&environment]() -> Status {
    DIALIX_TRY(const Config fresh, LoadConfig(environment, Needs::kServer));
    (void)fresh;
    return Ok();
  };
  auto serve_as = ServeAs(config);
  if (!serve_as) {
    std::fprintf(stderr, "dialix-fcgi: %s\n", serve_as.error().public_message.c_str());
    return kExitConfig;
  }
  process::MasterOptions options = MakeMasterOptions(config);
  options.serve_as = *serve_as;
  return process::RunMaster(options, hooks, logger, collector, counters);
}

}  // namespace

int main(int argc, char** argv) {
  const Environment environment = TakeEnvironment();
  if (const Status confined = confine::Confine({.may_change_identity = confine::IsRoot()}); !confined.ok()) {
    std::fprintf(stderr, "dialix-fcgi: cannot be confined: %s\n", confined.error().internal_detail.c_str());
    return 1;
  }
  const char* option = argc > 1 ? argv[1] : "";
  if (std::strcmp(option, "--check-config") == 0) return CheckConfig(environment, Needs::kServer);
  const auto routes = MakeRoutes();
  if (!routes) return kExitConfig;
  if (std::strcmp(option, "--routes") == 0) {
    std::puts(routes->ToJson().c_str());
    return 0;
  }
  if (argc > 1 && std::strcmp(option, "--status") != 0) {
    Usage();
    return std::strcmp(option, "--help") == 0 ? 0 : 64;
  }
  const auto config = LoadConfig(environment, Needs::kServer);
  if (!config) {
    std::fputs(FormatConfigError(config.error()).c_str(), stderr);
    return kExitConfig;
  }
  if (argc > 1) return process::PrintStatus(process::StatusPath(config->fcgi_socket));
  return Serve(*config, environment, *routes);
}
