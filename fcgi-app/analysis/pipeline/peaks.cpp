#include "analysis/pipeline/peaks.h"

#include <algorithm>
#include <cstdlib>

namespace dialix::analysis {
namespace {

constexpr std::size_t kSmallestSlice = 160;  // 10 ms: finer than a pixel of any screen

std::vector<int> PeaksOfPlane(std::span<const std::int16_t> plane) {
  const std::size_t slices = std::clamp<std::size_t>(plane.size() / kSmallestSlice, 1, kMaxPeaks);
  std::vector<int> peaks(slices, 0);
  for (std::size_t slice = 0; slice < slices; ++slice) {
    const std::size_t from = plane.size() * slice / slices;
    const std::size_t to = plane.size() * (slice + 1) / slices;
    int loudest = 0;
    for (std::size_t i = from; i < to; ++i) loudest = std::max(loudest, std::abs(static_cast<int>(plane[i])));
    peaks[slice] = (loudest * 100 + 32767) / 32768;
  }
  return peaks;
}

}  // namespace

std::vector<std::vector<int>> PeaksOf(const DecodedAudio& audio) {
  std::vector<std::vector<int>> peaks;
  for (const auto& plane : audio.channels) peaks.push_back(PeaksOfPlane(plane));
  return peaks;
}

}  // namespace dialix::analysis
