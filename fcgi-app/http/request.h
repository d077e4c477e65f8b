// One HTTP request as a plain value, and the reader for its body. Nothing here knows FastCGI.
// A Request belongs to the one thread that serves it. Header names are lower case.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dialix::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

[[nodiscard]] Method ParseMethod(std::string_view text);  // RFC 9110 §9; case-sensitive
[[nodiscard]] std::string_view MethodName(Method method);

// Pulls the request body. Returns fewer bytes than asked for only at its end; 0 means end.
// Errors: kTimeout (client too slow), kMalformed (body shorter than Content-Length: the client hung up),
// kTooLarge (past the configured limit).
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  virtual Result<std::size_t> Read(std::span<char> into) = 0;
};

struct Request {
  using Clock = std::chrono::steady_clock;

  std::string id;  // X-Request-Id: from nginx, or a fresh uuid; [A-Za-z0-9._-]{1,64}
  Method method = Method::kOther;
  std::string path;   // percent-decoded, starts with '/', no query
  std::string query;  // raw
  std::string host;   // Host header as sent
  std::string remote_addr;
  bool https = false;
  std::map<std::string, std::string, std::less<>> headers;
  std::int64_t content_length = 0;  // bytes; 0 where there is none
  BodyReader* body = nullptr;       // never null while a handler runs
  Clock::time_point started{};
  Clock::time_point deadline{};

  // Empty where the header is absent.
  [[nodiscard]] std::string_view Header(std::string_view lower_case_name) const;
  // The cookie's value (RFC 6265 §4.2), if it was sent.
  [[nodiscard]] std::optional<std::string> Cookie(std::string_view name) const;
};

// Reads the whole body into memory. Errors as BodyReader, and kTooLarge past `limit` bytes.
[[nodiscard]] Result<std::string> ReadBody(const Request& request, std::size_t limit);

// Query parameters, percent-decoded, in order. A name may occur several times.
class QueryParams {
 public:
  // Errors: kMalformed for a broken percent escape or invalid UTF-8.
  static Result<QueryParams> Parse(std::string_view raw);
  [[nodiscard]] std::optional<std::string_view> Get(std::string_view name) const;  // the first of that name
  [[nodiscard]] std::vector<std::string_view> All(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& Pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace dialix::http
