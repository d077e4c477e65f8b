#include "analysis/decode/voice_activity.h"

#include <webrtc/modules/audio_processing/include/audio_processing.h>
#include <webrtc/modules/interface/module_common_types.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace dialix::analysis {
namespace {

constexpr std::size_t kFrameSamples = kSampleRate / 100;
constexpr std::int64_t kFrameMs = 10;
constexpr float kDigitalSilenceDb = -100.0F;

float LevelDb(std::span<const std::int16_t> frame) {
  double sum = 0;
  for (const double sample : frame) sum += sample * sample;
  if (sum == 0) return kDigitalSilenceDb;
  const double mean = sum / static_cast<double>(frame.size()) / (32768.0 * 32768.0);
  return std::max(kDigitalSilenceDb, static_cast<float>(10.0 * std::log10(mean)));
}

std::unique_ptr<webrtc::AudioProcessing> MakeDetector() {
  std::unique_ptr<webrtc::AudioProcessing> processing(webrtc::AudioProcessing::Create());
  if (!processing) return nullptr;
  processing->voice_detection()->Enable(true);
  processing->voice_detection()->set_likelihood(webrtc::VoiceDetection::kLowLikelihood);
  processing->voice_detection()->set_frame_size_ms(static_cast<int>(kFrameMs));
  return processing;
}

// How loud this side speaks when it speaks alone; empty where it hardly ever does.
std::optional<float> SpeakingLevel(const VoiceFrames& own, const VoiceFrames& other) {
  constexpr std::size_t kEnough = 50;
  std::vector<float> alone;
  for (std::size_t i = 0; i < own.voiced.size(); ++i) {
    if (own.voiced[i] && !other.voiced[i]) alone.push_back(own.level_db[i]);
  }
  if (alone.size() < kEnough) return std::nullopt;
  const auto high = alone.begin() + static_cast<std::ptrdiff_t>(alone.size() * 3 / 4);
  std::nth_element(alone.begin(), high, alone.end());
  return *high;
}

}  // namespace

VoiceFrames JudgeFrames(std::span<const std::int16_t> samples) {
  VoiceFrames frames;
  const std::size_t count = samples.size() / kFrameSamples;
  frames.voiced.assign(count, false);
  frames.level_db.assign(count, kDigitalSilenceDb);
  const auto detector = MakeDetector();
  webrtc::AudioFrame frame;
  frame.sample_rate_hz_ = kSampleRate;
  frame.num_channels_ = 1;
  frame.samples_per_channel_ = kFrameSamples;
  for (std::size_t i = 0; i < count; ++i) {
    const auto piece = samples.subspan(i * kFrameSamples, kFrameSamples);
    frames.level_db[i] = LevelDb(piece);
    std::copy(piece.begin(), piece.end(), frame.data_);
    if (detector && detector->ProcessStream(&frame) == webrtc::AudioProcessing::kNoError) {
      frames.voiced[i] = detector->voice_detection()->stream_has_voice();
    }
  }
  return frames;
}

void RemoveEcho(VoiceFrames* own, const VoiceFrames& other) {
  // Line echo comes back within 300 ms and well below the voice that caused it (ITU-T G.131, G.168: echo loss
  // of a bad line is 10-20 dB, of a good one over 40 dB).
  constexpr std::size_t kEchoFrames = 30;
  constexpr float kEchoLossDb = 12.0F;
  constexpr float kBelowOwnVoiceDb = 9.0F;
  const std::size_t count = std::min(own->voiced.size(), other.voiced.size());
  const std::optional<float> speaking = SpeakingLevel(*own, other);
  for (std::size_t i = 0; i < count; ++i) {
    if (!own->voiced[i]) continue;
    float loudest = kDigitalSilenceDb;
    for (std::size_t k = i >= kEchoFrames ? i - kEchoFrames : 0; k <= i; ++k) {
      if (other.voiced[k]) loudest = std::max(loudest, other.level_db[k]);
    }
    const bool below_other = own->level_db[i] < loudest - kEchoLossDb;
    const bool below_self = !speaking || own->level_db[i] < *speaking - kBelowOwnVoiceDb;
    if (below_other && below_self) own->voiced[i] = false;
  }
}

std::vector<Span> SpansOf(const std::vector<bool>& voiced, std::int64_t duration_ms,
                          const VoiceActivityOptions& options) {
  std::vector<Span> runs;
  for (std::size_t i = 0; i < voiced.size(); ++i) {
    if (!voiced[i]) continue;
    const std::int64_t start = static_cast<std::int64_t>(i) * kFrameMs;
    if (!runs.empty() && start - runs.back().end_ms < options.join_ms)
      runs.back().end_ms = start + kFrameMs;
    else
      runs.push_back({start, start + kFrameMs});
  }
  std::vector<Span> spans;
  for (const Span& run : runs) {
    if (run.end_ms - run.start_ms < options.shortest_ms) continue;
    const std::int64_t start = std::max<std::int64_t>(0, run.start_ms - options.padding_ms);
    const std::int64_t end = std::min(duration_ms, run.end_ms + options.padding_ms);
    if (!spans.empty() && start <= spans.back().end_ms)
      spans.back().end_ms = end;
    else
      spans.push_back({start, end});
  }
  return spans;
}

std::vector<std::vector<Span>> DetectSpeech(const DecodedAudio& audio, const VoiceActivityOptions& options) {
  std::vector<VoiceFrames> frames;
  for (const auto& samples : audio.channels) frames.push_back(JudgeFrames(samples));
  if (frames.size() == 2) {
    const VoiceFrames first = frames[0];
    RemoveEcho(&frames[0], frames[1]);
    RemoveEcho(&frames[1], first);
  }
  std::vector<std::vector<Span>> speech;
  for (const VoiceFrames& channel : frames)
    speech.push_back(SpansOf(channel.voiced, audio.duration_ms, options));
  return speech;
}

}  // namespace dialix::analysis
