// The words by which the API, the database and the engines' JSON call the values of analysis/types.h
// (docs/openapi.yaml: Answer, SpeakerRole). Pure, thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "analysis/types.h"

namespace dialix::analysis {

[[nodiscard]] std::string_view NameOf(Verdict verdict);  // yes no na needs_review
[[nodiscard]] std::string_view NameOf(Speaker speaker);  // operator customer unknown
[[nodiscard]] std::optional<Verdict> ParseVerdict(std::string_view name);
[[nodiscard]] std::optional<Speaker> ParseSpeaker(std::string_view name);

}  // namespace dialix::analysis
