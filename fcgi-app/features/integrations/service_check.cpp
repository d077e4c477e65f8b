#include "features/integrations/service_check.h"

#include <optional>

#include "base/json.h"
#include "http/percent.h"

namespace dialix::features::integrations {
namespace {

CheckResult Good(const std::string& message) { return {true, "ok", message}; }
CheckResult WrongKey(const std::string& service) {
  return {false, "wrong_key", service + " refuses the key."};
}
CheckResult Unexpected(const std::string& service, int status) {
  return {false, "unexpected_answer",
          service + " gave an answer (HTTP " + std::to_string(status) +
              ") that it should not. Is the address right?"};
}

// What the status alone says; nothing where the body has to be read.
std::optional<CheckResult> ByStatus(const net::HttpResponse& response, const std::string& service) {
  if (response.status == 401 || response.status == 403) return WrongKey(service);
  if (response.status == 429 || response.status == 503)
    return CheckResult{false, "busy", service + " is busy. Try again later."};
  if (response.status < 200 || response.status > 299) return Unexpected(service, response.status);
  return std::nullopt;
}

}  // namespace

std::string BaseUrl(const std::string& host) {
  return host.find("://") == std::string::npos ? "https://" + host : host;
}

Result<CheckResult> Failed(const Error& error, const std::string& service) {
  switch (error.code) {
    case Error::Code::kTooManyRequests:
      return error;
    case Error::Code::kTimeout:
      return CheckResult{false, "timeout", service + " did not answer in time."};
    case Error::Code::kInvalid:
      return CheckResult{false, "address_not_allowed",
                         "This server may not connect to the address of " + service + "."};
    default:
      return CheckResult{false, "unreachable", error.public_message};
  }
}

Result<CheckResult> CheckPbx(net::Outbound& outbound, const std::string& host, const std::string& domain,
                             const std::string& auth_key) {
  const std::string service = "The PBX";
  net::HttpRequest request;
  request.method = "POST";
  request.url = BaseUrl(host) + "/" + http::PercentEncode(domain) + "/auth.json";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "auth_key=" + http::PercentEncode(auth_key);
  const auto response = outbound.Send(std::move(request));
  if (!response) return Failed(response.error(), service);
  if (const auto early = ByStatus(*response, service)) return *early;
  // Errors of the application come with HTTP 200.
  const auto body = JsonDocument::Parse(response->body);
  if (!body || !(*body)["status"].IsString()) return Unexpected(service, response->status);
  if ((*body)["status"].StringOr("") == "1" && !(*body)["data"]["key"].StringOr("").empty())
    return Good("The PBX takes the key.");
  const std::string code = (*body)["errorCode"].StringOr("");
  if (code == "INTERNAL")
    return CheckResult{false, "busy", "The PBX has a problem of its own. Try again later."};
  if (code == "DOMAIN_NOT_FOUND") return CheckResult{false, "wrong_key", "The PBX does not know the domain."};
  return WrongKey(service);
}

Result<CheckResult> CheckBitrix(net::Outbound& outbound, const std::string& webhook_url) {
  const std::string service = "Bitrix24";
  net::HttpRequest request;
  request.url = webhook_url + (webhook_url.back() == '/' ? "" : "/") + "profile";
  const auto response = outbound.Send(std::move(request));
  if (!response) return Failed(response.error(), service);
  if (const auto early = ByStatus(*response, service)) return *early;
  const auto body = JsonDocument::Parse(response->body);
  if (!body || !(*body)["result"].IsObject()) return Unexpected(service, response->status);
  return Good("Bitrix24 takes the key.");
}

Result<CheckResult> CheckAmocrm(net::Outbound& outbound, std::string base_url, const std::string& subdomain,
                                const std::string& access_token) {
  const std::string service = "amoCRM";
  constexpr std::string_view kPlace = "{subdomain}";
  if (const auto at = base_url.find(kPlace); at != std::string::npos)
    base_url.replace(at, kPlace.size(), subdomain);
  net::HttpRequest request;
  request.url = base_url + "/api/v4/account";
  request.headers = {{"Authorization", "Bearer " + access_token}};
  const auto response = outbound.Send(std::move(request));
  if (!response) return Failed(response.error(), service);
  if (const auto early = ByStatus(*response, service)) return *early;
  const auto body = JsonDocument::Parse(response->body);
  if (!body || !(*body)["id"].Exists()) return Unexpected(service, response->status);
  return Good("amoCRM takes the token.");
}

std::string CheckJson(const CheckResult& result, std::int64_t duration_ms) {
  JsonWriter json;
  json.BeginObject().Field("ok", result.ok).Field("code", result.code).Field("message", result.message);
  return json.Field("duration_ms", duration_ms).EndObject().Take();
}

}  // namespace dialix::features::integrations
