#include "http/request.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/percent.h"

namespace dialix::http {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods = {{{"GET", Method::kGet},
                                                                          {"HEAD", Method::kHead},
                                                                          {"POST", Method::kPost},
                                                                          {"PUT", Method::kPut},
                                                                          {"PATCH", Method::kPatch},
                                                                          {"DELETE", Method::kDelete},
                                                                          {"OPTIONS", Method::kOptions}}};

}  // namespace

Method ParseMethod(std::string_view text) {
  for (const auto& [name, method] : kMethods) {
    if (name == text) return method;
  }
  return Method::kOther;
}

std::string_view MethodName(Method method) {
  for (const auto& [name, value] : kMethods) {
    if (value == method) return name;
  }
  return "OTHER";
}

std::string_view Request::Header(std::string_view lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::string> Request::Cookie(std::string_view name) const {
  for (std::string_view pair : Split(Header("cookie"), ';')) {
    pair = Trim(pair);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    std::string_view value = pair.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return std::nullopt;
}

Result<std::string> ReadBody(const Request& request, std::size_t limit) {
  const auto too_large = [limit] {
    return Fail(Error::Code::kTooLarge, "The body is longer than " + std::to_string(limit) + " bytes.");
  };
  if (request.content_length > static_cast<std::int64_t>(limit)) return too_large();
  std::string body;
  std::array<char, 16UL * 1024> chunk;
  for (;;) {
    DIALIX_TRY(const std::size_t n, request.body->Read(chunk));
    if (n == 0) return body;
    if (body.size() + n > limit) return too_large();
    body.append(chunk.data(), n);
  }
}

Result<QueryParams> QueryParams::Parse(std::string_view raw) {
  QueryParams params;
  for (std::string_view pair : Split(raw, '&')) {
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    DIALIX_TRY(std::string name, PercentDecode(pair.substr(0, equals), true));
    DIALIX_TRY(std::string value, PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true));
    params.pairs_.emplace_back(std::move(name), std::move(value));
  }
  return params;
}

std::optional<std::string_view> QueryParams::Get(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> QueryParams::All(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

}  // namespace dialix::http
