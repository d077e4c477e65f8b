// dialix-fcgi: reads the configuration, registers metrics, hands the master its hooks. Nothing else.
#include <cstdio>
#include <cstring>
#include <memory>

#include "app/worker.h"
#include "base/config.h"
#include "http/fastcgi_server.h"
#include "process/master.h"

namespace {

using namespace dialix;

void Usage() {
  std::puts(
      "dialix-fcgi [--check-config | --status | --help]\n"
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

int Serve(const Config& config) {
  const monitoring::StructuredLogger logger(monitoring::LogLevelOf(config));
  const app::Routes routes = app::Routes::Make();
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
  hooks.before_reload = []() -> Status {
    DIALIX_TRY(const Config fresh, LoadConfig(ProcessEnvironment(), Needs::kServer));
    (void)fresh;
    return Ok();
  };
  return process::RunMaster(MakeMasterOptions(config), hooks, logger, collector, counters);
}

}  // namespace

int main(int argc, char** argv) {
  const Environment environment = ProcessEnvironment();
  const char* option = argc > 1 ? argv[1] : "";
  if (std::strcmp(option, "--check-config") == 0) return CheckConfig(environment, Needs::kServer);
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
  return Serve(*config);
}
