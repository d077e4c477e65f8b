#include "analysis/score/talk_metrics.h"

#include <gtest/gtest.h>

namespace dialix::analysis {

static bool operator==(const Span& a, const Span& b) {
  return a.start_ms == b.start_ms && a.end_ms == b.end_ms;
}

namespace {

const SpeakerRoles kOperatorIsZero{0, 1, "channel_map"};
const SpeakerRoles kOperatorIsOne{1, 1, "channel_map"};
const SpeakerRoles kNobodyKnows{-1, 0, "none"};

TEST(MeasureTalk, AddsUpEachSide) {
  const TalkMetrics metrics =
      MeasureTalk({{{1200, 3000}, {6000, 8000}}, {{3000, 5500}}}, kOperatorIsZero, 9000);
  EXPECT_EQ(metrics.operator_answer_delay_ms, 1200);
  EXPECT_EQ(metrics.operator_speech_ms, 3800);
  EXPECT_EQ(metrics.customer_speech_ms, 2500);
  EXPECT_EQ(metrics.speech_ms, 6300);
  EXPECT_EQ(metrics.silence_ms, 0);
  EXPECT_EQ(metrics.overlap_ms, 0);
}

TEST(MeasureTalk, FollowsTheRoles) {
  const TalkMetrics metrics = MeasureTalk({{{1200, 3000}}, {{3000, 5500}}}, kOperatorIsOne, 6000);
  EXPECT_EQ(metrics.operator_answer_delay_ms, 3000);
  EXPECT_EQ(metrics.operator_speech_ms, 2500);
  EXPECT_EQ(metrics.customer_speech_ms, 1800);
}

TEST(MeasureTalk, CountsOnlySilenceLongerThanThreeSeconds) {
  // gaps: 0–3000 (exactly 3 s: no), 5000–9001 (4001), 9500–12000 (2500: no), 13000–20000 (end: 7000)
  const TalkMetrics metrics =
      MeasureTalk({{{3000, 5000}, {12000, 13000}}, {{9001, 9500}}}, kOperatorIsZero, 20000);
  EXPECT_EQ(metrics.silences, (std::vector<Span>{{5000, 9001}, {13000, 20000}}));
  EXPECT_EQ(metrics.silence_ms, 11001);
}

TEST(MeasureTalk, CountsOnlyOverlapLongerThanOneSecond) {
  const TalkMetrics metrics =
      MeasureTalk({{{0, 5000}, {6000, 9000}}, {{3999, 7000}, {8500, 9500}}}, kOperatorIsZero, 10000);
  // 3999–5000 (1001), 6000–7000 (exactly 1 s: no), 8500–9000 (500: no)
  EXPECT_EQ(metrics.overlaps, (std::vector<Span>{{3999, 5000}}));
  EXPECT_EQ(metrics.overlap_ms, 1001);
  EXPECT_EQ(metrics.speech_ms, 9500);
}

TEST(MeasureTalk, KnowsNoSidesOfAMonoFileButItsSilence) {
  const TalkMetrics metrics = MeasureTalk({{{0, 1000}, {5000, 6000}}}, kNobodyKnows, 6000);
  EXPECT_FALSE(metrics.operator_answer_delay_ms.has_value());
  EXPECT_FALSE(metrics.operator_speech_ms.has_value());
  EXPECT_FALSE(metrics.customer_speech_ms.has_value());
  EXPECT_FALSE(metrics.overlap_ms.has_value());
  EXPECT_EQ(metrics.silence_ms, 4000);
  EXPECT_EQ(metrics.speech_ms, 2000);
}

TEST(MeasureTalk, KnowsTheOverlapOfAStereoFileWithoutRoles) {
  const TalkMetrics metrics = MeasureTalk({{{0, 4000}}, {{2000, 4000}}}, kNobodyKnows, 4000);
  EXPECT_EQ(metrics.overlap_ms, 2000);
  EXPECT_FALSE(metrics.operator_speech_ms.has_value());
}

TEST(MeasureTalk, MergesSpansThatAreUnsortedTouchingOrOverlapping) {
  const TalkMetrics metrics =
      MeasureTalk({{{4000, 6000}, {0, 2000}, {1000, 3000}, {3000, 3500}}, {}}, kOperatorIsZero, 6000);
  EXPECT_EQ(metrics.operator_speech_ms, 5500);
}

TEST(MeasureTalk, CutsSpansToTheRecordingAndDropsEmptyOnes) {
  const TalkMetrics metrics =
      MeasureTalk({{{-500, 1000}, {2000, 2000}, {9000, 99000}}, {}}, kOperatorIsZero, 10000);
  EXPECT_EQ(metrics.operator_speech_ms, 2000);
  EXPECT_EQ(metrics.operator_answer_delay_ms, 0);
}

TEST(MeasureTalk, GivesNoAnswerDelayWhereTheOperatorNeverSpeaks) {
  const TalkMetrics metrics = MeasureTalk({{}, {{0, 4000}}}, kOperatorIsZero, 4000);
  EXPECT_FALSE(metrics.operator_answer_delay_ms.has_value());
  EXPECT_EQ(metrics.operator_speech_ms, 0);
}

TEST(MeasureTalk, TakesARecordingWithoutSpeechForOneSilence) {
  const TalkMetrics metrics = MeasureTalk({{}, {}}, kNobodyKnows, 60000);
  EXPECT_EQ(metrics.silence_ms, 60000);
  EXPECT_EQ(metrics.speech_ms, 0);
  EXPECT_EQ(MeasureTalk({}, kNobodyKnows, 0).silence_ms, 0);
}

}  // namespace
}  // namespace dialix::analysis
