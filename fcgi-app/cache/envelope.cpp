#include "cache/envelope.h"

#include <cstdio>

#include "base/text.h"

namespace dialix::cache {
namespace {

constexpr std::string_view kFormat = "dx1";
constexpr std::size_t kLongestHead = 2048;

// FNV-1a, 64 bit (draft-eastlake-fnv).
std::uint64_t Fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace

bool IsAsNewAs(const Value& value, std::span<const Version> versions) {
  if (value.versions.size() != versions.size()) return false;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i] == kUnknown || value.versions[i] < versions[i]) return false;
  }
  return true;
}

std::string VersionsText(std::span<const Version> versions) {
  std::string text;
  text.reserve(versions.size() * 17);
  for (const Version version : versions) {
    if (!text.empty()) text += ',';
    text += std::to_string(version);
  }
  return text;
}

std::string EntityTag(std::string_view key, std::span<const Version> versions, std::int64_t changes_at_ms) {
  std::uint64_t hash = Fnv1a(key, 0xcbf29ce484222325ULL);
  for (const Version version : versions) {
    hash = Fnv1a({reinterpret_cast<const char*>(&version), sizeof version}, hash);
  }
  char text[64];
  std::snprintf(text, sizeof text, "W/\"v%016llx-%lld\"", static_cast<unsigned long long>(hash),
                static_cast<long long>(changes_at_ms));
  return text;
}

std::optional<std::int64_t> TagChangesAt(std::string_view tag) {
  constexpr std::size_t kHead = 21;  // W/"v and 16 digits and -
  if (tag.size() < kHead + 2 || !tag.starts_with("W/\"v") || tag[kHead - 1] != '-' || tag.back() != '"')
    return std::nullopt;
  return ParseInt(tag.substr(kHead, tag.size() - kHead - 1));
}

std::string WriteEnvelope(const Value& value) {
  std::string text;
  text.reserve(value.body.size() + 64 + value.versions.size() * 17);
  text += kFormat;
  for (const std::int64_t number : {value.fresh_until_ms, value.changes_at_ms}) {
    text += ' ';
    text += std::to_string(number);
  }
  text += ' ';
  text += VersionsText(value.versions);
  text += ' ';
  text += std::to_string(value.body.size());
  text += '\n';
  text += value.body;
  return text;
}

std::optional<Value> ReadEnvelope(std::string_view text) {
  const auto end = text.substr(0, kLongestHead).find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto words = Split(text.substr(0, end), ' ');
  if (words.size() != 5 || words[0] != kFormat) return std::nullopt;
  const auto fresh_until = ParseInt(words[1]);
  const auto changes_at = ParseInt(words[2]);
  const auto size = ParseInt(words[4]);
  const std::string_view body = text.substr(end + 1);
  if (!fresh_until || !changes_at || !size || static_cast<std::uint64_t>(*size) != body.size())
    return std::nullopt;
  Value value;
  for (const std::string_view word : Split(words[3], ',')) {
    const auto version = ParseInt(word);
    if (!version || *version < 0) return std::nullopt;
    value.versions.push_back(*version);
  }
  value.fresh_until_ms = *fresh_until;
  value.changes_at_ms = *changes_at;
  value.body = body;
  return value;
}

}  // namespace dialix::cache
