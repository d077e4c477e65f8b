#include "demo/call_audio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "demo/speech.h"

namespace dialix::demo {
namespace {

constexpr int kOneSecond = kDemoSampleRate;

CallScript TwoTurns(double first_gap_s, double second_gap_s) {
  CallScript script;
  script.id = "x";
  script.turns = {{Side::kOperator, "One two.", first_gap_s}, {Side::kCustomer, "Three.", second_gap_s}};
  return script;
}

int LoudestOf(const CallAudio& audio, std::size_t channel, std::int64_t from_ms, std::int64_t to_ms) {
  int loudest = 0;
  for (std::int64_t i = from_ms * kDemoSampleRate / 1000; i < to_ms * kDemoSampleRate / 1000; ++i) {
    loudest = std::max(loudest,
                       std::abs(static_cast<int>(audio.samples[static_cast<std::size_t>(2 * i) + channel])));
  }
  return loudest;
}

TEST(CallAudio, EachSideIsHeardOnItsOwnChannel) {
  const std::vector<std::vector<std::int16_t>> speech(2, std::vector<std::int16_t>(kOneSecond, 5000));
  const auto audio = MixCall(TwoTurns(1, 0.5), speech);
  ASSERT_EQ(audio.turns.size(), 2U);
  EXPECT_EQ(audio.turns[0].start_ms, 1000);
  EXPECT_EQ(audio.turns[0].end_ms, 2000);
  EXPECT_EQ(audio.turns[1].start_ms, 2500);
  EXPECT_GE(LoudestOf(audio, 0, 1000, 2000), 4990);
  EXPECT_LT(LoudestOf(audio, 1, 1000, 2000), 10);
  EXPECT_GE(LoudestOf(audio, 1, 2500, 3500), 4990);
  EXPECT_LT(LoudestOf(audio, 0, 2500, 3500), 10);
}

TEST(CallAudio, AnOverlapLetsBothSpeak) {
  const std::vector<std::vector<std::int16_t>> speech(2, std::vector<std::int16_t>(3 * kOneSecond, 5000));
  const auto audio = MixCall(TwoTurns(0.5, -1.25), speech);
  EXPECT_EQ(audio.turns[1].start_ms, 2250);
  EXPECT_GE(LoudestOf(audio, 0, 2300, 3400), 4990);
  EXPECT_GE(LoudestOf(audio, 1, 2300, 3400), 4990);
}

TEST(CallAudio, OneSideNeverSaysTwoThingsAtOnce) {
  auto script = TwoTurns(0.5, 0.5);
  script.turns.push_back({Side::kOperator, "Four.", -9});
  const std::vector<std::vector<std::int16_t>> speech(3, std::vector<std::int16_t>(kOneSecond, 5000));
  const auto audio = MixCall(script, speech);
  EXPECT_EQ(audio.turns[2].start_ms, audio.turns[0].end_ms);
}

TEST(CallAudio, TheSameScriptGivesTheSameSamples) {
  const std::vector<std::vector<std::int16_t>> speech(2, std::vector<std::int16_t>(kOneSecond, 700));
  EXPECT_EQ(MixCall(TwoTurns(1, 0.5), speech).samples, MixCall(TwoTurns(1, 0.5), speech).samples);
}

TEST(CallAudio, StmTellsWhoSaysWhatWhen) {
  const std::vector<std::vector<std::int16_t>> speech(2, std::vector<std::int16_t>(kOneSecond, 5000));
  const auto script = TwoTurns(1, 0.5);
  EXPECT_EQ(ToStm(script, MixCall(script, speech)),
            "x A x-operator 1.000 2.000 one two\nx B x-customer 2.500 3.500 three\n");
}

TEST(Speech, LoudnessIsEvenedWithoutClipping) {
  std::vector<std::int16_t> quiet(1000, 100);
  EvenLoudness(quiet);
  EXPECT_NEAR(quiet[0], 3300, 1);
  std::vector<std::int16_t> spiky(1000, 100);
  spiky[7] = -20000;
  EvenLoudness(spiky);
  EXPECT_GE(*std::min_element(spiky.begin(), spiky.end()), -29001);
}

TEST(Speech, SilenceStaysSilence) {
  std::vector<std::int16_t> silence(100, 0);
  EvenLoudness(silence);
  EXPECT_EQ(silence, std::vector<std::int16_t>(100, 0));
}

std::string Wav(std::uint8_t channels, std::uint8_t bits, std::uint16_t rate, std::string_view data) {
  std::string bytes("RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0", 22);
  bytes += static_cast<char>(channels);
  bytes += '\0';
  bytes += static_cast<char>(rate & 0xff);
  bytes += static_cast<char>(rate >> 8);
  bytes += std::string(8, '\0');
  bytes += static_cast<char>(bits);
  bytes += '\0';
  bytes += "data";
  bytes += static_cast<char>(data.size());
  bytes += std::string(3, '\0');
  bytes += data;
  return bytes;
}

TEST(Speech, ReadsLittleEndianSamples) {
  const auto samples = ParseMonoWav(Wav(1, 16, 16000, std::string_view("\x01\x00\xff\xff", 4)));
  ASSERT_TRUE(samples.ok()) << samples.error().public_message;
  EXPECT_EQ(*samples, (std::vector<std::int16_t>{1, -1}));
}

TEST(Speech, RefusesOtherFormatsAndCutFiles) {
  const std::string_view data("\x01\x00", 2);
  EXPECT_FALSE(ParseMonoWav(Wav(2, 16, 16000, data)).ok());
  EXPECT_FALSE(ParseMonoWav(Wav(1, 8, 16000, data)).ok());
  EXPECT_FALSE(ParseMonoWav(Wav(1, 16, 8000, data)).ok());
  EXPECT_FALSE(ParseMonoWav(Wav(1, 16, 16000, data).substr(0, 30)).ok());
  EXPECT_FALSE(ParseMonoWav("").ok());
}

}  // namespace
}  // namespace dialix::demo
