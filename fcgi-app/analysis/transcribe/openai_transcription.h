// Reads an OpenAI-compatible verbose_json transcription (OpenAI API reference, "The transcription object
// (Verbose JSON)"; also whisper.cpp's server and others, which leave fields out). The answer is not trusted:
// times are put in order and inside the piece of sound that was sent. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/types.h"
#include "base/result.h"

namespace dialix::analysis {

struct TranscribedPiece {
  std::string language;  // BCP 47, or empty
  std::vector<Segment> segments;
};

// `piece` is the stretch of the recording that was sent: the answer's zero is piece.start_ms.
// Words become segments that end at pauses; without words the service's own segments are taken, and without
// those its text, over the whole piece. A word's confidence is its own probability, else its segment's, else
// 0. Errors: kUpstream where the text is no JSON or has another shape.
[[nodiscard]] Result<TranscribedPiece> ReadTranscription(std::string_view json, const Span& piece,
                                                         int channel);

// "english" or "en" → "en"; empty where it is neither a known name nor a code.
[[nodiscard]] std::string LanguageCode(std::string_view language);

}  // namespace dialix::analysis
