#include "http/response.h"

#include <algorithm>

#include "base/text.h"

namespace dialix::http {
namespace {

bool SameName(std::string_view a, std::string_view b) { return ToLowerAscii(a) == ToLowerAscii(b); }

}  // namespace

Response& Response::Add(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response& Response::Set(std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& header) { return SameName(header.first, name); });
  return Add(std::string(name), std::move(value));
}

std::string_view Response::Header(std::string_view name) const {
  for (const auto& header : headers) {
    if (SameName(header.first, name)) return header.second;
  }
  return {};
}

Response Response::Json(std::string body, int status) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body), nullptr};
}

Response Response::NoContent() { return {204, {}, {}, nullptr}; }

Response Response::Text(std::string body, int status) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body), nullptr};
}

}  // namespace dialix::http
