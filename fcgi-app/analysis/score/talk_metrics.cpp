#include "analysis/score/talk_metrics.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace dialix::analysis {
namespace {

using Spans = std::vector<Span>;

// Sorted, disjoint, none empty, all within [0, duration).
Spans Merge(Spans spans, std::int64_t duration_ms) {
  for (Span& span : spans) {
    span.start_ms = std::clamp<std::int64_t>(span.start_ms, 0, duration_ms);
    span.end_ms = std::clamp<std::int64_t>(span.end_ms, 0, duration_ms);
  }
  std::erase_if(spans, [](const Span& span) { return span.end_ms <= span.start_ms; });
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.start_ms < b.start_ms; });
  Spans merged;
  for (const Span& span : spans) {
    if (!merged.empty() && span.start_ms <= merged.back().end_ms) {
      merged.back().end_ms = std::max(merged.back().end_ms, span.end_ms);
    } else {
      merged.push_back(span);
    }
  }
  return merged;
}

std::int64_t Length(const Spans& spans) {
  std::int64_t sum = 0;
  for (const Span& span : spans) sum += span.end_ms - span.start_ms;
  return sum;
}

Spans Gaps(const Spans& merged, std::int64_t duration_ms) {
  Spans gaps;
  std::int64_t from = 0;
  for (const Span& span : merged) {
    gaps.push_back({from, span.start_ms});
    from = span.end_ms;
  }
  gaps.push_back({from, duration_ms});
  return gaps;
}

Spans Intersection(const Spans& a, const Spans& b) {
  Spans common;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Span both{std::max(a[i].start_ms, b[j].start_ms), std::min(a[i].end_ms, b[j].end_ms)};
    if (both.start_ms < both.end_ms) common.push_back(both);
    (a[i].end_ms < b[j].end_ms ? i : j) += 1;
  }
  return common;
}

Spans LongerThan(Spans spans, std::int64_t limit_ms) {
  std::erase_if(spans, [limit_ms](const Span& span) { return span.end_ms - span.start_ms <= limit_ms; });
  return spans;
}

}  // namespace

TalkMetrics MeasureTalk(const std::vector<std::vector<Span>>& speech, const SpeakerRoles& roles,
                        std::int64_t duration_ms) {
  duration_ms = std::max<std::int64_t>(duration_ms, 0);
  std::vector<Spans> channels;
  Spans anyone;
  for (const Spans& spans : speech) {
    channels.push_back(Merge(spans, duration_ms));
    anyone.insert(anyone.end(), spans.begin(), spans.end());
  }
  anyone = Merge(std::move(anyone), duration_ms);

  TalkMetrics metrics;
  metrics.speech_ms = Length(anyone);
  metrics.silences = LongerThan(Gaps(anyone, duration_ms), kSilenceOverMs);
  metrics.silence_ms = Length(metrics.silences);
  if (channels.size() != 2) return metrics;

  metrics.overlaps = LongerThan(Intersection(channels[0], channels[1]), kOverlapOverMs);
  metrics.overlap_ms = Length(metrics.overlaps);
  if (roles.operator_channel != 0 && roles.operator_channel != 1) return metrics;
  const Spans& operator_speech = channels[static_cast<std::size_t>(roles.operator_channel)];
  const Spans& customer_speech = channels[static_cast<std::size_t>(1 - roles.operator_channel)];
  metrics.operator_speech_ms = Length(operator_speech);
  metrics.customer_speech_ms = Length(customer_speech);
  if (!operator_speech.empty()) metrics.operator_answer_delay_ms = operator_speech.front().start_ms;
  return metrics;
}

}  // namespace dialix::analysis
