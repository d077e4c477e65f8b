#include "features/auth/session_cookie.h"

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

std::string SetSessionCookie(const http::Request& request, std::string_view name, std::string_view token,
                             int max_age_s) {
  return std::string(name) + "=" + std::string(token) + "; Max-Age=" + std::to_string(max_age_s) +
         Attributes(request);
}

std::string ClearSessionCookie(const http::Request& request, std::string_view name) {
  return std::string(name) + "=; Max-Age=0" + Attributes(request);
}

}  // namespace dialix::features
