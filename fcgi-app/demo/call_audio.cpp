#include "demo/call_audio.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "demo/child_process.h"
#include "demo/speech.h"

namespace dialix::demo {
namespace {

constexpr double kTailS = 0.7;       // silence after the last word
constexpr std::uint32_t kNoise = 5;  // peak of the line noise, of 32767

std::int64_t SamplesOf(double seconds) { return std::llround(seconds * kDemoSampleRate); }
std::int64_t MillisOf(std::int64_t sample) { return sample * 1000 / kDemoSampleRate; }

std::string WavBytes(const std::vector<std::int16_t>& interleaved) {
  const auto data_size = static_cast<std::uint32_t>(interleaved.size() * 2);
  std::string bytes;
  bytes.reserve(44 + data_size);
  const auto put = [&bytes](std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  };
  bytes += "RIFF";
  put(36 + data_size, 4);
  bytes += "WAVEfmt ";
  put(16, 4);
  put(1, 2);  // PCM
  put(2, 2);  // channels
  put(kDemoSampleRate, 4);
  put(kDemoSampleRate * 4, 4);  // bytes a second
  put(4, 2);                    // bytes a frame
  put(16, 2);                   // bits a sample
  bytes += "data";
  put(data_size, 4);
  for (const auto sample : interleaved) put(static_cast<std::uint16_t>(sample), 2);
  return bytes;
}

Status WriteFile(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) return Fail(Error::Code::kInternal, "Cannot write " + file.string() + ".");
  return Ok();
}

std::vector<std::string> CodecOf(const std::string& extension) {
  if (extension == ".mp3") return {"-c:a", "libmp3lame", "-b:a", "96k"};
  if (extension == ".ogg") return {"-c:a", "libopus", "-b:a", "64k"};
  if (extension == ".m4a") return {"-c:a", "aac", "-b:a", "96k"};
  return {"-c:a", "flac"};
}

}  // namespace

CallAudio MixCall(const CallScript& script, const std::vector<std::vector<std::int16_t>>& speech) {
  CallAudio call;
  std::vector<std::int64_t> starts;
  std::array<std::int64_t, 2> side_ends{0, 0};
  std::int64_t previous_end = 0;
  std::int64_t end = 0;
  for (std::size_t i = 0; i < speech.size(); ++i) {
    const Turn& turn = script.turns[i];
    auto& side_end = side_ends[static_cast<std::size_t>(turn.side)];
    // However long the overlap that was asked for, one mouth says one thing at a time.
    const std::int64_t start = std::max(previous_end + SamplesOf(turn.gap_s), side_end);
    side_end = previous_end = start + static_cast<std::int64_t>(speech[i].size());
    end = std::max(end, side_end);
    starts.push_back(start);
    call.turns.push_back({turn.side, turn.text, MillisOf(start), MillisOf(side_end)});
  }
  call.samples.resize(static_cast<std::size_t>(2 * (end + SamplesOf(kTailS))));
  std::uint32_t noise = 20231;  // any fixed seed: the same file every time
  for (auto& sample : call.samples) {
    noise = noise * 1664525 + 1013904223;
    sample = static_cast<std::int16_t>(static_cast<int>((noise >> 16) % (2 * kNoise + 1)) -
                                       static_cast<int>(kNoise));
  }
  for (std::size_t i = 0; i < speech.size(); ++i) {
    auto at = static_cast<std::size_t>(2 * starts[i]) + static_cast<std::size_t>(script.turns[i].side);
    for (const auto sample : speech[i]) {
      call.samples[at] = static_cast<std::int16_t>(std::clamp(call.samples[at] + sample, -32768, 32767));
      at += 2;
    }
  }
  return call;
}

Result<CallAudio> RenderCall(const CallScript& script, const std::filesystem::path& scratch_folder) {
  std::vector<std::vector<std::int16_t>> speech;
  for (const Turn& turn : script.turns) {
    const Voice& voice = turn.side == Side::kOperator ? script.operator_voice : script.customer_voice;
    DIALIX_TRY(auto samples, Speak(voice, turn.text, scratch_folder));
    speech.push_back(std::move(samples));
  }
  return MixCall(script, speech);
}

Status WriteRecording(const CallAudio& audio, const std::filesystem::path& file,
                      const std::filesystem::path& scratch_folder) {
  const std::string extension = file.extension().string();
  if (extension == ".wav") return WriteFile(file, WavBytes(audio.samples));
  const auto wav = scratch_folder / "call.wav";
  DIALIX_CHECK(WriteFile(wav, WavBytes(audio.samples)));
  std::vector<std::string> command{"ffmpeg",  "-nostdin",  "-hide_banner", "-loglevel",     "error",
                                   "-y",      "-i",        wav.string(),   "-map_metadata", "-1",
                                   "-fflags", "+bitexact", "-flags:a",     "+bitexact"};
  for (auto& argument : CodecOf(extension)) command.push_back(std::move(argument));
  command.push_back(file.string());
  return RunProgram(command);
}

std::string ToStm(const CallScript& script, const CallAudio& audio) {
  std::string lines;
  for (const auto& turn : audio.turns) {
    const bool is_operator = turn.side == Side::kOperator;
    char times[64];
    std::snprintf(times, sizeof times, "%.3f %.3f", static_cast<double>(turn.start_ms) / 1000,
                  static_cast<double>(turn.end_ms) / 1000);
    lines += script.id + (is_operator ? " A " : " B ") + script.id +
             (is_operator ? "-operator " : "-customer ") + times + " " + SpokenWords(turn.text) + "\n";
  }
  return lines;
}

}  // namespace dialix::demo
