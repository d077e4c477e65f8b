#include "analysis/transcribe/utterances.h"

#include <algorithm>
#include <tuple>

namespace dialix::analysis {
namespace {

// Pieces of at most max_ms, all about equally long: a short rest would have no context.
void AppendCut(std::vector<Span>& into, const Span& span, std::int64_t max_ms) {
  const std::int64_t length = span.end_ms - span.start_ms;
  const std::int64_t pieces = std::max<std::int64_t>(1, (length + max_ms - 1) / max_ms);
  for (std::int64_t i = 0; i < pieces; ++i) {
    into.push_back({span.start_ms + length * i / pieces, span.start_ms + length * (i + 1) / pieces});
  }
}

}  // namespace

std::vector<Span> Utterances(const std::vector<Span>& speech, std::int64_t duration_ms,
                             const UtteranceLimits& limits) {
  std::vector<Span> joined;
  for (const Span& span : speech) {
    const bool fits = !joined.empty() && span.start_ms - joined.back().end_ms < limits.join_gap_ms &&
                      span.end_ms - joined.back().start_ms <= limits.max_ms;
    if (fits) {
      joined.back().end_ms = span.end_ms;
    } else {
      AppendCut(joined, span, limits.max_ms);
    }
  }
  std::vector<Span> padded = joined;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    const std::int64_t before = i == 0 ? 0 : (joined[i - 1].end_ms + joined[i].start_ms) / 2;
    const std::int64_t behind =
        i + 1 == joined.size() ? duration_ms : (joined[i].end_ms + joined[i + 1].start_ms) / 2;
    padded[i].start_ms = std::max(before, joined[i].start_ms - limits.padding_ms);
    padded[i].end_ms = std::max(padded[i].start_ms, std::min(behind, joined[i].end_ms + limits.padding_ms));
  }
  return padded;
}

std::vector<Segment> SegmentsOf(std::vector<Word> words, int channel, std::int64_t pause_ms) {
  std::vector<Segment> segments;
  for (Word& word : words) {
    if (segments.empty() || word.start_ms - segments.back().end_ms >= pause_ms) {
      Segment& segment = segments.emplace_back();
      segment.channel = channel;
      segment.start_ms = word.start_ms;
    }
    Segment& segment = segments.back();
    if (!segment.text.empty()) segment.text += ' ';
    segment.text += word.text;
    segment.end_ms = std::max(segment.end_ms, word.end_ms);
    segment.words.push_back(std::move(word));
  }
  return segments;
}

void SortSegments(std::vector<Segment>& segments) {
  std::stable_sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) {
    return std::tie(a.start_ms, a.channel) < std::tie(b.start_ms, b.channel);
  });
}

}  // namespace dialix::analysis
