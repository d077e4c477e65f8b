// The demo's calls, as their scripts have them (no recogniser in between), against what a person who reads
// them says.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "analysis/assess/lexical_assessor.h"
#include "analysis/checklist_json.h"
#include "base/json.h"
#include "calls.h"

namespace dialix::analysis {
namespace {

struct ReadByAPerson {
  const char* file;
  // One letter a question of the demo's checklist: greeting introduction need details solution recap polite
  // more farewell. y yes, n no, r needs review, ? a person could say either.
  const char* answers;
  const char* customer;  // mood; null: cannot be known
  const char* purpose;
};

constexpr ReadByAPerson kCalls[] = {
    {"01_slow_internet", "yyyyyyyyy", "positive", "connection"},
    {"02_price_question", "yyyyyyyyy", "positive", "price"},
    {"03_delivery_status", "yyyyyyyyy", "neutral", "delivery"},
    {"04_angry_customer", "yyynyyyyn", "negative", "return"},
    {"05_skipped_greeting", "nnnnnnnnn", "neutral", "new order"},
    {"06_long_hold", "yyyyyyyyy", "neutral", "payment"},
    {"07_interruption", "yynnnnnny", "negative", "change of package"},
    {"10_outbound_refused", "yyynnnyny", "neutral", "price"},
    {"11_no_answer", "yy?nnnnny", nullptr, nullptr},
    {"12_complaint_solved", "yyyyyyyyy", "positive", "complaint"},
    {"14_new_connection", "yyyyyyyyy", "positive", "connection"},
    {"15_rude_operator", "ynnnnnnnn", "negative", "repair"},
    {"16_follow_up", "yyynnyyyy", "positive", nullptr},
    {"18_tablet_order", "yyyyyyyyy", "positive", "new order"},
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Transcript ReadCall(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<testing::Utterance> talk;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("[")) line = line.substr(line.find("] ") + 2);  // a pause or an overlap
    if (line.starts_with("O: ")) talk.push_back(testing::Op(line.substr(3)));
    if (line.starts_with("C: ")) talk.push_back(testing::Cu(line.substr(3)));
  }
  return testing::Call("en", talk);
}

std::vector<std::string> Texts(JsonView list) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < list.Size(); ++i) texts.push_back(list[i].StringOr(""));
  return texts;
}

char LetterOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kYes:
      return 'y';
    case Verdict::kNo:
      return 'n';
    case Verdict::kNotApplicable:
      return 'a';
    case Verdict::kNeedsReview:
      return 'r';
  }
  return ' ';
}

class DemoCalls : public ::testing::TestWithParam<ReadByAPerson> {};

TEST_P(DemoCalls, AreJudgedAsAPersonWould) {
  const std::filesystem::path demo = DIALIX_DEMO_DIR;
  auto company = JsonDocument::Parse(ReadFile(demo / "company.json"));
  ASSERT_TRUE(company.ok());
  auto checklist = ParseChecklist((*company)["checklist"]);
  ASSERT_TRUE(checklist.ok());
  const JsonView settings = (*company)["settings"];
  const Transcript call = ReadCall(demo / "calls" / (std::string(GetParam().file) + ".call"));
  ASSERT_FALSE(call.segments.empty());

  AssessRequest request;
  request.transcript = &call;
  request.checklist = &checklist.value();
  request.asked_for = {"en", Texts(settings["purposes"]), Texts(settings["products"]),
                       Texts(settings["lead_sources"])};
  const auto assessment = LexicalAssessor().Assess(request);
  ASSERT_TRUE(assessment.ok());

  const std::string_view expected = GetParam().answers;
  ASSERT_EQ(assessment->answers.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Answer& answer = assessment->answers[i];
    if (expected[i] == '?') continue;
    EXPECT_EQ(LetterOf(answer.verdict), expected[i]) << answer.question_id << " " << answer.comment;
  }
  const auto text = [](const char* value) {
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  EXPECT_EQ(assessment->sentiment_customer, text(GetParam().customer));
  EXPECT_EQ(assessment->call_purpose, text(GetParam().purpose));
}

INSTANTIATE_TEST_SUITE_P(All, DemoCalls, ::testing::ValuesIn(kCalls),
                         [](const auto& test) { return std::string("call_") + test.param.file; });

}  // namespace
}  // namespace dialix::analysis
