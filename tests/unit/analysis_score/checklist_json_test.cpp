#include "analysis/checklist_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/uuid.h"

namespace dialix::analysis {
namespace {

using ::testing::Contains;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Result<Checklist> Parse(const std::string& json) {
  auto document = JsonDocument::Parse(json);
  EXPECT_TRUE(document.ok()) << json;
  return ParseChecklist(document->Root());
}

std::vector<std::pair<std::string, std::string>> ErrorsOf(const std::string& json) {
  const auto parsed = Parse(json);
  std::vector<std::pair<std::string, std::string>> errors;
  if (parsed.ok()) return errors;
  EXPECT_EQ(parsed.error().code, Error::Code::kInvalid);
  for (const FieldError& field : parsed.error().fields) errors.emplace_back(field.path, field.code);
  return errors;
}

std::string WithQuestion(const std::string& question) {
  return R"({"title":"T","segments":[{"title":"S","questions":[)" + question + "]}]}";
}

TEST(ParseChecklist, ReadsEveryField) {
  const auto parsed = Parse(R"({"title":" Sales call ","segments":[{"title":"Opening","questions":[
      {"id":"greet","text":"Greeted?","weight":2.5,"keywords":["good morning","salom"],"asked_of":"customer"}]}]})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->title, "Sales call");
  const Question& question = parsed->segments.at(0).questions.at(0);
  EXPECT_EQ(question.id, "greet");
  EXPECT_EQ(question.text, "Greeted?");
  EXPECT_EQ(question.weight, 2.5);
  EXPECT_EQ(question.keywords, (std::vector<std::string>{"good morning", "salom"}));
  EXPECT_EQ(question.asked_of, Speaker::kCustomer);
}

TEST(ParseChecklist, FillsInWhatIsLeftOut) {
  const auto parsed = Parse(WithQuestion(R"({"text":"Greeted?"},{"text":"Named?"})"));
  ASSERT_TRUE(parsed.ok());
  const std::vector<Question>& questions = parsed->segments[0].questions;
  EXPECT_TRUE(IsUuid(questions[0].id));
  EXPECT_NE(questions[0].id, questions[1].id);
  EXPECT_EQ(questions[0].weight, 1);
  EXPECT_TRUE(questions[0].keywords.empty());
  EXPECT_EQ(questions[0].asked_of, Speaker::kOperator);
}

TEST(ParseChecklist, NamesEveryWrongFieldAtOnce) {
  EXPECT_THAT(ErrorsOf(R"({"title":"","surprise":1,"segments":[
                {"title":5,"questions":[{"weight":0},{"text":"a","id":"x","weight":"2","asked_of":"boss"},
                                        {"text":"b","id":"x","keywords":["k"," "]},{"text":"c","id":"no space"}]},
                {"questions":[]},7]})"),
              UnorderedElementsAre(
                  Pair("surprise", "unknown"), Pair("title", "required"),
                  Pair("segments[0].title", "wrong_type"), Pair("segments[0].questions[0].text", "required"),
                  Pair("segments[0].questions[0].weight", "out_of_range"),
                  Pair("segments[0].questions[1].weight", "wrong_type"),
                  Pair("segments[0].questions[1].asked_of", "invalid"),
                  Pair("segments[0].questions[2].id", "duplicate"),
                  Pair("segments[0].questions[2].keywords[1]", "required"),
                  Pair("segments[0].questions[3].id", "invalid"), Pair("segments[1].title", "required"),
                  Pair("segments[1].questions", "too_few"), Pair("segments[2]", "wrong_type")));
}

TEST(ParseChecklist, RequiresTitleAndSegments) {
  EXPECT_THAT(ErrorsOf("{}"), UnorderedElementsAre(Pair("title", "required"), Pair("segments", "required")));
  EXPECT_THAT(ErrorsOf(R"({"title":null,"segments":{}})"),
              UnorderedElementsAre(Pair("title", "wrong_type"), Pair("segments", "wrong_type")));
  EXPECT_FALSE(Parse("[]").ok());
}

TEST(ParseChecklist, BoundsLengthsInCharactersNotBytes) {
  std::string longest;
  for (int i = 0; i < 500; ++i) longest += "ў";
  EXPECT_TRUE(Parse(WithQuestion("{\"text\":\"" + longest + "\"}")).ok());
  EXPECT_THAT(ErrorsOf(WithQuestion("{\"text\":\"" + longest + "x\"}")),
              UnorderedElementsAre(Pair("segments[0].questions[0].text", "too_long")));
}

TEST(ParseChecklist, BoundsCounts) {
  const auto repeat = [](const std::string& text, int times) {
    std::string joined;
    for (int i = 0; i < times; ++i) joined += (i > 0 ? "," : "") + text;
    return joined;
  };
  EXPECT_TRUE(Parse(WithQuestion(repeat(R"({"text":"a"})", 100))).ok());
  EXPECT_THAT(ErrorsOf(WithQuestion(repeat(R"({"text":"a"})", 101))),
              Contains(Pair("segments[0].questions", "too_many")));
  EXPECT_THAT(ErrorsOf(WithQuestion(R"({"text":"a","keywords":[)" + repeat("\"k\"", 51) + "]}")),
              Contains(Pair("segments[0].questions[0].keywords", "too_many")));
  const std::string segment = R"({"title":"S","questions":[)" + repeat(R"({"text":"a"})", 100) + "]}";
  EXPECT_THAT(ErrorsOf(R"({"title":"T","segments":[)" + repeat(segment, 6) + "]}"),
              Contains(Pair("segments", "too_many")));
  EXPECT_THAT(ErrorsOf(R"({"title":"T","segments":[)" +
                       repeat(R"({"title":"S","questions":[{"text":"a"}]})", 51) + "]}"),
              Contains(Pair("segments", "too_many")));
}

TEST(ParseChecklist, RefusesAWeightThatIsNotPositiveAndFinite) {
  for (const char* weight : {"0", "-1", "1e-7", "0e300", "1000.5", "true", "null"}) {
    EXPECT_FALSE(Parse(WithQuestion(std::string(R"({"text":"a","weight":)") + weight + "}")).ok()) << weight;
  }
}

TEST(ParseChecklist, RefusesNulCharacters) {
  EXPECT_THAT(ErrorsOf(WithQuestion(R"({"text":"a\u0000b"})")),
              Contains(Pair("segments[0].questions[0].text", "invalid")));
}

TEST(ChecklistSegmentsJson, CanBeReadBack) {
  const auto parsed =
      Parse(WithQuestion(R"({"id":"a-1_B","text":"Salomlashdimi?","weight":0.5,"keywords":["salom"],
                                             "asked_of":"customer"})"));
  ASSERT_TRUE(parsed.ok());
  const std::string json = ChecklistSegmentsJson(parsed->segments);
  EXPECT_EQ(json, R"([{"title":"S","questions":[{"id":"a-1_B","text":"Salomlashdimi?","weight":0.5,)"
                  R"("keywords":["salom"],"asked_of":"customer"}]}])");
  const auto read = ReadChecklistSegments(json);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(ChecklistSegmentsJson(read.value()), json);
}

TEST(ReadChecklistSegments, RefusesBrokenText) {
  EXPECT_FALSE(ReadChecklistSegments("[").ok());
  const auto wrong = ReadChecklistSegments("[{}]");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, Error::Code::kInternal);
}

}  // namespace
}  // namespace dialix::analysis
