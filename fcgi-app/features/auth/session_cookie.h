// The session cookie (RFC 6265): __Host-dialix over https; over plain http, where ALLOW_HTTP_COOKIE says so,
// a cookie without that prefix, since browsers refuse __Host- there. Beside it the device cookie
// (security/device_cookie.h), which outlives the session: __Host-dialix-device, or without the prefix.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/config.h"
#include "features/endpoint/endpoint.h"
#include "http/request.h"
#include "http/response.h"

namespace dialix::features {

// The name of this request's session cookie; nothing where a session may not travel on this connection.
[[nodiscard]] std::optional<std::string_view> SessionCookieName(const http::Request& request,
                                                                const Config& config);

// The cookie of a new session, on an answer that nothing may keep. Nothing where a session may not travel
// here.
void AddSessionCookie(http::Response& response, const Call& call, std::string_view token);
// Tells the browser to forget it.
void DropSessionCookie(http::Response& response, const Call& call);

// As SessionCookieName; nothing also where LOGIN_DEVICE_MAX is 0.
[[nodiscard]] std::optional<std::string_view> DeviceCookieName(const http::Request& request,
                                                               const Config& config);
// Makes the browser known to who has just proven to be `login`, at `proven_at`.
void AddDeviceCookie(http::Response& response, const Call& call, std::string_view login, TimePoint proven_at);
void DropDeviceCookie(http::Response& response, const Call& call);

}  // namespace dialix::features
