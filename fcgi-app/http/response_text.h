// A Response as the text a FastCGI application writes (RFC 3875 §6): "Status: 200 OK", headers, body.
// Pure functions. Whatever a handler put into a header, the text has exactly one head.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"
#include "http/response.h"

namespace dialix::http {

struct ResponseText {
  std::string head;                                // up to and with the empty line
  std::string body;                                // what is sent of it: nothing for HEAD, 204 and 304
  std::shared_ptr<const std::string> shared_body;  // in its place, where the response has one
  BodySource source;                               // in place of both
  int status = 0;
  std::vector<std::string>
      problems;  // bugs of the handler, for the log: dropped headers, an impossible status
};

// The bytes that are sent after the head.
[[nodiscard]] std::string_view BodyOf(const ResponseText& text);

// Adds Content-Length; leaves the body away for HEAD, 204 and 304. A head longer than `max_header_bytes`,
// which nginx would turn into a 502, becomes a 500 problem that keeps the request id.
[[nodiscard]] ResponseText FormatResponse(Response response, Method method, std::string_view request_id,
                                          std::size_t max_header_bytes);

}  // namespace dialix::http
