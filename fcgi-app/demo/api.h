// The Dialix API as a client sees it: log in once, then JSON in and out. Waits and tries again where the
// server says so (429, 503; 502 and 504 for a read), a bounded number of times. One thread at a time. Errors
// carry the server's own words: status, detail and every field error of the problem+json.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/http_client.h"

namespace dialix::demo {

class Api {
 public:
  // `base_url` like "http://127.0.0.1:8080".
  explicit Api(std::string base_url);

  [[nodiscard]] Status LogIn(std::string_view email, std::string_view password);
  // From now on every path gets ?company_id= of it; empty switches that off.
  void ActIn(std::string company_id) { company_id_ = std::move(company_id); }

  // `path` under /api/v1, e.g. "/operators?limit=200". An empty answer (204) reads as an empty object.
  [[nodiscard]] Result<JsonDocument> Get(std::string_view path);
  [[nodiscard]] Result<JsonDocument> Post(std::string_view path, std::string json = {});
  [[nodiscard]] Result<JsonDocument> Patch(std::string_view path, std::string json);
  [[nodiscard]] Result<JsonDocument> Upload(std::string_view path, std::vector<net::MultipartPart> parts);

  // Calls `visit` for each item of a paged list.
  template <typename Visit>
  [[nodiscard]] Status ForEach(const std::string& path, Visit visit);

  [[nodiscard]] const std::string& base_url() const { return base_url_; }

 private:
  [[nodiscard]] Result<JsonDocument> Exchange(net::HttpRequest request, std::string_view path);

  std::string base_url_;
  std::string cookie_;
  std::string company_id_;
  net::HttpClient client_;
};

// Percent-encodes a query value (RFC 3986 §2.1).
[[nodiscard]] std::string QueryValue(std::string_view text);

template <typename Visit>
Status Api::ForEach(const std::string& path, Visit visit) {
  const std::string first = path + (path.find('?') == std::string::npos ? "?" : "&") + "limit=200";
  std::string next = first;
  for (;;) {
    DIALIX_TRY(auto page, Get(next));
    const JsonView items = page["items"];
    for (std::size_t i = 0; i < items.Size(); ++i) visit(items[i]);
    const auto cursor = page["next_cursor"].String();
    if (!cursor) return Ok();
    next = first + "&cursor=" + QueryValue(*cursor);
  }
}

}  // namespace dialix::demo
