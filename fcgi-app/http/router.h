// Maps (method, path) to the index of a registered pattern. Knows nothing of handlers or permissions: the
// owner keeps a table beside it. Built once before any request; Match is const and thread-safe.
// Patterns are segments: "/api/v1/records/{id}/transcript". A literal segment wins over a parameter.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"

namespace dialix::http {

struct PathParams {
  std::vector<std::pair<std::string, std::string>> values;
  // REQUIRES: the matched pattern has that parameter.
  [[nodiscard]] const std::string& Get(std::string_view name) const;
};

struct RouteMatch {
  enum class Kind { kFound, kNotFound, kMethodNotAllowed };
  Kind kind = Kind::kNotFound;
  std::size_t index = 0;        // kFound: what Add returned
  PathParams params;            // kFound
  std::vector<Method> allowed;  // kMethodNotAllowed: for the Allow header
};

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // Registers a pattern; returns its index (0, 1, 2 …). Throws std::logic_error on a duplicate or a broken
  // pattern: that is a bug, found at start.
  std::size_t Add(Method method, std::string_view pattern);
  // HEAD matches GET where no HEAD is registered. A trailing slash does not match.
  [[nodiscard]] RouteMatch Match(Method method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  std::size_t count_ = 0;
};

}  // namespace dialix::http
