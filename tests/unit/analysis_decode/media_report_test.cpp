#include "analysis/decode/media_report.h"

#include <gtest/gtest.h>

namespace dialix::analysis {
namespace {

TEST(MediaReport, SurvivesTheWayThroughThePipe) {
  MediaReport report;
  report.container = "wav";
  report.codec = "pcm_s16le";
  report.channels = 2;
  report.sample_rate = 8000;
  report.duration_ms = 12'345;
  report.samples = 197'520;
  report.planes = 2;
  report.truncated = true;
  report.identical_channels = true;
  const auto read = ReadReport(WriteReport(report));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->container, "wav");
  EXPECT_EQ(read->codec, "pcm_s16le");
  EXPECT_EQ(read->channels, 2);
  EXPECT_EQ(read->sample_rate, 8000);
  EXPECT_EQ(read->duration_ms, 12'345);
  EXPECT_EQ(read->samples, 197'520);
  EXPECT_EQ(read->planes, 2);
  EXPECT_TRUE(read->truncated);
  EXPECT_TRUE(read->identical_channels);
}

TEST(MediaReport, ReplacesWhatAHostileChildMaySay) {
  const auto read = ReadReport(
      R"({"fault":"none","codec":"<script>alert(1)</script>","channels":-5,"sample_rate":99999999999,"samples":-1,"planes":77})");
  ASSERT_FALSE(read.ok());  // no channels
  const auto named = ReadReport(R"({"fault":"codec","codec":"<b>x\u0000\"y","channels":1})");
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->codec, "bxy");
  EXPECT_FALSE(ReadReport("").ok());
  EXPECT_FALSE(ReadReport("[]").ok());
  EXPECT_FALSE(ReadReport(R"({"fault":"surprise"})").ok());
}

TEST(MediaReport, SaysTheLimitInTheUnitThatFits) {
  MediaReport report;
  report.fault = MediaFault::kTooLong;
  EXPECT_EQ(FaultError(report, 14'400).public_message, "The recording is longer than 4 hours.");
  EXPECT_EQ(FaultError(report, 3600).public_message, "The recording is longer than 1 hour.");
  EXPECT_EQ(FaultError(report, 90 * 60).public_message, "The recording is longer than 90 minutes.");
  EXPECT_EQ(FaultError(report, 61).public_message, "The recording is longer than 61 seconds.");
}

}  // namespace
}  // namespace dialix::analysis
