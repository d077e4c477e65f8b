#include "analysis/assess/openai_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/assess/openai_merge.h"
#include "calls.h"

namespace dialix::analysis {
namespace {

using testing::Ask;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OpenAiReply : public ::testing::Test {
 protected:
  OpenAiReply() : call_(testing::EnglishOrder()) {
    checklist_.segments.push_back({"All", {Ask("Greeted?"), Ask("Named?")}});
    checklist_.segments[0].questions[0].id = "greet";
    checklist_.segments[0].questions[1].id = "name";
    request_.transcript = &call_;
    request_.checklist = &checklist_;
    request_.asked_for.language = "en";
    request_.asked_for.purposes = {"Order", "Complaint"};
    request_.asked_for.products = {"Fridge", "Washing machine"};
    request_.asked_for.lead_sources = {"Telegram"};
    plan_ = PlanPrompts(request_, {});
  }

  Result<Assessment> Read(std::string_view content) {
    return ReadReply(content, request_, plan_.parts.at(0));
  }
  std::string Complaint(std::string_view content) {
    const auto read = Read(content);
    if (read.ok()) return "";
    EXPECT_EQ(read.error().code, Error::Code::kInvalid);
    return read.error().public_message;
  }
  Assessment Merge(std::vector<Assessment> replies) {
    return MergeReplies(request_, plan_, std::move(replies));
  }

  Transcript call_;
  Checklist checklist_;
  AssessRequest request_;
  PromptPlan plan_;
};

TEST_F(OpenAiReply, ReadsWhatTheModelSays) {
  const auto read = Read(R"({"summary":" An order. ","call_purpose":"order","lead_source":"TELEGRAM",
    "interests":["washing machine","fridge","toaster"],"sentiment_conversation":"positive","sentiment_operator":"neutral",
    "sentiment_customer":null,"customer_gender":"male","operator_greeted":true,
    "answers":[{"question":"q1","answer":"yes","quote":"Good morning","line":1,"confidence":0.9,"comment":"She does."}]})");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->summary, "An order.");
  EXPECT_EQ(read->call_purpose, "Order");
  EXPECT_EQ(read->lead_source, "Telegram");
  EXPECT_THAT(read->interests, ElementsAre("Fridge", "Washing machine"));
  EXPECT_EQ(read->sentiment_conversation, "positive");
  EXPECT_FALSE(read->sentiment_customer.has_value());
  EXPECT_EQ(read->customer_gender, "male");
  EXPECT_EQ(read->operator_greeted, true);
  ASSERT_EQ(read->answers.size(), 1u);
  EXPECT_EQ(read->answers[0].question_id, "greet");
  EXPECT_EQ(read->answers[0].comment, "She does.");
}

TEST_F(OpenAiReply, TakesWhatIsOnNoListForNothing) {
  const auto read = Read(R"({"call_purpose":"World domination","lead_source":"","answers":[]})");
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->call_purpose.has_value());
  EXPECT_FALSE(read->lead_source.has_value());
}

TEST_F(OpenAiReply, DropsUnknownAndRepeatedQuestions) {
  const auto read = Read(R"({"answers":[{"question":"q9","answer":"yes"},{"question":"q1","answer":"no"},
                                        {"question":"q1","answer":"na"}]})");
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->answers.size(), 1u);
  EXPECT_EQ(read->answers[0].verdict, Verdict::kNo);
}

TEST_F(OpenAiReply, ReadsJsonInAMarkdownFence) { EXPECT_TRUE(Read("```json\n{\"answers\":[]}\n```").ok()); }

TEST_F(OpenAiReply, NamesEveryBreachOfTheSchema) {
  EXPECT_THAT(Complaint("I think the call went well."), HasSubstr("not JSON"));
  EXPECT_THAT(Complaint("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(Complaint("{}"), HasSubstr("answers must be a list"));
  const std::string all =
      Complaint(R"({"summary":7,"sentiment_customer":"furious","operator_greeted":"yes","interests":"x",
      "answers":[{"question":"q1","answer":"maybe","quote":5,"line":"one","confidence":"high"},3]})");
  for (const char* part :
       {"summary must be text", "sentiment_customer has a value", "operator_greeted must be",
        "interests must be a list", "answers[0].answer must be yes, no, na or needs_review",
        "answers[0].confidence", "answers[0].quote must be text"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
}

TEST_F(OpenAiReply, IgnoresAConfidenceOutsideOfZeroToOne) {
  const auto read = Read(R"({"answers":[{"question":"q1","answer":"no","confidence":95}]})");
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->answers[0].confidence.has_value());
}

TEST_F(OpenAiReply, BoundsHowMuchTextItTakes) {
  std::string comment;
  for (int i = 0; i < 4000; ++i) comment += "ў";
  const auto read = Read(R"({"answers":[{"question":"q1","answer":"no","comment":")" + comment + "\"}]}");
  ASSERT_TRUE(read.ok());
  EXPECT_LT(read->answers[0].comment.size(), 1100u);
}

Assessment Says(std::string id, Verdict verdict, std::string quote = "", std::int64_t at = 0) {
  Answer answer;
  answer.question_id = std::move(id);
  answer.verdict = verdict;
  answer.confidence = 0.8;
  if (!quote.empty()) answer.evidence = Evidence{std::move(quote), at, 0, Speaker::kUnknown};
  Assessment reply;
  reply.answers.push_back(std::move(answer));
  return reply;
}

TEST_F(OpenAiReply, BelievesAYesOnlyWithWordsThatAreThere) {
  Assessment reply = Says("greet", Verdict::kYes, "Good morning, thank you");
  reply.answers.push_back(Says("name", Verdict::kYes, "my name is Barbara").answers[0]);
  const Assessment merged = Merge({reply});
  ASSERT_EQ(merged.answers.size(), 2u);
  EXPECT_EQ(merged.answers[0].verdict, Verdict::kYes);
  EXPECT_EQ(merged.answers[0].evidence->quote, "good morning thank you");
  EXPECT_EQ(merged.answers[1].verdict, Verdict::kNeedsReview);
  EXPECT_FALSE(merged.answers[1].evidence.has_value());
}

TEST_F(OpenAiReply, LooksForAQuoteNearTheLineThatTheModelNames) {
  const Assessment merged = Merge({Says("greet", Verdict::kYes, "thank you", call_.segments[4].start_ms)});
  EXPECT_EQ(merged.answers[0].evidence->start_ms, call_.segments[4].start_ms);
}

TEST_F(OpenAiReply, LeavesAQuestionWithoutAnAnswerToAPerson) {
  const Assessment merged = Merge({Says("greet", Verdict::kNo)});
  ASSERT_EQ(merged.answers.size(), 2u);
  EXPECT_EQ(merged.answers[1].question_id, "name");
  EXPECT_EQ(merged.answers[1].verdict, Verdict::kNeedsReview);
  EXPECT_EQ(merged.answers[1].comment, "The engine gave no answer to this question.");
}

TEST_F(OpenAiReply, LetsAYesInAnyPartWin) {
  const Assessment merged = Merge({Says("greet", Verdict::kNo), Says("greet", Verdict::kYes, "good morning"),
                                   Says("greet", Verdict::kNo)});
  EXPECT_EQ(merged.answers[0].verdict, Verdict::kYes);
  EXPECT_EQ(Merge({Says("greet", Verdict::kNotApplicable), Says("greet", Verdict::kNo)}).answers[0].verdict,
            Verdict::kNo);
  EXPECT_EQ(Merge({Says("greet", Verdict::kNo), Says("greet", Verdict::kYes, "bonjour")}).answers[0].verdict,
            Verdict::kNeedsReview);
}

TEST_F(OpenAiReply, DoesNotDenyWhatMayBeInTheUnseenEnd) {
  plan_.covers_all = false;
  const Assessment merged = Merge({Says("greet", Verdict::kNo)});
  EXPECT_EQ(merged.answers[0].verdict, Verdict::kNeedsReview);
  EXPECT_THAT(merged.answers[0].comment, HasSubstr("too long"));
}

TEST_F(OpenAiReply, JoinsWhatThePartsSay) {
  Assessment first;
  first.summary = "Begin.";
  first.sentiment_customer = "negative";
  first.customer_gender = "female";
  first.operator_greeted = true;
  first.interests = {"Washing machine"};
  Assessment second;
  second.summary = "End.";
  second.sentiment_customer = "positive";
  second.customer_gender = "male";
  second.operator_greeted = false;
  second.interests = {"Fridge"};
  second.call_purpose = "Order";
  const Assessment merged = Merge({first, second});
  EXPECT_EQ(merged.summary, "Begin. End.");
  EXPECT_EQ(merged.sentiment_customer, "neutral");
  EXPECT_FALSE(merged.customer_gender.has_value());
  EXPECT_EQ(merged.operator_greeted, true);
  EXPECT_EQ(merged.call_purpose, "Order");
  EXPECT_THAT(merged.interests, ElementsAre("Fridge", "Washing machine"));
}

TEST_F(OpenAiReply, KnowsNoSidesMoodWhereSidesAreUnknown) {
  for (Segment& segment : call_.segments) segment.speaker = Speaker::kUnknown;
  Assessment reply;
  reply.sentiment_operator = "positive";
  reply.sentiment_conversation = "positive";
  const Assessment merged = Merge({reply});
  EXPECT_FALSE(merged.sentiment_operator.has_value());
  EXPECT_EQ(merged.sentiment_conversation, "positive");
}

TEST(ContentOf, UnpacksTheFirstChoice) {
  const auto content = ContentOf(R"({"choices":[{"finish_reason":"stop","message":{"content":"{}"}}]})");
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(content.value(), "{}");
}

TEST(ContentOf, TellsABrokenReplyFromARefusal) {
  for (const char* broken :
       {"", "{", "{}", R"({"choices":[]})", R"({"choices":[{"message":{"content":null}}]})"}) {
    const auto content = ContentOf(broken);
    ASSERT_FALSE(content.ok()) << broken;
    EXPECT_EQ(content.error().code, Error::Code::kUpstream) << broken;
  }
  for (const char* final_one :
       {R"({"choices":[{"message":{"content":null,"refusal":"I can't"}}]})",
        R"({"choices":[{"finish_reason":"length","message":{"content":"{\"a"}}]})",
        R"({"choices":[{"finish_reason":"content_filter","message":{"content":""}}]})"}) {
    const auto content = ContentOf(final_one);
    ASSERT_FALSE(content.ok()) << final_one;
    EXPECT_EQ(content.error().code, Error::Code::kInvalid) << final_one;
  }
}

}  // namespace
}  // namespace dialix::analysis
