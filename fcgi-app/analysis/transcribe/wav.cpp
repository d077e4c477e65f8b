#include "analysis/transcribe/wav.h"

namespace dialix::analysis {
namespace {

void Append(std::string* into, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) into->push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

}  // namespace

std::string WavOf(std::span<const std::int16_t> samples, int sample_rate) {
  constexpr std::uint32_t kHeaderAfterSize = 36;
  const auto rate = static_cast<std::uint32_t>(sample_rate);
  const auto bytes = static_cast<std::uint32_t>(samples.size_bytes());
  std::string wav;
  wav.reserve(kHeaderAfterSize + 8 + bytes);
  wav += "RIFF";
  Append(&wav, kHeaderAfterSize + bytes, 4);
  wav += "WAVEfmt ";
  Append(&wav, 16, 4);
  Append(&wav, 1, 2);  // PCM
  Append(&wav, 1, 2);  // mono
  Append(&wav, rate, 4);
  Append(&wav, rate * 2, 4);
  Append(&wav, 2, 2);
  Append(&wav, 16, 2);
  wav += "data";
  Append(&wav, bytes, 4);
  for (const std::int16_t sample : samples) Append(&wav, static_cast<std::uint16_t>(sample), 2);
  return wav;
}

}  // namespace dialix::analysis
