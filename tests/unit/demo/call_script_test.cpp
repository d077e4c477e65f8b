#include "demo/call_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/json.h"

namespace dialix::demo {
namespace {

using testing::HasSubstr;

constexpr std::string_view kHeader =
    "title: A call\noperator: 101\ndirection: inbound\ndays_ago: 2\ntime: 19:42\nphone: 901234567\n"
    "operator_voice: slt\ncustomer_voice: rms@0.9\n";

std::string With(std::string_view turns) { return std::string(kHeader) + "\n" + std::string(turns); }

TEST(CallScript, ReadsHeaderAndTurns) {
  const auto script = ParseCallScript("x", With("# said slowly\nO: Hello.\nC: Hi, it's me.\n"));
  ASSERT_TRUE(script.ok()) << script.error().public_message;
  EXPECT_EQ(script->id, "x");
  EXPECT_EQ(script->title, "A call");
  EXPECT_EQ(script->customer_voice.name, "rms");
  EXPECT_DOUBLE_EQ(script->customer_voice.stretch, 0.9);
  ASSERT_EQ(script->turns.size(), 2U);
  EXPECT_EQ(script->turns[1].side, Side::kCustomer);
  EXPECT_EQ(script->turns[1].text, "Hi, it's me.");
}

TEST(CallScript, PauseAndOverlapBecomeGaps) {
  const auto script = ParseCallScript("x", With("O: One.\n[pause 4.5] O: Two.\n[overlap 1.5] C: Three.\n"));
  ASSERT_TRUE(script.ok()) << script.error().public_message;
  EXPECT_DOUBLE_EQ(script->turns[1].gap_s, 4.5);
  EXPECT_DOUBLE_EQ(script->turns[2].gap_s, -1.5);
}

TEST(CallScript, AMistakeIsToldWithItsLine) {
  const auto script = ParseCallScript("12_x", With("O: Hello.\n[wait 3] C: Hi.\n"));
  ASSERT_FALSE(script.ok());
  EXPECT_THAT(script.error().public_message, HasSubstr("12_x.call, line 11"));
}

TEST(CallScript, RefusesWhatItCannotPlay) {
  for (const std::string_view turns :
       {"", "O: ...\n", "O: One.\n[overlap 1] O: Two.\n", "[overlap 1] O: One.\n", "X: One.\n",
        "[pause 99] O: One.\n", "[pause 1 O: One.\n"}) {
    EXPECT_FALSE(ParseCallScript("x", With(turns)).ok()) << turns;
  }
}

TEST(CallScript, RefusesWrongAndMissingFields) {
  for (const std::string_view line : {"operator: 10", "direction: sideways", "days_ago: 0", "time: 24:00",
                                      "phone: 90123", "operator_voice: bob", "format: aiff", "colour: red"}) {
    EXPECT_FALSE(ParseCallScript("x", std::string(kHeader) + std::string(line) + "\n\nO: Hello.\n").ok())
        << line;
  }
  EXPECT_FALSE(ParseCallScript("x", "title: A call\n\nO: Hello.\n").ok());
}

TEST(CallScript, BeginsOnItsDayInTashkent) {
  const auto script = ParseCallScript("x", With("O: Hello.\n"));
  ASSERT_TRUE(script.ok());
  // 21:00 UTC of the 22nd is the 23rd in Tashkent already; two days before that, 19:42 there is 14:42 UTC.
  const auto now = ParseUtc("2026-11-22T21:00:00Z");
  ASSERT_TRUE(now.has_value());
  const auto start = StartOf(*script, std::chrono::floor<std::chrono::seconds>(*now));
  EXPECT_EQ(FormatUtc(start), "2026-11-21T14:42:00.000Z");
}

TEST(CallScript, FileNameFollowsThePbxPattern) {
  auto script = ParseCallScript("x", std::string(kHeader) + "file_name: pbx\nformat: mp3\n\nO: Hello.\n");
  ASSERT_TRUE(script.ok()) << script.error().public_message;
  const auto start = std::chrono::floor<std::chrono::seconds>(*ParseUtc("2026-11-21T14:42:00Z"));
  EXPECT_EQ(FileNameOf(*script, start), "20261121-194200_901234567_101.mp3");
  script->direction = "outbound";
  EXPECT_EQ(FileNameOf(*script, start), "20261121-194200_101_901234567.mp3");
  script->pbx_file_name = false;
  EXPECT_EQ(FileNameOf(*script, start), "x.mp3");
}

TEST(CallScript, SpokenWordsAreWhatARecogniserWrites) {
  EXPECT_EQ(SpokenWords("  Yes -- it's done, thank you!"), "yes it's done thank you");
  EXPECT_EQ(SpokenWords("?!"), "");
}

TEST(CallScript, TheDemoOfTheRepositoryFitsTogether) {
  const auto scripts = LoadCallScripts(std::string(DIALIX_SOURCE_DIR) + "/sql/demo/calls");
  ASSERT_TRUE(scripts.ok()) << scripts.error().public_message;
  EXPECT_GE(scripts->size(), 12U);

  std::ifstream stream(std::string(DIALIX_SOURCE_DIR) + "/sql/demo/company.json");
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const auto company = JsonDocument::Parse(text);
  ASSERT_TRUE(company.ok()) << company.error().public_message;
  std::set<std::string> codes;
  std::set<std::string> titles;
  const JsonView operators = (*company)["operators"];
  for (std::size_t i = 0; i < operators.Size(); ++i) codes.insert(operators[i]["code"].StringOr(""));
  for (const auto& script : *scripts) {
    EXPECT_TRUE(codes.contains(script.operator_code)) << script.id;
    EXPECT_TRUE(titles.insert(script.title).second) << "twice: " << script.title;
  }
}

}  // namespace
}  // namespace dialix::demo
