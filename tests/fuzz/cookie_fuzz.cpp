// A request's head as FastCGI parameters, one "NAME=value" a line: session and device cookies, origin, entity
// tags, target. Whatever comes, the request has an id that is safe to log, a path in UTF-8, and cookies that
// cannot hold a second one.
#include <algorithm>
#include <chrono>
#include <vector>

#include "app/gate.h"
#include "features/auth/session_cookie.h"
#include "http/conditional.h"
#include "http/fastcgi_params.h"
#include "http/gzip.h"
#include "security/device_cookie.h"
#include "support/check.h"

namespace {

using namespace dialix;

void CheckCookie(const http::Request& request, const std::string& name) {
  const auto value = request.Cookie(name);
  if (!value) return;
  FUZZ_CHECK(value->find(';') == std::string::npos);
  FUZZ_CHECK(value->size() + name.size() < request.Header("cookie").size());
  if (value->find('"') != std::string::npos || Trim(*value) != *value) return;
  http::Request again;
  again.headers["cookie"] = "first=1; " + name + "=" + *value + "; " + name + "=second; last";
  FUZZ_CHECK(again.Cookie(name) == value);
  again.headers["cookie"] = "x" + name + "=1";
  FUZZ_CHECK(!again.Cookie(name));
}

void CheckSessionCookie(http::Request request) {
  Config config;
  for (const bool https : {true, false}) {
    request.https = https;
    const auto name = features::SessionCookieName(request, config);
    FUZZ_CHECK(name.has_value() == https);
    if (!name) continue;
    CheckCookie(request, std::string(*name));
  }
}

// What a client says is a device cookie is none, unless it is one of ours for this very name.
void CheckDeviceCookie(const http::Request& request) {
  static const security::KeyRing keys = *security::KeyRing::Make("a key that is long enough to be one", {});
  const TimePoint now{std::chrono::milliseconds(1'800'000'000'000)};
  const std::string made = security::NewDeviceCookie(keys, request.path, now);
  FUZZ_CHECK(security::ReadDeviceCookie(keys, made, request.path, now, 60).has_value());
  FUZZ_CHECK(!security::ReadDeviceCookie(keys, made, request.path + "x", now, 60));
  const std::string sent(request.Cookie("dialix-device").value_or(std::string(request.Header("cookie"))));
  FUZZ_CHECK(!security::ReadDeviceCookie(keys, sent, request.path, now, 60));
  // As much of a right one as what was sent is long, and then that: as little.
  const std::string mixed = made.substr(0, made.size() - std::min(made.size(), sent.size())) + sent;
  FUZZ_CHECK(mixed == made || !security::ReadDeviceCookie(keys, mixed, request.path, now, 60));
}

void CheckConditional(const http::Request& request) {
  const std::string_view sent = request.Header("if-none-match");
  const std::string etag = http::MakeEtag(request.path);
  for (const std::string_view tag : http::EntityTags(sent)) FUZZ_CHECK(!tag.empty());
  (void)http::IfNoneMatchHas(sent, etag);
  (void)http::IfMatchAllows(request.Header("if-match"), etag);
  (void)http::Accepts(request.Header("accept"), "application/json");
  (void)http::AcceptsGzip(request.Header("accept-encoding"));
  const http::Response response = http::WithEtag(request, http::Response::Json("{}"));
  FUZZ_CHECK(response.status == 200 || response.status == 304);
}

// Nothing but this host, in whatever case, is the same origin.
void CheckOrigin(const http::Request& request) {
  const bool same = app::IsSameOrigin(request, false);
  FUZZ_CHECK(!same || app::IsSameOrigin(request, true));
  const std::string origin = ToLowerAscii(request.Header("origin"));
  if (!same || origin.empty()) return;
  const std::size_t host = origin.find("://");
  FUZZ_CHECK(host != std::string::npos);
  const std::string_view rest = std::string_view(origin).substr(host + 3);
  FUZZ_CHECK(!request.host.empty() &&
             rest.substr(0, rest.find_first_of("/?#")) == ToLowerAscii(request.host));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(fuzz::View(data, size));
  std::replace(text.begin(), text.end(), '\0', '\n');
  std::vector<std::string> lines;
  for (const std::string_view line : Split(text, '\n')) lines.emplace_back(line);
  std::vector<const char*> params;
  for (const std::string& line : lines) params.push_back(line.c_str());
  params.push_back(nullptr);

  const http::ParsedParams parsed = http::ParseParams(params.data());
  const http::Request& request = parsed.request;
  FUZZ_CHECK(http::IsRequestId(request.id));
  FUZZ_CHECK(request.content_length >= 0);
  for (const auto& [name, value] : request.headers) {
    FUZZ_CHECK(ToLowerAscii(name) == name && name.find('_') == std::string::npos);
    FUZZ_CHECK(name != "proxy");
    FUZZ_CHECK(!value.empty());
  }
  if (!parsed.error) {
    FUZZ_CHECK(request.path.starts_with('/') && request.path.find('\0') == std::string::npos);
    FUZZ_CHECK(parsed.length_known);
  } else {
    FUZZ_CHECK(parsed.error->code == Error::Code::kMalformed);
  }
  CheckCookie(request, "dialix");
  CheckSessionCookie(request);
  CheckDeviceCookie(request);
  CheckConditional(request);
  CheckOrigin(request);
  return 0;
}
