#include "demo/speech.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "demo/child_process.h"

namespace dialix::demo {
namespace {

constexpr double kTargetRms = 3300;   // of 32767: -20 dBFS, a usual level of telephone speech
constexpr double kPeakLimit = 29000;  // of 32767
constexpr int kQuiet = 200;           // samples below this at the ends are not speech

std::uint32_t Little(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

void CutSilence(std::vector<std::int16_t>& samples) {
  const auto loud = [](std::int16_t sample) { return std::abs(static_cast<int>(sample)) > kQuiet; };
  const auto first = std::find_if(samples.begin(), samples.end(), loud);
  const auto last = std::find_if(samples.rbegin(), samples.rend(), loud).base();
  if (first >= last) return;
  // 30 ms around stay: weak consonants live there.
  const std::ptrdiff_t margin = kDemoSampleRate * 30 / 1000;
  const auto begin = first - std::min(margin, first - samples.begin());
  const auto end = last + std::min(margin, samples.end() - last);
  samples = std::vector<std::int16_t>(begin, end);
}

}  // namespace

Result<std::vector<std::int16_t>> ParseMonoWav(std::string_view bytes) {
  const auto wrong = [](std::string_view what) {
    return Fail(Error::Code::kUnsupportedMedia, "flite's WAV file: " + std::string(what) + ".");
  };
  if (bytes.size() < 12 || bytes.substr(0, 4) != "RIFF" || bytes.substr(8, 4) != "WAVE")
    return wrong("no RIFF header");
  bool known_format = false;
  for (std::size_t at = 12; at + 8 <= bytes.size();) {
    const std::string_view id = bytes.substr(at, 4);
    const std::size_t size = Little(bytes, at + 4, 4);
    at += 8;
    if (id == "fmt " && at + 16 <= bytes.size()) {
      const bool pcm = Little(bytes, at, 2) == 1;
      if (!pcm || Little(bytes, at + 2, 2) != 1 || Little(bytes, at + 14, 2) != 16)
        return wrong("not mono 16-bit PCM");
      if (Little(bytes, at + 4, 4) != kDemoSampleRate) return wrong("not 16 kHz");
      known_format = true;
    } else if (id == "data") {
      if (!known_format) return wrong("data before its format");
      const std::size_t count = std::min(size, bytes.size() - at) / 2;
      std::vector<std::int16_t> samples(count);
      for (std::size_t i = 0; i < count; ++i) {
        samples[i] = static_cast<std::int16_t>(Little(bytes, at + 2 * i, 2));
      }
      return samples;
    }
    at += size + (size & 1);
  }
  return wrong("no data in it");
}

void EvenLoudness(std::span<std::int16_t> samples) {
  double energy = 0;
  double peak = 0;
  for (const auto sample : samples) {
    energy += static_cast<double>(sample) * sample;
    peak = std::max(peak, std::abs(static_cast<double>(sample)));
  }
  if (peak == 0) return;
  const double rms = std::sqrt(energy / static_cast<double>(samples.size()));
  const double gain = std::min(kTargetRms / rms, kPeakLimit / peak);
  for (auto& sample : samples) sample = static_cast<std::int16_t>(std::lround(sample * gain));
}

Result<std::vector<std::int16_t>> Speak(const Voice& voice, std::string_view text,
                                        const std::filesystem::path& scratch_folder) {
  const auto file = scratch_folder / "turn.wav";
  DIALIX_CHECK(RunProgram({"flite", "-voice", voice.name, "--setf",
                           "duration_stretch=" + std::to_string(voice.stretch), "-t", std::string(text), "-o",
                           file.string()}));
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  DIALIX_TRY(auto samples, ParseMonoWav(bytes));
  CutSilence(samples);
  if (samples.empty()) return Fail(Error::Code::kInternal, "flite said nothing for: " + std::string(text));
  EvenLoudness(samples);
  return samples;
}

}  // namespace dialix::demo
