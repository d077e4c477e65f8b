#include "http/router.h"

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace dialix::http {

struct Router::Node {
  struct Endpoint {
    std::size_t index = 0;
    std::vector<std::string> param_names;
  };
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> param;
  std::map<Method, Endpoint> endpoints;
};

namespace {

// The segments of "/a/b" are a, b; of "/" it is one empty segment.
std::vector<std::string_view> Segments(std::string_view path) { return Split(path.substr(1), '/'); }

bool IsParam(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

const std::string& PathParams::Get(std::string_view name) const {
  for (const auto& [key, value] : values) {
    if (key == name) return value;
  }
  throw std::logic_error("no such path parameter: " + std::string(name));
}

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

std::size_t Router::Add(Method method, std::string_view pattern) {
  const auto refuse = [&](const char* why) { throw std::logic_error(why + (": " + std::string(pattern))); };
  if (method == Method::kOther) refuse("route without a method");
  if (pattern.empty() || pattern.front() != '/') refuse("route pattern must start with '/'");

  Node* node = root_.get();
  std::vector<std::string> names;
  for (std::string_view segment : Segments(pattern)) {
    std::unique_ptr<Node>* next = nullptr;
    if (IsParam(segment)) {
      std::string name(segment.substr(1, segment.size() - 2));
      if (std::find(names.begin(), names.end(), name) != names.end()) refuse("route parameter twice");
      names.push_back(std::move(name));
      next = &node->param;
    } else {
      if (segment.find_first_of("{}") != std::string_view::npos)
        refuse("a parameter must be a whole segment");
      if (segment.empty() && pattern != "/") refuse("empty segment in route");
      next = &node->literals[std::string(segment)];
    }
    if (*next == nullptr) *next = std::make_unique<Node>();
    node = next->get();
  }
  if (!node->endpoints.try_emplace(method, Node::Endpoint{count_, std::move(names)}).second)
    refuse("route twice");
  return count_++;
}

namespace {

// Collects the nodes that the path reaches, best first (a literal before a parameter, from the left), with
// the segments that stood for parameters.
template <typename Node>
struct Walk {
  std::vector<std::string_view> segments;
  std::vector<std::string_view> captured;
  std::vector<std::pair<const Node*, std::vector<std::string_view>>> reached;

  void Visit(const Node& node, std::size_t depth) {
    if (depth == segments.size()) {
      if (!node.endpoints.empty()) reached.emplace_back(&node, captured);
      return;
    }
    const std::string_view segment = segments[depth];
    if (const auto literal = node.literals.find(segment); literal != node.literals.end()) {
      Visit(*literal->second, depth + 1);
    }
    if (node.param != nullptr && !segment.empty()) {
      captured.push_back(segment);
      Visit(*node.param, depth + 1);
      captured.pop_back();
    }
  }
};

}  // namespace

RouteMatch Router::Match(Method method, std::string_view path) const {
  RouteMatch match;
  if (path.empty() || path.front() != '/') return match;
  Walk<Node> walk{Segments(path), {}, {}};
  walk.Visit(*root_, 0);
  for (const auto& [node, captured] : walk.reached) {
    auto endpoint = node->endpoints.find(method);
    if (endpoint == node->endpoints.end() && method == Method::kHead)
      endpoint = node->endpoints.find(Method::kGet);
    if (endpoint == node->endpoints.end()) {
      for (const auto& other : node->endpoints) match.allowed.push_back(other.first);
      continue;
    }
    match.kind = RouteMatch::Kind::kFound;
    match.index = endpoint->second.index;
    match.allowed.clear();
    for (std::size_t i = 0; i < captured.size(); ++i) {
      match.params.values.emplace_back(endpoint->second.param_names[i], captured[i]);
    }
    return match;
  }
  if (match.allowed.empty()) return match;
  match.kind = RouteMatch::Kind::kMethodNotAllowed;
  if (std::find(match.allowed.begin(), match.allowed.end(), Method::kGet) != match.allowed.end()) {
    match.allowed.push_back(Method::kHead);
  }
  std::sort(match.allowed.begin(), match.allowed.end());
  match.allowed.erase(std::unique(match.allowed.begin(), match.allowed.end()), match.allowed.end());
  return match;
}

}  // namespace dialix::http
