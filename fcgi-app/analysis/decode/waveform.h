// The picture of a recording's sound for the player: a fixed number of minima and maxima a channel.
// Pure functions on values; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/audio.h"

namespace dialix::analysis {

inline constexpr int kWaveformBuckets = 2000;

// One channel: bucket i covers an equal share of the samples; -128..127, where 127 is full scale.
struct ChannelPeaks {
  std::vector<std::int8_t> min;
  std::vector<std::int8_t> max;
};

struct Waveform {
  std::int64_t duration_ms = 0;
  std::vector<ChannelPeaks> channels;
};

// At most `buckets` buckets; fewer where there are fewer samples. REQUIRES: buckets > 0.
[[nodiscard]] Waveform ComputeWaveform(const DecodedAudio& audio, int buckets = kWaveformBuckets);

// {"duration_ms":N,"channels":[{"min":[…],"max":[…]}]}
[[nodiscard]] std::string WaveformJson(const Waveform& waveform);

}  // namespace dialix::analysis
