#include <gtest/gtest.h>

#include "analysis/pipeline/job_queue.h"
#include "analysis/pipeline/job_sql.h"
#include "analysis/pipeline/peaks.h"
#include "base/json.h"

namespace dialix::analysis {
namespace {

TEST(Peaks, AreThePercentageOfFullScaleOfEachSlice) {
  std::vector<std::int16_t> samples(16000, 0);
  samples[100] = -32768;
  samples[15999] = 16384;
  DecodedAudio audio;
  audio.channels = {samples};
  const auto peaks = PeaksOf(audio);
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].size(), 100U);
  EXPECT_EQ(peaks[0].front(), 100);
  EXPECT_EQ(peaks[0].back(), 50);
  EXPECT_EQ(peaks[0][50], 0);
}

TEST(Peaks, NeverExceedTheirNumberHoweverLongTheCall) {
  const std::vector<std::int16_t> hour(16000 * 3600, 1);
  const std::vector<std::int16_t> blink(3, 1);
  DecodedAudio audio;
  audio.channels = {hour, blink};
  const auto peaks = PeaksOf(audio);
  EXPECT_EQ(peaks[0].size(), kMaxPeaks);
  EXPECT_EQ(peaks[1].size(), 1U);
}

TEST(Backoff, GrowsIsBoundedAndObeysRetryAfter) {
  EXPECT_GE(BackoffSeconds(0, 0), 5);
  EXPECT_LE(BackoffSeconds(0, 0), 6);
  EXPECT_GE(BackoffSeconds(3, 0), 40);
  EXPECT_LE(BackoffSeconds(100, 0), 720);
  EXPECT_GE(BackoffSeconds(0, 90), 90);
}

TEST(SettleBatch, ChecksTheLeaseBeforeAnythingElse) {
  const TakenJob job{"j", "c", "r", "t", 0, 0};
  const store::Batch batch = SettleBatch(job, {}, {});
  ASSERT_FALSE(batch.items().empty());
  EXPECT_EQ(batch.items().front().statement, &kHoldJob);
  EXPECT_EQ(batch.mode(), store::Batch::Mode::kReadWrite);
  EXPECT_STREQ(batch.items().back().statement->name, "settle_job");
}

TEST(SettleBatch, GivesEveryQuestionARowAlsoOneTheAssessorForgot) {
  JobDetails details;
  details.input.checklist = Checklist{"k",
                                      3,
                                      {{"Opening", {{"a", "A?", 1, {}, Speaker::kOperator}}},
                                       {"End", {{"b", "B?", 2, {}, Speaker::kOperator}}}},
                                      {}};
  AnalysisOutcome outcome;
  outcome.assessment.answers = {{"b", Verdict::kYes, 0.9, Evidence{"bye", 1, 2, Speaker::kOperator}, ""}};
  const store::Batch batch = SettleBatch({"j", "c", "r", "t", 0, 0}, details, outcome);
  std::string rows;
  for (const auto& item : batch.items()) {
    if (std::string(item.statement->name) == "settle_answers") rows = *item.params[2].text;
  }
  const auto json = JsonDocument::Parse(rows);
  ASSERT_TRUE(json.ok());
  ASSERT_EQ(json->Root().Size(), 2U);
  EXPECT_EQ(json->Root()[0]["verdict"].String(), "needs_review");
  EXPECT_EQ(json->Root()[1]["verdict"].String(), "yes");
  EXPECT_EQ(json->Root()[1]["quote"].String(), "bye");
  EXPECT_EQ(json->Root()[1]["segment_position"].Int(), 1);
}

}  // namespace
}  // namespace dialix::analysis
