// RFC 9457 problem+json: the one shape every error has on the wire.
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/response.h"

namespace dialix::http {

// {type,title,status,detail,code,request_id,errors[]}; Retry-After where the error has one.
// internal_detail never shows.
[[nodiscard]] Response ProblemResponse(const Error& error, std::string_view request_id);

// The reason phrase of a status, used as title.
[[nodiscard]] std::string_view ReasonPhrase(int status);

}  // namespace dialix::http
