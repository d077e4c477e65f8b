// One speaker's words in order, each with what stands between it and the one before: what the detectors read.
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

struct Atom {
  std::string folded;       // lower case; only letters, digits and '
  std::string gap;          // between the atom before and this one; a line break where a segment ends
  std::size_t segment = 0;  // of the transcript
  std::size_t word = 0;     // of the segment; 0 where the atoms are of its text
  std::size_t begin = 0;    // bytes of the word, or of the text: [begin, end)
  std::size_t end = 0;
  std::int64_t start_ms = 0;  // of the word, or of the segment
  std::int64_t end_ms = 0;
};

enum class Source { kText, kWords };

// Of all segments on one channel. Segments without words give none for kWords.
[[nodiscard]] std::vector<Atom> AtomsOf(const Transcript& transcript, int channel, Source source);
// Of a text alone, as one segment.
[[nodiscard]] std::vector<Atom> AtomsOf(std::string_view text);

// What a detector found: the atoms [first, last].
struct Found {
  std::size_t first = 0;
  std::size_t last = 0;
};

}  // namespace dialix::analysis
