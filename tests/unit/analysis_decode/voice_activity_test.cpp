#include "analysis/decode/voice_activity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "analysis/decode/decoder.h"
#include "media_files.h"

namespace dialix::analysis {
namespace {

using Samples = std::vector<std::int16_t>;

Samples RealSpeech() {
  const auto decoded = Decode(tests::kSpeech, {});
  EXPECT_TRUE(decoded.ok());
  if (!decoded.ok()) return {};
  return {decoded->audio.channels[0].begin(), decoded->audio.channels[0].end()};
}

Samples Noise(std::int64_t ms, double amplitude) {
  std::mt19937 random(3);
  std::normal_distribution<double> level(0, amplitude);
  Samples noise(static_cast<std::size_t>(ms) * kSampleRate / 1000);
  for (std::int16_t& sample : noise) sample = static_cast<std::int16_t>(level(random));
  return noise;
}

Samples operator+(Samples first, const Samples& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Samples Scaled(Samples samples, double gain) {
  for (std::int16_t& sample : samples) sample = static_cast<std::int16_t>(sample * gain);
  return samples;
}

std::vector<std::vector<Span>> Detect(const std::vector<Samples>& channels) {
  DecodedAudio audio;
  for (const Samples& samples : channels) audio.channels.emplace_back(samples);
  audio.duration_ms = static_cast<std::int64_t>(channels.front().size()) * 1000 / kSampleRate;
  return DetectSpeech(audio);
}

std::int64_t Total(const std::vector<Span>& spans, std::int64_t from, std::int64_t to) {
  std::int64_t total = 0;
  for (const Span& span : spans) {
    total += std::max<std::int64_t>(0, std::min(span.end_ms, to) - std::max(span.start_ms, from));
  }
  return total;
}

TEST(VoiceActivity, FindsRealSpeechBetweenKnownSilences) {
  const Samples quiet(5 * kSampleRate, 0);
  const auto speech = Detect({quiet + RealSpeech() + quiet + RealSpeech()})[0];
  ASSERT_FALSE(speech.empty());
  EXPECT_GE(speech.front().start_ms, 4900);
  EXPECT_LE(speech.front().start_ms, 5600);
  EXPECT_GT(Total(speech, 5000, 12'100), 5000);    // most of 7.1 s
  EXPECT_LT(Total(speech, 12'400, 17'000), 200);   // the gap
  EXPECT_GT(Total(speech, 17'100, 24'200), 5000);  // and again
}

TEST(VoiceActivity, SteadyNoiseIsNoSpeechAndDoesNotHideIt) {
  const Samples hiss = Noise(8000, 60);
  EXPECT_LT(Total(Detect({hiss})[0], 0, 8000), 500);
  Samples mixed = hiss + RealSpeech() + hiss;
  const Samples floor = Noise(static_cast<std::int64_t>(mixed.size()) * 1000 / kSampleRate, 60);
  for (std::size_t i = 0; i < floor.size(); ++i)
    mixed[i] = static_cast<std::int16_t>(std::clamp(mixed[i] + floor[i], -32768, 32767));
  EXPECT_GT(Total(Detect({mixed})[0], 8000, 15'100), 4500);
}

TEST(VoiceActivity, SilenceAndNothingHaveNoSpeech) {
  EXPECT_TRUE(Detect({Samples(3 * kSampleRate, 0)})[0].empty());
  EXPECT_TRUE(Detect({Samples()})[0].empty());
}

TEST(VoiceActivity, TheOtherSidesEchoIsNotSpeech) {
  const Samples voice = RealSpeech();
  const Samples later(kSampleRate / 10, 0);  // 100 ms
  const auto echoed = Detect({voice + later, later + Scaled(voice, 0.05)});
  EXPECT_GT(Total(echoed[0], 0, 7200), 5000);
  EXPECT_LT(Total(echoed[1], 0, 7200), 700);
}

TEST(VoiceActivity, BothSidesTalkingAtOnceAreBothHeard) {
  const Samples voice = RealSpeech();
  Samples reversed(voice.rbegin(), voice.rend());  // as loud, but another sound
  const auto both = Detect({voice, reversed});
  EXPECT_GT(Total(both[0], 0, 7100), 4500);
  EXPECT_GT(Total(both[1], 0, 7100), 4500);
}

TEST(SpansOf, JoinsPausesDropsClicksAndPadsWithinTheRecording) {
  std::vector<bool> voiced(200, false);
  for (std::size_t i = 0; i < 30; ++i) voiced[i] = true;     // 0-300 ms
  for (std::size_t i = 50; i < 80; ++i) voiced[i] = true;    // 500-800 ms: joined over a 200 ms pause
  for (std::size_t i = 150; i < 155; ++i) voiced[i] = true;  // a click of 50 ms
  const auto spans = SpansOf(voiced, 2000, {});
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].start_ms, 0);
  EXPECT_EQ(spans[0].end_ms, 860);
}

}  // namespace
}  // namespace dialix::analysis
