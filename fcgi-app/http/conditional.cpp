#include "http/conditional.h"

#include <cstdint>
#include <cstdio>

#include "base/text.h"

namespace dialix::http {
namespace {

// FNV-1a, 64 bit (draft-eastlake-fnv): small, stable across processes, good enough to tell two bodies apart.
std::uint64_t Fnv1a(std::string_view text, std::uint64_t hash) {
  for (char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

std::string_view WithoutWeak(std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; }

// Calls `matches` with each entity tag of a list; commas inside the quotes belong to the tag.
template <typename F>
bool AnyTag(std::string_view list, F matches) {
  for (std::size_t i = 0; i < list.size();) {
    const auto open = list.find('"', i);
    if (open == std::string_view::npos) return false;
    const auto close = list.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    const bool weak = open >= 2 && list.substr(open - 2, 2) == "W/";
    const std::size_t begin = weak ? open - 2 : open;
    if (matches(list.substr(begin, close + 1 - begin))) return true;
    i = close + 1;
  }
  return false;
}

}  // namespace

std::string MakeEtag(std::string_view content) {
  const std::uint64_t hash = Fnv1a(content, 0xcbf29ce484222325ULL) ^ content.size();
  char text[24];
  std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(hash));
  return text;
}

std::vector<std::string_view> EntityTags(std::string_view list) {
  std::vector<std::string_view> tags;
  (void)AnyTag(list, [&](std::string_view tag) {
    tags.push_back(tag);
    return false;
  });
  return tags;
}

bool IfNoneMatchHas(std::string_view if_none_match, std::string_view etag) {
  if (Trim(if_none_match) == "*") return true;
  return AnyTag(if_none_match, [&](std::string_view tag) { return WithoutWeak(tag) == WithoutWeak(etag); });
}

bool IfMatchAllows(std::string_view if_match, std::string_view etag) {
  if (if_match.empty() || Trim(if_match) == "*") return true;
  return AnyTag(if_match, [&](std::string_view tag) { return !tag.starts_with("W/") && tag == etag; });
}

Response WithEtag(const Request& request, Response response) {
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (!reads || response.status != 200) return response;
  if (response.Header("ETag").empty()) response.Add("ETag", MakeEtag(response.Body()));
  const std::string_view sent = request.Header("if-none-match");
  if (sent.empty() || !IfNoneMatchHas(sent, response.Header("ETag"))) return response;
  response.status = 304;
  response.body.clear();
  response.shared_body.reset();
  std::erase_if(response.headers,
                [](const auto& header) { return ToLowerAscii(header.first) == "content-type"; });
  return response;
}

bool Accepts(std::string_view accept, std::string_view media_type) {
  if (Trim(accept).empty()) return true;
  const std::string wanted = ToLowerAscii(media_type);
  const std::string any_subtype = wanted.substr(0, wanted.find('/')) + "/*";
  int best_precision = -1;
  bool admitted = false;
  for (std::string_view range : Split(accept, ',')) {
    const auto parts = Split(range, ';');
    const std::string type = ToLowerAscii(Trim(parts[0]));
    const int precision = type == wanted ? 2 : type == any_subtype ? 1 : type == "*/*" ? 0 : -1;
    if (precision <= best_precision) continue;  // the most specific range decides (RFC 9110 §12.5.1)
    best_precision = precision;
    admitted = true;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string parameter = ToLowerAscii(Trim(parts[i]));
      if (parameter.starts_with("q="))
        admitted = ParseDouble(std::string_view(parameter).substr(2)).value_or(1) > 0;
    }
  }
  return admitted;
}

}  // namespace dialix::http
