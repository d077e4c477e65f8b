// FastCGI parameters (RFC 3875 names) as an http::Request. Pure: knows the parameter array, not the library.
#pragma once

#include <optional>

#include "base/result.h"
#include "http/request.h"

namespace dialix::http {

struct ParsedParams {
  Request request;             // always has an id, so that even a refusal can be traced
  std::optional<Error> error;  // kMalformed: answer with it and do not call the handler
  bool length_known = true;    // false: CONTENT_LENGTH is nonsense, the body's end cannot be told
};

// Copies what it needs: the array dies with FCGX_Finish_r. `envp` ends with a null pointer.
[[nodiscard]] ParsedParams ParseParams(const char* const* envp);

// [A-Za-z0-9._-]{1,64}
[[nodiscard]] bool IsRequestId(std::string_view text);

}  // namespace dialix::http
