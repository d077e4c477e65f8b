#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "features/dashboard/dashboard_page.h"

namespace dialix::features::dashboard {
namespace {

using testing::ElementsAre;

Page ThreeDays() {
  Page page;
  page.timezone = "Asia/Tashkent";
  page.first = "2026-02-27";
  page.last = "2026-03-01";
  page.previous_first = "2026-02-24";
  return page;
}

JsonDocument Read(const Page& page) {
  auto document = JsonDocument::Parse(ToJson(page));
  EXPECT_TRUE(document.ok());
  return std::move(*document);
}

std::vector<std::string> Texts(JsonView array, std::string_view key) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < array.Size(); ++i) texts.push_back(array[i][key].StringOr("null"));
  return texts;
}

TEST(Quotient, RoundsHalfAwayFromZero) {
  EXPECT_EQ(Quotient(5, 2), 3);
  EXPECT_EQ(Quotient(-5, 2), -3);
  EXPECT_EQ(Quotient(7, 3), 2);
  EXPECT_EQ(Quotient(8, 3), 3);
  EXPECT_EQ(Quotient(-7, 3), -2);
  EXPECT_EQ(Quotient(0, 3), 0);
}

TEST(Quotient, OfNothingIsNothing) { EXPECT_EQ(Quotient(0, 0), std::nullopt); }

TEST(Median, IsTheMiddleScore) {
  EXPECT_EQ(Median({{2000, 1}, {6000, 1}, {9000, 1}}), 6000);
  EXPECT_EQ(Median({{2000, 5}, {9000, 4}}), 2000);
}

TEST(Median, OfAnEvenNumberIsTheMeanOfTheTwoInTheMiddleRounded) {
  EXPECT_EQ(Median({{2000, 1}, {6000, 1}, {8050, 1}, {9000, 1}}), 7025);
  EXPECT_EQ(Median({{6000, 1}, {6001, 1}}), 6001);  // 60.005 rounds up
  EXPECT_EQ(Median({{6000, 2}, {9000, 2}}), 7500);
}

TEST(Median, OfNoScoresIsNothing) {
  EXPECT_EQ(Median({}), std::nullopt);
  EXPECT_EQ(Median({{5000, 0}}), std::nullopt);
}

TEST(HundredthsJson, HasNoTrailingZeros) {
  EXPECT_EQ(HundredthsJson(6263), "62.63");
  EXPECT_EQ(HundredthsJson(8050), "80.5");
  EXPECT_EQ(HundredthsJson(7500), "75");
  EXPECT_EQ(HundredthsJson(5), "0.05");
  EXPECT_EQ(HundredthsJson(0), "0");
  EXPECT_EQ(HundredthsJson(std::nullopt), "null");
}

TEST(DashboardPage, HasARowForEveryDayAcrossTheEndOfAMonth) {
  Page page = ThreeDays();
  Figures figures;
  figures.calls = 4;
  figures.completed = 3;
  figures.positive = 1;
  figures.scored = 2;
  figures.score_sum = 15001;
  page.days = {{2, figures}};
  const auto document = Read(page);
  const JsonView daily = document["daily"];
  EXPECT_THAT(Texts(daily, "date"), ElementsAre("2026-02-27", "2026-02-28", "2026-03-01"));
  EXPECT_EQ(
      daily[0].Dump(),
      R"({"date":"2026-02-27","calls":0,"positive":0,"neutral":0,"negative":0,"unknown":0,"avg_score":null})");
  EXPECT_EQ(
      daily[2].Dump(),
      R"({"date":"2026-03-01","calls":4,"positive":1,"neutral":0,"negative":0,"unknown":2,"avg_score":75.01})");
}

TEST(DashboardPage, TellsTheDayBeforeThePeriod) {
  const auto document = Read(ThreeDays());
  EXPECT_EQ(
      document["period"].Dump(),
      R"({"start":"2026-02-27","end":"2026-03-01","previous_start":"2026-02-24","previous_end":"2026-02-26",)"
      R"("timezone":"Asia/Tashkent"})");
}

TEST(DashboardPage, CountsWhatHasNotEndedAsInProgress) {
  Page page = ThreeDays();
  page.recent.figures.calls = 7;
  page.recent.figures.completed = 4;
  page.recent.figures.failed = 1;
  const auto document = Read(page);
  EXPECT_EQ(document["totals"]["in_progress"].IntOr(-1), 2);
  EXPECT_EQ(document["previous"]["in_progress"].IntOr(-1), 0);
  EXPECT_TRUE(document["previous"]["avg_duration_ms"].IsNull());
}

TEST(DashboardPage, PutsTheWorstQuestionFirstAndTheUnansweredLast) {
  Page page = ThreeDays();
  page.Add({"a", "A?", "S", 0, 0, 1, 0});
  page.Add({"b", "B?", "S", 2, 1, 0, 0});
  page.Add({"c", "C?", "S", 1, 2, 0, 0});
  page.Add({"d", "D?", "S", 4, 2, 0, 0});
  const auto document = Read(page);
  EXPECT_THAT(Texts(document["compliance"], "question_id"), ElementsAre("c", "b", "d", "a"));
  EXPECT_EQ(document["compliance"][0]["rate"].NumberOr(0), 33.33);
  EXPECT_TRUE(document["compliance"][3]["rate"].IsNull());
}

TEST(DashboardPage, AddsUpAQuestionThatWasRewordedUnderItsFirstWords) {
  Page page = ThreeDays();
  page.Add({"a", "Newest?", "S", 1, 2, 3, 4});
  page.Add({"a", "Older?", "S", 10, 20, 30, 40});
  const auto document = Read(page);
  ASSERT_EQ(document["compliance"].Size(), 1U);
  EXPECT_EQ(
      document["compliance"][0].Dump(),
      R"({"question_id":"a","text":"Newest?","segment":"S","yes":11,"no":22,"na":33,"needs_review":44,"rate":33.33})");
}

TEST(DashboardPage, KeepsTopicsApartByKind) {
  Page page = ThreeDays();
  page.topics = {
      {"source", "radio", 3}, {"purpose", "order", 2}, {"interest", "oven", 1}, {"purpose", "radio", 1}};
  const auto document = Read(page);
  EXPECT_THAT(Texts(document["purposes"], "name"), ElementsAre("order", "radio"));
  EXPECT_THAT(Texts(document["sources"], "name"), ElementsAre("radio"));
  EXPECT_THAT(Texts(document["interests"], "name"), ElementsAre("oven"));
}

}  // namespace
}  // namespace dialix::features::dashboard
