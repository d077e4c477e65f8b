// Samples as a WAV file in memory (RIFF, PCM, 16 bit, mono), to be sent to a service. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace dialix::analysis {

// REQUIRES: fewer than 2^31 bytes of samples.
[[nodiscard]] std::string WavOf(std::span<const std::int16_t> samples, int sample_rate);

}  // namespace dialix::analysis
