// HTTP client of the house: the only user of libcurl. One request, one answer, every wait bounded.
// HttpClient keeps idle connections alive between requests; it is thread-safe and is shared by all threads of
// a process. It must not be carried across fork(). No redirects, TLS certificates verified, no proxy, http
// and https only. Errors name the host and never the path, the query or a header: those may hold secrets (a
// Bitrix24 URL is one).
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/address_policy.h"

namespace dialix::net {

// One part of a multipart/form-data body (RFC 7578): `content`, or `file` streamed from disk.
struct MultipartPart {
  std::string name;
  std::string content;
  std::filesystem::path file;  // when not empty, `content` is ignored
  std::string filename;        // empty: a plain field
  std::string content_type;    // empty: left to the receiver
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;                      // ignored when `multipart` is not empty
  std::vector<MultipartPart> multipart;  // sent as multipart/form-data
  std::string unix_socket;               // path; empty: TCP
  // "host:port:address": used instead of asking DNS; a policy judges the address all the same.
  std::vector<std::string> resolve;

  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{60'000};  // whole exchange, connect included
  // An exchange slower than `low_speed_bytes` a second for `low_speed_window` is given up; 0 switches it off.
  // Leave it off where the server thinks for long before it answers: silence counts as slow.
  std::int64_t low_speed_bytes = 0;
  std::chrono::seconds low_speed_window{30};
  std::size_t max_response_bytes = std::size_t{8} << 20;  // after decompression

  const std::atomic<bool>* cancel = nullptr;  // set: give up within about a second
  // When set, a 2xx body goes here piece by piece and not into HttpResponse::body; false ends the exchange
  // with kUnavailable. Called on the calling thread.
  std::function<bool(std::string_view piece)> on_body;
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; a repeated field is joined with ", "
  std::string body;

  // The field's value or "". `lower_name` in lower case.
  [[nodiscard]] std::string_view Header(std::string_view lower_name) const;
};

class HttpClient {
 public:
  HttpClient();
  // For addresses that a tenant chose: connects only where the policy lets it, and to no unix socket.
  explicit HttpClient(AddressPolicy policy);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any HTTP status is a success here; the caller judges it.
  // Errors: kTimeout (a limit above ran out), kUnavailable (cannot connect, cancelled), kUpstream (broken
  // answer, TLS failure, answer too large), kInvalid (the request itself cannot be sent: bad URL, CR or LF in
  // a header; slug "address_not_allowed" where the policy refuses the address).
  [[nodiscard]] Result<HttpResponse> Send(const HttpRequest& request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Retry-After (RFC 9110 §10.2.3): seconds or an HTTP date, as whole seconds from `now_unix` on; 0 where the
// text is empty, wrong or in the past. Never more than a day.
[[nodiscard]] int ParseRetryAfter(std::string_view value, std::int64_t now_unix);

// host[:port] of a URL, for messages; never user info, path or query.
[[nodiscard]] std::string UrlHost(std::string_view url);

}  // namespace dialix::net
