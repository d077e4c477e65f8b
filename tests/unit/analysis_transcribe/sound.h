// Sounds for tests: a recording in memory, and Debian's pocketsphinx test speech.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "analysis/audio.h"

namespace dialix::tests {

inline constexpr char kLibrivox[] =
    "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-";

inline analysis::DecodedAudio AudioOf(std::vector<std::vector<std::int16_t>> channels) {
  auto owned = std::make_shared<std::vector<std::vector<std::int16_t>>>(std::move(channels));
  analysis::DecodedAudio audio;
  for (const auto& channel : *owned) audio.channels.emplace_back(channel);
  audio.duration_ms = static_cast<std::int64_t>(owned->front().size()) * 1000 / analysis::kSampleRate;
  audio.source_sample_rate = analysis::kSampleRate;
  audio.mapping = owned;
  return audio;
}

inline std::vector<std::int16_t> Silence(std::int64_t ms) {
  return std::vector<std::int16_t>(static_cast<std::size_t>(ms) * analysis::kSampleRate / 1000, 0);
}

// `number` "0870" … "0930": a WAV of 16 kHz mono with a plain 44-byte header.
inline std::vector<std::int16_t> Speech(const std::string& number) {
  std::ifstream in(kLibrivox + number + ".wav", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::vector<std::int16_t> samples;
  for (std::size_t i = 44; i + 1 < bytes.size(); i += 2) {
    samples.push_back(static_cast<std::int16_t>(static_cast<unsigned char>(bytes[i]) |
                                                static_cast<unsigned char>(bytes[i + 1]) << 8));
  }
  return samples;
}

inline std::vector<std::int16_t> operator+(std::vector<std::int16_t> first,
                                           const std::vector<std::int16_t>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace dialix::tests
