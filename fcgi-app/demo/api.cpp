#include "demo/api.h"

#include <algorithm>
#include <cctype>
#include <thread>
#include <utility>

#include "base/clock.h"

namespace dialix::demo {
namespace {

constexpr int kTries = 6;
constexpr int kLongestWaitS = 30;

// "POST /operators: 409 A code … (code_taken)" and one line a field error.
Error Refusal(std::string_view method, std::string_view path, const net::HttpResponse& response) {
  std::string message = std::string(method) + " " + std::string(path.substr(0, path.find('?'))) + ": " +
                        std::to_string(response.status);
  std::string slug;
  if (auto problem = JsonDocument::Parse(response.body); problem.ok()) {
    slug = (*problem)["code"].StringOr("");
    message += " " + (*problem)["detail"].StringOr("");
    if (!slug.empty()) message += " (" + slug + ")";
    const JsonView errors = (*problem)["errors"];
    for (std::size_t i = 0; i < errors.Size(); ++i) {
      message += "\n  " + errors[i]["path"].StringOr("?") + ": " + errors[i]["message"].StringOr("");
    }
  } else {
    message += " and no problem+json; is this a Dialix server?";
  }
  auto error = Fail(Error::Code::kUpstream, std::move(message));
  error.slug = slug;
  return error;
}

std::string TrimSlash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

}  // namespace

std::string QueryValue(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

Api::Api(std::string base_url) : base_url_(TrimSlash(std::move(base_url))) {}

Status Api::LogIn(std::string_view email, std::string_view password) {
  JsonWriter json;
  json.BeginObject().Field("login", email).Field("password", password).EndObject();
  DIALIX_CHECK(Post("/auth/login", json.Take()));
  if (cookie_.empty())
    return Fail(Error::Code::kUpstream, "The server took the login but set no session cookie.");
  return Ok();
}

Result<JsonDocument> Api::Get(std::string_view path) { return Exchange({}, path); }

Result<JsonDocument> Api::Post(std::string_view path, std::string json) {
  net::HttpRequest request;
  request.method = "POST";
  request.body = std::move(json);
  return Exchange(std::move(request), path);
}

Result<JsonDocument> Api::Patch(std::string_view path, std::string json) {
  net::HttpRequest request;
  request.method = "PATCH";
  request.body = std::move(json);
  return Exchange(std::move(request), path);
}

Result<JsonDocument> Api::Upload(std::string_view path, std::vector<net::MultipartPart> parts) {
  net::HttpRequest request;
  request.method = "POST";
  request.multipart = std::move(parts);
  return Exchange(std::move(request), path);
}

Result<JsonDocument> Api::Exchange(net::HttpRequest request, std::string_view path) {
  request.url = base_url_ + "/api/v1" + std::string(path);
  if (!company_id_.empty()) {
    request.url += (path.find('?') == std::string_view::npos ? "?" : "&") + ("company_id=" + company_id_);
  }
  request.headers.emplace_back("Origin", base_url_);
  if (!cookie_.empty()) request.headers.emplace_back("Cookie", cookie_);
  if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");

  for (int attempt = 1;; ++attempt) {
    DIALIX_TRY(auto response, client_.Send(request));
    // 502 and 504 come from nginx while the server behind it restarts; only a read is safe to repeat then.
    const bool away = request.method == "GET" && (response.status == 502 || response.status == 504);
    const bool busy = response.status == 429 || response.status == 503 || away;
    if (busy && attempt < kTries) {
      const auto now = std::chrono::floor<std::chrono::seconds>(Now()).time_since_epoch().count();
      const int asked = net::ParseRetryAfter(response.Header("retry-after"), now);
      std::this_thread::sleep_for(std::chrono::seconds(std::clamp(asked, 1, kLongestWaitS)));
      continue;
    }
    if (response.status < 200 || response.status > 299) return Refusal(request.method, path, response);
    if (const auto set = response.Header("set-cookie"); !set.empty()) cookie_ = set.substr(0, set.find(';'));
    return JsonDocument::Parse(response.body.empty() ? "{}" : response.body);
  }
}

}  // namespace dialix::demo
