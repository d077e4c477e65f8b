#include "http/fastcgi_server.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

#include "base/text.h"
#include "http/fastcgi_connection.h"
#include "http/fastcgi_params.h"
#include "http/problem.h"
#include "http/response_text.h"

namespace dialix::http {
namespace {

using monitoring::Stage;

double Milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

// W3C Server-Timing: what the request cost, for anyone who looks.
std::string ServerTiming(const RequestTrace& trace, std::chrono::nanoseconds total) {
  char text[160];
  std::snprintf(text, sizeof text, "total;dur=%.2f, db;dur=%.2f;desc=\"%d\", cache;desc=%.20s",
                Milliseconds(total), Milliseconds(trace.db_time), trace.db_round_trips, trace.cache.c_str());
  return text;
}

// One request from its parameters to its access line.
class Exchange {
 public:
  Exchange(const ServeContext& context, FastCgiConnection& connection)
      : context_(context), connection_(connection), started_(Request::Clock::now()) {}

  void Run() {
    ParsedParams parsed = ParseParams(connection_.Params());
    Request& request = parsed.request;
    const monitoring::ScopedRequestId scope(request.id);
    request.started = started_;
    request.deadline = started_ + context_.options.request_timeout;
    FastCgiBody body(connection_.Input(), request.content_length, request.deadline, context_.slot);
    request.body = &body;
    context_.slot.SetRequestId(request.id);
    context_.slot.SetRoute(request.path);

    context_.slot.Enter(Stage::kProcessing);
    Response response = parsed.error ? ProblemResponse(*parsed.error, request.id) : Handle(request);
    const bool reusable = parsed.length_known && body.Discard(context_.options.max_discard_bytes);
    if (body.Failed()) context_.metrics.http_client_aborts.Add();

    context_.slot.Enter(Stage::kWriting);
    response.Set("X-Request-Id", request.id);
    response.Set("Server-Timing", ServerTiming(trace_, Request::Clock::now() - started_));
    ResponseText out =
        FormatResponse(std::move(response), request.method, request.id, context_.options.max_header_bytes);
    std::size_t bytes = BodyOf(out).size();
    const bool written =
        out.source ? Write(out, reusable, bytes) : connection_.Respond(out.head, BodyOf(out), reusable);
    out.source = nullptr;  // gives up what it holds
    Report(request, out, written, bytes);
  }

  ~Exchange() { connection_.Finish(); }  // also when something was thrown on the way
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

 private:
  Response Handle(Request& request) {
    if (request.content_length > context_.options.max_body_bytes) {
      return ProblemResponse(
          Fail(Error::Code::kTooLarge,
               "The body is longer than " + std::to_string(context_.options.max_body_bytes) + " bytes."),
          request.id);
    }
    std::string what = "unknown exception";
    try {
      return context_.handler(request, trace_);
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) {
      // A handler threw something that is no exception: the same to the client.
    }
    context_.metrics.http_exceptions.Add();
    context_.logger.Error("handler_exception", {{"what", what}, {"path", request.path}});
    trace_.error_detail = what;
    return ProblemResponse(Internal(what), request.id);
  }

  bool Write(const ResponseText& out, bool reusable, std::size_t& bytes) {
    try {
      return connection_.RespondInPieces(out.head, out.source, reusable, bytes);
    } catch (const std::exception& e) {
      context_.metrics.http_exceptions.Add();
      context_.logger.Error("body_source_exception", {{"what", e.what()}});
      return false;
    }
  }

  void Report(const Request& request, const ResponseText& out, bool written, std::size_t bytes) {
    const auto took = Request::Clock::now() - started_;
    context_.metrics.http.Observe(trace_.route, out.status, took);
    const std::string_view method = MethodName(request.method);
    const std::string_view route =
        trace_.route_pattern.empty() ? std::string_view(request.path) : trace_.route_pattern;
    context_.performance.Observe({method, route, out.status, took, trace_.db_time, trace_.db_round_trips});
    for (const std::string& problem : out.problems)
      context_.logger.Error("response_repaired", {{"problem", problem}});
    const auto level = out.status >= 500 ? monitoring::LogLevel::kError : monitoring::LogLevel::kInfo;
    if (!context_.logger.Enabled(level)) return;
    const monitoring::LogField fields[] = {{"method", method},
                                           {"path", request.path},
                                           {"route", trace_.route_pattern},
                                           {"status", out.status},
                                           {"ms", Milliseconds(took)},
                                           {"bytes_in", request.content_length},
                                           {"bytes", bytes},
                                           {"db_round_trips", trace_.db_round_trips},
                                           {"db_ms", Milliseconds(trace_.db_time)},
                                           {"cache", trace_.cache},
                                           {"user_id", trace_.user_id},
                                           {"company_id", trace_.company_id},
                                           {"remote_addr", request.remote_addr},
                                           {"written", written},
                                           {"error", trace_.error_detail}};
    context_.logger.Log(level, "request", fields);
  }

  const ServeContext& context_;
  FastCgiConnection& connection_;
  const Request::Clock::time_point started_;
  RequestTrace trace_;
};

}  // namespace

Status InitFastCgi() {
  // After the last byte the library waits for the peer to close, 2 s unless told otherwise: a thread for
  // nothing.
  ::setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "50", 0);
  if (const int error = FCGX_Init(); error != 0) return Internal("FCGX_Init: " + std::to_string(error));
  return Ok();
}

void ServeLoop(const ServeContext& context) {
  const ServeOptions& options = context.options;
  FastCgiConnection connection(context.listen_fd, context.stop_fd,
                               {options.read_timeout, options.write_timeout, options.drain_linger},
                               context.slot, context.logger);
  while (connection.NextRequest()) {
    try {
      Exchange(context, connection).Run();
    } catch (const std::exception& e) {  // out of memory outside the handler
      context.metrics.http_exceptions.Add();
      context.logger.Error("request_exception", {{"what", e.what()}});
    }
  }
}

}  // namespace dialix::http
