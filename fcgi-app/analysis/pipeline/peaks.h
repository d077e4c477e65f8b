// The waveform that the player draws. Pure.
#pragma once

#include <vector>

#include "analysis/audio.h"
#include "analysis/silence.h"

namespace dialix::analysis {

inline constexpr std::size_t kMaxPeaks = 2000;

// Loudest sample of each of up to kMaxPeaks equal slices, as a percentage of full scale, one list a channel.
// Within `silent` nothing is loud.
[[nodiscard]] std::vector<std::vector<int>> PeaksOf(const DecodedAudio& audio,
                                                    const std::vector<SilentSpan>& silent = {});

}  // namespace dialix::analysis
