#include "http/fastcgi_params.h"

#include <algorithm>

#include "base/text.h"
#include "base/uuid.h"
#include "http/percent.h"

namespace dialix::http {
namespace {

std::string HeaderName(std::string_view param) {
  std::string name = ToLowerAscii(param);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

// The raw request line target, as sent: "/a%20b?c=d". nginx's DOCUMENT_URI is already decoded and normalised.
Status ParseTarget(std::string_view target, Request& request) {
  const auto question = std::min(target.find('?'), target.size());
  request.query = target.substr(std::min(question + 1, target.size()));
  DIALIX_TRY(request.path, PercentDecode(target.substr(0, question), false));
  if (!request.path.starts_with('/'))
    return Fail(Error::Code::kMalformed, "The request target is not a path.");
  return Ok();
}

}  // namespace

bool IsRequestId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

ParsedParams ParseParams(const char* const* envp) {
  ParsedParams parsed;
  Request& request = parsed.request;
  std::string_view target, document_uri, query, length, role;
  for (; envp != nullptr && *envp != nullptr; ++envp) {
    const std::string_view param = *envp;
    const auto equals = param.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = param.substr(0, equals);
    const std::string_view value = param.substr(equals + 1);
    if (value.empty()) continue;
    if (name.starts_with("HTTP_")) {
      const std::string header = HeaderName(name.substr(5));
      if (header != "proxy") request.headers[header] = value;  // CVE-2016-5385
    } else if (name == "CONTENT_TYPE") {
      request.headers["content-type"] = value;
    } else if (name == "CONTENT_LENGTH") {
      length = value;
    } else if (name == "REQUEST_METHOD") {
      request.method = ParseMethod(value);
    } else if (name == "REQUEST_URI") {
      target = value;
    } else if (name == "DOCUMENT_URI") {
      document_uri = value;
    } else if (name == "QUERY_STRING") {
      query = value;
    } else if (name == "REMOTE_ADDR") {
      request.remote_addr = value;
    } else if (name == "HTTPS") {
      request.https = value == "on";
    } else if (name == "FCGI_ROLE") {
      role = value;
    }
  }
  request.host = request.Header("host");
  request.id = request.Header("x-request-id");
  if (!IsRequestId(request.id)) request.id = NewUuid();

  if (!length.empty()) {
    const auto bytes = ParseInt(length);
    parsed.length_known = bytes && *bytes >= 0;
    if (parsed.length_known)
      request.content_length = *bytes;
    else
      parsed.error = Fail(Error::Code::kMalformed, "Content-Length is not a number.");
  }
  if (role != "RESPONDER") {
    parsed.error = Fail(Error::Code::kMalformed, "Only the FastCGI responder role is spoken here.");
  } else if (!target.empty()) {
    if (auto status = ParseTarget(target, request); !status.ok()) parsed.error = std::move(status).error();
  } else {  // a server that sends CGI's own parameters only
    request.path = document_uri;
    request.query = query;
    if (!request.path.starts_with('/'))
      parsed.error = Fail(Error::Code::kMalformed, "The request has no path.");
  }
  return parsed;
}

}  // namespace dialix::http
