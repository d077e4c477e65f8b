// The session cookie (RFC 6265): __Host-dialix over https; over plain http, where ALLOW_HTTP_COOKIE says so,
// a cookie without that prefix, since browsers refuse __Host- there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/config.h"
#include "http/request.h"

namespace dialix::features {

// The name of this request's session cookie; nothing where a session may not travel on this connection.
[[nodiscard]] std::optional<std::string_view> SessionCookieName(const http::Request& request,
                                                                const Config& config);

// Set-Cookie values. REQUIRES: SessionCookieName gave a name.
[[nodiscard]] std::string SetSessionCookie(const http::Request& request, std::string_view name,
                                           std::string_view token, int max_age_s);
[[nodiscard]] std::string ClearSessionCookie(const http::Request& request, std::string_view name);

}  // namespace dialix::features
