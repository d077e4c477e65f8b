#include "analysis/assess/lexical_assessor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calls.h"
#include "lexical.h"

namespace dialix::analysis {
namespace {

using testing::AnswerTo;
using testing::Ask;
using testing::Assess;
using testing::Call;
using testing::Cu;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Op;
using testing::Un;

AskedFor ShopSettings() {
  AskedFor asked_for;
  asked_for.language = "en";
  asked_for.purposes = {"Order", "Refund", "Opening hours"};
  asked_for.products = {"Fridge", "Washing machine"};
  asked_for.lead_sources = {"Telegram", "Instagram", "A friend"};
  return asked_for;
}

TEST(LexicalAssessor, AnswersEveryQuestionInItsOrder) {
  const Assessment assessment = Assess(testing::EnglishOrder(), {Ask("a"), Ask("b"), Ask("")});
  ASSERT_EQ(assessment.answers.size(), 3u);
  EXPECT_EQ(assessment.answers[0].question_id, "q1");
  EXPECT_EQ(assessment.answers[2].question_id, "q3");
  EXPECT_EQ(assessment.engine, "lexical/1");
}

TEST(LexicalAssessor, ReadsTheMoodOfEachSide) {
  const Assessment good = Assess(testing::EnglishOrder());
  EXPECT_EQ(good.sentiment_customer, "positive");
  const Assessment bad = Assess(testing::EnglishComplaint());
  EXPECT_EQ(bad.sentiment_customer, "negative");
  EXPECT_EQ(bad.sentiment_conversation, "negative");
  EXPECT_EQ(Assess(testing::RussianOrder()).sentiment_customer, "positive");
  EXPECT_EQ(Assess(testing::UzbekOrder()).sentiment_customer, "positive");
}

TEST(LexicalAssessor, HearsNegationInAMood) {
  EXPECT_EQ(Assess(Call("en", {Cu("i am not happy with it and it is not good at all for the price i paid")}))
                .sentiment_customer,
            "negative");
  EXPECT_EQ(
      Assess(Call("uz",
                  {Cu("bu xizmat menga umuman yaxshi emas juda yomon va sizdan noroziman deb aytaman men")}))
          .sentiment_customer,
      "negative");
  EXPECT_EQ(Assess(Call("en", {Op("no problem do not worry we will send it to you on monday or on tuesday")}))
                .sentiment_operator,
            "neutral");
}

TEST(LexicalAssessor, DoesNotTakeAWordForAMoodBecauseOfItsStem) {
  EXPECT_EQ(
      Assess(
          Call("en",
               {Op("how can i help you please tell me can you help me find the number i wonder if you can")}))
          .sentiment_operator,
      "neutral");
  EXPECT_EQ(
      Assess(
          Call("ru", {Cu("у меня долг по карте и я иду по дороге домой за здоровьем в интересах компании")}))
          .sentiment_customer,
      "neutral");
}

TEST(LexicalAssessor, TakesASourceForWhereTheCustomerComesFromOnlyIfTheySaySo) {
  EXPECT_FALSE(
      Assess(Call("en", {Cu("the telegram channel of yours shows me a mistake")}), {}, ShopSettings())
          .lead_source);
  EXPECT_EQ(Assess(Call("en", {Cu("my friend recommended you to me")}), {}, ShopSettings()).lead_source,
            "A friend");
}

TEST(LexicalAssessor, LeavesUnknownWhatItCannotKnow) {
  const Assessment assessment = Assess(Call("en", {Un("hello"), Un("yes")}));
  EXPECT_FALSE(assessment.customer_gender.has_value());
  EXPECT_FALSE(assessment.sentiment_conversation.has_value());
  EXPECT_FALSE(assessment.sentiment_operator.has_value());
  EXPECT_FALSE(assessment.operator_greeted.has_value());
  EXPECT_FALSE(assessment.summary.has_value());
  EXPECT_FALSE(assessment.call_purpose.has_value());
}

TEST(LexicalAssessor, JudgesNothingInALanguageItDoesNotKnow) {
  const Assessment assessment = Assess(
      Call("de",
           {Op("guten tag hier ist die firma acme mein name ist sarah wie kann ich ihnen helfen heute")}),
      {Ask("Did the operator greet the customer?"), Ask("?", {"Guten Tag"}), Ask("?", {"Danke"})});
  EXPECT_EQ(assessment.answers[0].verdict, Verdict::kNeedsReview);
  EXPECT_EQ(assessment.answers[1].verdict, Verdict::kYes);
  EXPECT_EQ(assessment.answers[2].verdict, Verdict::kNeedsReview);
  EXPECT_FALSE(assessment.sentiment_conversation.has_value());
  EXPECT_FALSE(assessment.operator_greeted.has_value());
}

TEST(LexicalAssessor, TellsWhetherTheOperatorGreets) {
  EXPECT_EQ(Assess(testing::EnglishOrder()).operator_greeted, true);
  EXPECT_EQ(Assess(testing::EnglishComplaint()).operator_greeted, false);
}

TEST(LexicalAssessor, FindsPurposeProductsAndLeadSourceByTheCompanysWords) {
  const Assessment order = Assess(testing::EnglishOrder(), {}, ShopSettings());
  EXPECT_EQ(order.call_purpose, "Order");
  EXPECT_THAT(order.interests, ElementsAre("Fridge"));
  EXPECT_EQ(order.lead_source, "Telegram");
  const Assessment complaint = Assess(testing::EnglishComplaint(), {}, ShopSettings());
  EXPECT_EQ(complaint.call_purpose, "Refund");
  EXPECT_FALSE(complaint.lead_source.has_value());
}

TEST(LexicalAssessor, DoesNotChooseBetweenTwoLeadSourcesOrTakeTheOperatorsWord) {
  EXPECT_FALSE(
      Assess(Call("en", {Cu("i saw you on telegram or instagram")}), {}, ShopSettings()).lead_source);
  EXPECT_FALSE(Assess(Call("en", {Op("follow us on telegram"), Cu("okay")}), {}, ShopSettings()).lead_source);
  EXPECT_FALSE(Assess(Call("en", {Un("i saw you on telegram")}), {}, ShopSettings()).lead_source);
}

TEST(LexicalAssessor, NamesNoProductThatIsNotSpokenOf) {
  EXPECT_THAT(Assess(Call("en", {Cu("i have a question about a machine")}), {}, ShopSettings()).interests,
              IsEmpty());
}

TEST(LexicalAssessor, ExtractsASummaryOnlyInTheCompanysLanguageAndFromSureWords) {
  EXPECT_TRUE(Assess(testing::EnglishOrder(), {}, ShopSettings()).summary.has_value());
  AskedFor russian = ShopSettings();
  russian.language = "ru";
  EXPECT_FALSE(Assess(testing::EnglishOrder(), {}, russian).summary.has_value());
  Transcript unsure = testing::EnglishOrder();
  for (Segment& segment : unsure.segments) {
    for (Word& word : segment.words) word.confidence = 0.5;
  }
  EXPECT_FALSE(Assess(unsure, {}, ShopSettings()).summary.has_value());
}

TEST(LexicalAssessor, GivesTheSameAnswerEveryTime) {
  const Transcript call = testing::EnglishOrder();
  const std::vector<Question> questions = {Ask("Did the operator greet the customer?"), Ask("?", {"free"})};
  const Assessment first = Assess(call, questions, ShopSettings());
  const Assessment second = Assess(call, questions, ShopSettings());
  EXPECT_EQ(first.summary, second.summary);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    EXPECT_EQ(first.answers[i].verdict, second.answers[i].verdict);
    EXPECT_EQ(first.answers[i].confidence, second.answers[i].confidence);
  }
}

TEST(LexicalAssessor, SurvivesAnEmptyTranscriptAndAnEmptyChecklist) {
  EXPECT_THAT(Assess(Transcript{}).answers, IsEmpty());
  EXPECT_EQ(AnswerTo(Transcript{}, Ask("Did the operator greet the customer?")).verdict,
            Verdict::kNeedsReview);
}

TEST(LexicalAssessor, StopsWhenCancelled) {
  const Transcript call = testing::EnglishOrder();
  Checklist checklist;
  checklist.segments.push_back({"all", {Ask("a")}});
  const CancelFlag cancel{true};
  AssessRequest request;
  request.transcript = &call;
  request.checklist = &checklist;
  request.cancel = &cancel;
  const auto result = LexicalAssessor().Assess(request);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace dialix::analysis
