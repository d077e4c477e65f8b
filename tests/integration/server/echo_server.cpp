// The smallest program on process/ and http/, for the server tests: each path shows one behaviour, good or
// bad.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/json.h"
#include "base/text.h"
#include "http/fastcgi_server.h"
#include "http/multipart.h"
#include "http/problem.h"
#include "process/master.h"

namespace {

using namespace dialix;

// --name value pairs.
class Arguments {
 public:
  Arguments(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; i += 2) values_[argv[i]] = argv[i + 1];
  }
  [[nodiscard]] std::string Text(const std::string& name) const {
    const auto found = values_.find("--" + name);
    return found == values_.end() ? "" : found->second;
  }
  [[nodiscard]] std::int64_t Int(const std::string& name, std::int64_t fallback) const {
    return ParseInt(Text(name)).value_or(fallback);
  }
  [[nodiscard]] std::chrono::milliseconds Ms(const std::string& name, std::int64_t fallback) const {
    return std::chrono::milliseconds(Int(name, fallback));
  }

 private:
  std::map<std::string, std::string> values_;
};

std::string Describe(const http::Request& request) {
  JsonWriter json;
  json.BeginObject().Field("id", request.id).Field("method", http::MethodName(request.method));
  json.Field("path", request.path).Field("query", request.query).Field("host", request.host);
  json.Field("remote_addr", request.remote_addr).Field("https", request.https);
  json.Field("content_length", request.content_length).Field("pid", static_cast<std::int64_t>(::getpid()));
  json.Key("headers").BeginObject();
  for (const auto& [name, value] : request.headers) json.Field(name, value);
  json.EndObject().EndObject();
  return json.Take();
}

// Reads the whole body and tells its length and a checksum that depends on the order.
Result<std::string> CountBody(const http::Request& request) {
  std::vector<char> chunk(64 * 1024);
  std::uint64_t bytes = 0, sum = 0;
  for (;;) {
    DIALIX_TRY(const std::size_t n, request.body->Read(chunk));
    if (n == 0) break;
    for (std::size_t i = 0; i < n; ++i) sum = sum * 31 + static_cast<unsigned char>(chunk[i]);
    bytes += n;
  }
  JsonWriter json;
  json.BeginObject()
      .Field("bytes", static_cast<std::int64_t>(bytes))
      .Field("sum", std::to_string(sum))
      .EndObject();
  return json.Take();
}

Result<std::string> Upload(const http::Request& request) {
  std::int64_t bytes = 0;
  std::string filename;
  http::FileSink sink;
  sink.begin = [&](const http::PartHeader& header) -> Status {
    filename = header.filename;
    return Ok();
  };
  sink.write = [&](std::string_view piece) -> Status {
    bytes += static_cast<std::int64_t>(piece.size());
    return Ok();
  };
  sink.end = [] { return Ok(); };
  DIALIX_TRY(const http::MultipartForm form,
             http::ReadMultipart(*request.body, request.Header("content-type"), {}, sink));
  JsonWriter json;
  json.BeginObject().Field("file_bytes", bytes).Field("filename", filename).Key("fields").BeginObject();
  for (const auto& [name, value] : form.fields) json.Field(name, value);
  json.EndObject().EndObject();
  return json.Take();
}

http::Response Answer(const http::Request& request, const Result<std::string>& body) {
  return body.ok() ? http::Response::Json(*body) : http::ProblemResponse(body.error(), request.id);
}

http::Response Handle(http::Request& request, http::RequestTrace& trace,
                      const monitoring::MetricsCollector& collector) {
  trace.route = 0;
  trace.route_pattern = request.path;
  const auto query = http::QueryParams::Parse(request.query);
  if (!query.ok()) return http::ProblemResponse(query.error(), request.id);
  const auto number = [&](std::string_view name) {
    return ParseInt(query->Get(name).value_or("0")).value_or(0);
  };

  if (request.path == "/count") return Answer(request, CountBody(request));
  if (request.path == "/upload") return Answer(request, Upload(request));
  if (request.path == "/ignore") return http::Response::Text("not read");
  if (request.path == "/big")
    return http::Response::Text(std::string(static_cast<std::size_t>(number("bytes")), 'x'));
  if (request.path == "/sleep") std::this_thread::sleep_for(std::chrono::milliseconds(number("ms")));
  if (request.path == "/stuck")
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  if (request.path == "/throw") throw std::runtime_error("thrown on purpose");
  if (request.path == "/crash") std::abort();
  if (request.path == "/metrics") return http::Response::Text(collector.Render());
  if (request.path == "/split") return http::Response::Text("ok").Add("X-Evil", "a\r\nSet-Cookie: evil=1");
  if (request.path == "/long-head") return http::Response::Text("ok").Add("X-Long", std::string(40000, 'h'));
  return http::Response::Json(Describe(request));
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv);
  const monitoring::StructuredLogger logger(
      monitoring::ParseLogLevel(arguments.Text("log")).value_or(monitoring::LogLevel::kInfo));
  monitoring::MetricsCollector collector;
  const monitoring::MetricSet metrics(collector, {{"ANY", "/echo"}});
  const monitoring::PerformanceMonitor performance(logger, arguments.Ms("slow-ms", 1000));

  http::ServeOptions serve;
  serve.request_timeout = arguments.Ms("request-timeout-ms", 60000);
  serve.read_timeout = arguments.Ms("read-timeout-ms", 20000);
  const http::Handler handler = [&](http::Request& request, http::RequestTrace& trace) {
    return Handle(request, trace, collector);
  };

  process::MasterOptions options;
  options.socket_path = arguments.Text("socket");
  options.socket_group = arguments.Text("group");
  options.workers = static_cast<int>(arguments.Int("workers", 2));
  options.threads = static_cast<int>(arguments.Int("threads", 8));
  options.max_requests = static_cast<std::uint64_t>(arguments.Int("max-requests", 0));
  options.request_timeout = arguments.Ms("watchdog-ms", 60000);
  options.slow_request = arguments.Ms("slow-ms", 1000);
  options.drain_timeout = arguments.Ms("drain-ms", 10000);
  options.backoff_initial = arguments.Ms("backoff-ms", 100);
  options.healthy_after = arguments.Ms("healthy-ms", 1000);
  options.tick = arguments.Ms("tick-ms", 100);
  if (!arguments.Text("print-status").empty()) return process::PrintStatus(arguments.Text("print-status"));

  const std::string refuse_file = arguments.Text("refuse-file");  // exists: the configuration is "wrong"
  process::Hooks hooks;
  hooks.worker_init = [&](const process::WorkerContext&) -> Status {
    if (!refuse_file.empty() && std::filesystem::exists(refuse_file)) {
      Error error = Fail(Error::Code::kInvalid, "refused by file");
      error.slug = process::kConfigurationError;
      return error;
    }
    return http::InitFastCgi();
  };
  hooks.serve = [&](const process::ThreadContext& thread) {
    http::ServeLoop(
        {thread.listen_fd, thread.stop_fd, thread.slot, serve, handler, logger, metrics, performance});
  };
  return process::RunMaster(options, hooks, logger, collector, metrics);
}
