#include "analysis/transcribe/utterances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dialix::analysis {

static bool operator==(const Span& a, const Span& b) {
  return a.start_ms == b.start_ms && a.end_ms == b.end_ms;
}
static void PrintTo(const Span& span, std::ostream* out) { *out << span.start_ms << ".." << span.end_ms; }

namespace {

using testing::ElementsAre;

TEST(Utterances, JoinsWhatIsCloseAndKeepsSilenceAround) {
  EXPECT_THAT(Utterances({{1000, 2000}, {2300, 3000}, {5000, 6000}}, 10'000),
              ElementsAre(Span{800, 3200}, Span{4800, 6200}));
}

TEST(Utterances, PaddingEndsInTheMiddleBetweenNeighboursAndAtTheRecordingsEnds) {
  UtteranceLimits limits;
  limits.join_gap_ms = 100;
  EXPECT_THAT(Utterances({{50, 1000}, {1200, 1990}}, 2000, limits),
              ElementsAre(Span{0, 1100}, Span{1100, 2000}));
}

TEST(Utterances, CutsALongOneIntoEqualPieces) {
  UtteranceLimits limits;
  limits.max_ms = 10'000;
  limits.padding_ms = 0;
  EXPECT_THAT(Utterances({{0, 25'000}}, 25'000, limits),
              ElementsAre(Span{0, 8333}, Span{8333, 16'666}, Span{16'666, 25'000}));
}

TEST(Utterances, DoesNotJoinBeyondTheLongest) {
  UtteranceLimits limits;
  limits.max_ms = 5000;
  limits.padding_ms = 0;
  EXPECT_THAT(Utterances({{0, 3000}, {3100, 6000}}, 6000, limits),
              ElementsAre(Span{0, 3000}, Span{3100, 6000}));
}

TEST(Utterances, NoSpeechIsNoUtterance) { EXPECT_TRUE(Utterances({}, 5000).empty()); }

TEST(SegmentsOf, BeginsANewSegmentAtAPause) {
  const auto segments =
      SegmentsOf({{"good", 0, 300, 1}, {"morning", 350, 900, 1}, {"hello", 1700, 2000, 1}}, 1);
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0].text, "good morning");
  EXPECT_EQ(segments[0].start_ms, 0);
  EXPECT_EQ(segments[0].end_ms, 900);
  EXPECT_EQ(segments[0].channel, 1);
  EXPECT_EQ(segments[1].text, "hello");
  EXPECT_EQ(segments[1].words.size(), 1U);
}

TEST(SortSegments, OrdersByStartThenChannel) {
  std::vector<Segment> segments(3);
  segments[0].start_ms = 500;
  segments[0].channel = 1;
  segments[1].start_ms = 500;
  segments[1].channel = 0;
  segments[2].start_ms = 100;
  segments[2].channel = 1;
  SortSegments(segments);
  EXPECT_EQ(segments[0].start_ms, 100);
  EXPECT_EQ(segments[1].channel, 0);
  EXPECT_EQ(segments[2].channel, 1);
}

}  // namespace
}  // namespace dialix::analysis
