// A cached value and what it was made of. In Redis: one line of text, then the body as it is. Immutable once
// made, shared between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/scope.h"

namespace dialix::cache {

struct Value {
  std::string body;
  std::vector<Version> versions;    // of the scopes it was read under, in their order
  std::int64_t fresh_until_ms = 0;  // Unix time: its TTL, or the moment that makes it wrong
  std::int64_t changes_at_ms = 0;   // the moment that makes it wrong without any change (midnight); 0: none
};
using ValuePtr = std::shared_ptr<const Value>;

// Whether the value is at least as new as each of these versions. False where one is kUnknown.
[[nodiscard]] bool IsAsNewAs(const Value& value, std::span<const Version> versions);

[[nodiscard]] std::string WriteEnvelope(const Value& value);
// Nothing for what WriteEnvelope did not write: foreign, cut short, or of another time.
[[nodiscard]] std::optional<Value> ReadEnvelope(std::string_view text);

// "v1,v2": for keys of computations under way and for entity tags.
[[nodiscard]] std::string VersionsText(std::span<const Version> versions);

}  // namespace dialix::cache
