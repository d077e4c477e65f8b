#include "analysis/decode/waveform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dialix::analysis {
namespace {

using testing::ElementsAre;

DecodedAudio AudioOf(const std::vector<std::int16_t>& samples) {
  DecodedAudio audio;
  audio.channels.emplace_back(samples);
  audio.duration_ms = 10;
  return audio;
}

TEST(Waveform, HoldsTheExtremesOfEachBucket) {
  const std::vector<std::int16_t> samples{0, 256, -512, 32767, -32768, 0, 10, 20};
  const Waveform waveform = ComputeWaveform(AudioOf(samples), 4);
  ASSERT_EQ(waveform.channels.size(), 1U);
  EXPECT_THAT(waveform.channels[0].min, ElementsAre(0, -2, -128, 0));
  EXPECT_THAT(waveform.channels[0].max, ElementsAre(1, 127, 0, 0));
}

TEST(Waveform, HasNoMoreBucketsThanSamplesAndNoneWithoutSound) {
  const std::vector<std::int16_t> three{256, 512, 768};
  EXPECT_THAT(ComputeWaveform(AudioOf(three), 2000).channels[0].max, ElementsAre(1, 2, 3));
  EXPECT_TRUE(ComputeWaveform(AudioOf({}), 2000).channels[0].max.empty());
}

TEST(Waveform, UsesEverySampleWhenTheCountDoesNotDivide) {
  std::vector<std::int16_t> samples(10'007, 0);
  samples.back() = 25'600;
  const Waveform waveform = ComputeWaveform(AudioOf(samples), 2000);
  EXPECT_EQ(waveform.channels[0].max.size(), 2000U);
  EXPECT_EQ(waveform.channels[0].max.back(), 100);
}

TEST(Waveform, IsWrittenAsJson) {
  const std::vector<std::int16_t> samples{-256, 512};
  EXPECT_EQ(WaveformJson(ComputeWaveform(AudioOf(samples), 1)),
            R"({"duration_ms":10,"channels":[{"min":[-1],"max":[2]}]})");
}

}  // namespace
}  // namespace dialix::analysis
