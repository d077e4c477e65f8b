#include "features/auth/session_cookie.h"

#include "security/device_cookie.h"

namespace dialix::features {
namespace {

std::string Attributes(const http::Request& request) {
  return std::string("; Path=/; HttpOnly; SameSite=Lax") + (request.https ? "; Secure" : "");
}

}  // namespace

std::optional<std::string_view> SessionCookieName(const http::Request& request, const Config& config) {
  if (request.https) return "__Host-dialix";
  if (config.allow_http_cookie) return "dialix";
  return std::nullopt;
}

void AddSessionCookie(http::Response& response, const Call& call, std::string_view token) {
  const auto name = SessionCookieName(call.request, call.services.config);
  if (!name) return;
  response.Add("Set-Cookie", std::string(*name) + "=" + std::string(token) +
                                 "; Max-Age=" + std::to_string(call.services.config.session_max_s) +
                                 Attributes(call.request));
  response.Set("Cache-Control", "no-store");
}

void DropSessionCookie(http::Response& response, const Call& call) {
  if (const auto name = SessionCookieName(call.request, call.services.config)) {
    response.Add("Set-Cookie", std::string(*name) + "=; Max-Age=0" + Attributes(call.request));
  }
}

std::optional<std::string_view> DeviceCookieName(const http::Request& request, const Config& config) {
  if (config.login_device_max_s == 0 || !SessionCookieName(request, config)) return std::nullopt;
  return request.https ? "__Host-dialix-device" : "dialix-device";
}

void AddDeviceCookie(http::Response& response, const Call& call, std::string_view login,
                     TimePoint proven_at) {
  const auto name = DeviceCookieName(call.request, call.services.config);
  if (!name) return;
  response.Add("Set-Cookie", std::string(*name) + "=" +
                                 security::NewDeviceCookie(call.services.keys, login, proven_at) +
                                 "; Max-Age=" + std::to_string(call.services.config.login_device_max_s) +
                                 Attributes(call.request));
}

void DropDeviceCookie(http::Response& response, const Call& call) {
  if (const auto name = DeviceCookieName(call.request, call.services.config)) {
    response.Add("Set-Cookie", std::string(*name) + "=; Max-Age=0" + Attributes(call.request));
  }
}

}  // namespace dialix::features
