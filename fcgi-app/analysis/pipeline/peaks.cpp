#include "analysis/pipeline/peaks.h"

#include <algorithm>
#include <cstdlib>

namespace dialix::analysis {
namespace {

constexpr std::size_t kSmallestSlice = 160;  // 10 ms: finer than a pixel of any screen

bool IsWithin(const std::vector<Span>& spans, std::size_t sample) {
  const auto ms = static_cast<std::int64_t>(sample) * 1000 / kSampleRate;
  return std::any_of(spans.begin(), spans.end(),
                     [ms](const Span& span) { return ms >= span.start_ms && ms < span.end_ms; });
}

std::vector<int> PeaksOfPlane(std::span<const std::int16_t> plane, const std::vector<Span>& silent) {
  const std::size_t slices = std::clamp<std::size_t>(plane.size() / kSmallestSlice, 1, kMaxPeaks);
  std::vector<int> peaks(slices, 0);
  for (std::size_t slice = 0; slice < slices; ++slice) {
    const std::size_t from = plane.size() * slice / slices;
    const std::size_t to = plane.size() * (slice + 1) / slices;
    int loudest = 0;
    for (std::size_t i = from; i < to; ++i) {
      if (!IsWithin(silent, i)) loudest = std::max(loudest, std::abs(static_cast<int>(plane[i])));
    }
    peaks[slice] = (loudest * 100 + 32767) / 32768;
  }
  return peaks;
}

}  // namespace

std::vector<std::vector<int>> PeaksOf(const DecodedAudio& audio, const std::vector<SilentSpan>& silent) {
  std::vector<std::vector<int>> peaks;
  for (std::size_t channel = 0; channel < audio.channels.size(); ++channel) {
    std::vector<Span> here;
    for (const SilentSpan& one : silent) {
      if (one.channel < 0 || static_cast<std::size_t>(one.channel) == channel) here.push_back(one.span);
    }
    peaks.push_back(PeaksOfPlane(audio.channels[channel], here));
  }
  return peaks;
}

}  // namespace dialix::analysis
