#include "http/response_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "http/problem.h"

namespace dialix::http {
namespace {

bool IsToken(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool IsFieldValue(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// Ours or the connection's, never a handler's.
bool IsReserved(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kReserved = {
      "status", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade"};
  return std::find(kReserved.begin(), kReserved.end(), ToLowerAscii(name)) != kReserved.end();
}

}  // namespace

std::string_view BodyOf(const ResponseText& text) {
  return text.shared_body ? std::string_view(*text.shared_body) : std::string_view(text.body);
}

ResponseText FormatResponse(Response response, Method method, std::string_view request_id,
                            std::size_t max_header_bytes) {
  ResponseText out;
  if (response.status < 200 || response.status > 599) {
    const Error error = Internal("the handler answered with status " + std::to_string(response.status));
    out = FormatResponse(ProblemResponse(error, request_id), method, request_id, max_header_bytes);
    out.problems.push_back(error.internal_detail);
    return out;
  }
  out.status = response.status;
  out.head = "Status: " + std::to_string(response.status) + " ";
  out.head += ReasonPhrase(response.status);
  out.head += "\r\n";
  bool has_request_id = false;
  for (const auto& [name, value] : response.headers) {
    if (!IsToken(name) || !IsFieldValue(value) || IsReserved(name)) {
      out.problems.push_back("dropped header " + name);
      continue;
    }
    has_request_id = has_request_id || ToLowerAscii(name) == "x-request-id";
    out.head += name;
    out.head += ": ";
    out.head += value;
    out.head += "\r\n";
  }
  if (!has_request_id) out.head += "X-Request-Id: " + std::string(request_id) + "\r\n";
  const bool no_content = response.status == 204 || response.status == 304;
  if (!no_content && response.Header("X-Accel-Redirect").empty() && !response.source) {
    out.head += "Content-Length: " + std::to_string(response.Body().size()) + "\r\n";
  }
  out.head += "\r\n";
  if (out.head.size() > max_header_bytes) {
    const Error error = Internal("response head of " + std::to_string(out.head.size()) + " bytes");
    Response problem = ProblemResponse(error, request_id);
    if (const auto timing = response.Header("Server-Timing"); !timing.empty() && timing.size() < 200)
      problem.Add("Server-Timing", std::string(timing));
    out = FormatResponse(std::move(problem), method, request_id, std::string::npos);
    out.problems.push_back(error.internal_detail);
    return out;
  }
  if (!no_content && method != Method::kHead) {
    out.body = std::move(response.body);
    out.shared_body = std::move(response.shared_body);
    out.source = std::move(response.source);
  }
  return out;
}

}  // namespace dialix::http
