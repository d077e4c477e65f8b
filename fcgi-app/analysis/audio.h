// Decoded audio of one recording, as the analysis uses it: 16 kHz signed 16-bit, one plane a channel.
// Owns a read-only mapping of an unlinked temporary file, so a five-hour call does not sit in the heap.
// Immutable once made: may be read from many threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dialix::analysis {

inline constexpr int kSampleRate = 16000;

struct DecodedAudio {
  std::shared_ptr<const void> mapping;                  // keeps the planes alive
  std::vector<std::span<const std::int16_t>> channels;  // 1 or 2, all of one length
  std::int64_t duration_ms = 0;
  int source_sample_rate = 0;  // Hz, before resampling: 8000 means telephone band
};

}  // namespace dialix::analysis
