// A cached value and what it was made of. In Redis: one line of text, then the body as it is. Immutable once
// made, shared between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
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
  std::string tag;                  // EntityTag() of all this; not in the envelope

  // Another form of the body that somebody made of it, once for all who ask; not in the envelope.
  struct Packed {
    std::once_flag once;
    std::string text;
  };
  std::shared_ptr<Packed> packed = std::make_shared<Packed>();
};
using ValuePtr = std::shared_ptr<const Value>;

// Whether the value is at least as new as each of these versions. False where one is kUnknown.
[[nodiscard]] bool IsAsNewAs(const Value& value, std::span<const Version> versions);

[[nodiscard]] std::string WriteEnvelope(const Value& value);
// Nothing for what WriteEnvelope did not write: foreign, cut short, or of another time.
[[nodiscard]] std::optional<Value> ReadEnvelope(std::string_view text);

// The weak entity tag (RFC 9110 §8.8.3) of what is kept under `key` at these versions: the same in every
// process, and known without the body. Ends with changes_at_ms, so that whoever gets it back can tell
// whether it still holds.
[[nodiscard]] std::string EntityTag(std::string_view key, std::span<const Version> versions,
                                    std::int64_t changes_at_ms);
// The changes_at_ms of such a tag; nothing for any other tag.
[[nodiscard]] std::optional<std::int64_t> TagChangesAt(std::string_view tag);

// "v1,v2": for keys of computations under way and for entity tags.
[[nodiscard]] std::string VersionsText(std::span<const Version> versions);

}  // namespace dialix::cache
