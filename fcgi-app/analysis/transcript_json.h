// The segments of a transcript as the API shows them and the database keeps them, and back. Pure.
#pragma once

#include <string>
#include <string_view>

#include "analysis/types.h"
#include "base/result.h"

namespace dialix::analysis {

[[nodiscard]] std::string TranscriptSegmentsJson(const Transcript& transcript);
// The channels are not kept: each speaker stands for one (operator 0, customer 1, unknown -1). Errors:
// kMalformed.
[[nodiscard]] Result<Transcript> ReadTranscriptSegments(std::string_view json);
// The words alone, a line a segment: what is searched.
[[nodiscard]] std::string PlainText(const Transcript& transcript);

}  // namespace dialix::analysis
