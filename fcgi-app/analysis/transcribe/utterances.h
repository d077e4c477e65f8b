// Cuts the speech of one channel into utterances that an engine takes at once, and words into segments. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

struct UtteranceLimits {
  std::int64_t join_gap_ms = 500;  // spans closer than this are one utterance
  std::int64_t max_ms = 15'000;    // a longer one is cut
  std::int64_t padding_ms = 200;   // silence kept around it, never into its neighbour
};

// Ordered, not overlapping, within [0, duration_ms].
[[nodiscard]] std::vector<Span> Utterances(const std::vector<Span>& speech, std::int64_t duration_ms,
                                           const UtteranceLimits& limits = {});

// Words of one channel, in order, as segments: a pause of `pause_ms` or more begins a new one.
[[nodiscard]] std::vector<Segment> SegmentsOf(std::vector<Word> words, int channel,
                                              std::int64_t pause_ms = 700);

// The order of Transcript::segments: by start, then by channel.
void SortSegments(std::vector<Segment>& segments);

}  // namespace dialix::analysis
