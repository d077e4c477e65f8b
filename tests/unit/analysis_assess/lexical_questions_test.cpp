#include "analysis/assess/question_matcher.h"

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
using ::testing::HasSubstr;
using testing::Op;
using testing::Un;

#define EXPECT_YES(answer, words)                             \
  do {                                                        \
    const Answer given = (answer);                            \
    EXPECT_EQ(given.verdict, Verdict::kYes) << given.comment; \
    ASSERT_TRUE(given.evidence.has_value());                  \
    EXPECT_THAT(given.evidence->quote, HasSubstr(words));     \
  } while (false)
#define EXPECT_VERDICT(answer, expected)                 \
  do {                                                   \
    const Answer given = (answer);                       \
    EXPECT_EQ(given.verdict, expected) << given.comment; \
  } while (false)

TEST(LexicalQuestions, RecognisesWhatEnglishQuestionsAskFor) {
  const Transcript call = testing::EnglishOrder();
  EXPECT_YES(AnswerTo(call, Ask("Did the operator greet the customer?")), "good morning");
  EXPECT_YES(AnswerTo(call, Ask("Did the operator introduce herself?")), "my name is sarah");
  EXPECT_YES(AnswerTo(call, Ask("Did the operator offer help?")), "how can i help");
  EXPECT_YES(AnswerTo(call, Ask("Did the operator ask the customer's name?")), "what is your name");
  EXPECT_YES(AnswerTo(call, Ask("Did the operator ask whether there is anything else?")), "anything else");
  EXPECT_YES(AnswerTo(call, Ask("Did the operator say goodbye?")), "goodbye");
  EXPECT_YES(AnswerTo(call, Ask("Did the operator thank the customer?")), "thank you");
}

TEST(LexicalQuestions, RecognisesWhatRussianQuestionsAskFor) {
  const Transcript call = testing::RussianOrder();
  EXPECT_YES(AnswerTo(call, Ask("Оператор поздоровался?")), "Добрый день");
  EXPECT_YES(AnswerTo(call, Ask("Оператор представился?")), "меня зовут Анна");
  EXPECT_YES(AnswerTo(call, Ask("Предложил ли оператор помощь?", {"чем могу помочь"})), "чем могу помочь");
  EXPECT_YES(AnswerTo(call, Ask("Менеджер узнал имя клиента?")), "обращаться");
  EXPECT_YES(AnswerTo(call, Ask("Спросил, остались ли вопросы?")), "вопросы");
  EXPECT_YES(AnswerTo(call, Ask("Оператор попрощался?")), "Всего доброго");
}

TEST(LexicalQuestions, RecognisesWhatUzbekQuestionsAskFor) {
  const Transcript call = testing::UzbekOrder();
  EXPECT_YES(AnswerTo(call, Ask("Operator salomlashdimi?")), "Assalomu alaykum");
  EXPECT_YES(AnswerTo(call, Ask("Operator o‘zini tanishtirdimi?")), "mening ismim Malika");
  EXPECT_YES(AnswerTo(call, Ask("Operator mijozning ismini so‘radimi?")), "Ismingizni");
  EXPECT_YES(AnswerTo(call, Ask("Operator xayrlashdimi?")), "sog‘ bo‘ling");
  EXPECT_YES(AnswerTo(call, Ask("Yana savollar bormi deb so'radimi, yana savol?")), "Yana savollaringiz");
}

TEST(LexicalQuestions, ReadsUzbekInCyrillic) {
  const Transcript call =
      Call("uz", {Op("Ассалому алайкум, менинг исмим Малика, сизга қандай ёрдам бера оламан?"),
                  Cu("Раҳмат, менга музлатгич керак эди, нархи қанча бўлади?")});
  EXPECT_YES(AnswerTo(call, Ask("Operator salomlashdimi?")), "Ассалому алайкум");
  EXPECT_YES(AnswerTo(call, Ask("Yordam so‘zi", {"qanday yordam"})), "қандай ёрдам");
  EXPECT_YES(AnswerTo(call, Ask("Mijoz narxni so‘radimi?", {"narxi qancha"}, Speaker::kCustomer)),
             "нархи қанча");
}

TEST(LexicalQuestions, AnswersAQuestionInOneLanguageAboutACallInAnother) {
  EXPECT_YES(AnswerTo(testing::UzbekOrder(), Ask("Поздоровался ли оператор?")), "Assalomu alaykum");
  EXPECT_YES(AnswerTo(testing::RussianOrder(), Ask("Did the operator greet the customer?")), "Добрый день");
}

TEST(LexicalQuestions, HearsRussianPhrasesInAnUzbekCall) {
  const Transcript call =
      Call("uz", {Op("добрый день texnomart eshitaman sizni"), Cu("salom menga muzlatgich kerak")});
  EXPECT_YES(AnswerTo(call, Ask("Operator salomlashdimi?")), "добрый день");
}

TEST(LexicalQuestions, SaysNoToAGreetingThatIsNotThere) {
  EXPECT_VERDICT(AnswerTo(testing::EnglishComplaint(), Ask("Did the operator greet the customer?")),
                 Verdict::kNo);
}

TEST(LexicalQuestions, DoesNotTakeTheCustomersGreetingForTheOperators) {
  const Transcript call = Call("en", {Cu("hello good morning to you"),
                                      Op("what number are you calling about today i am listening to you now"),
                                      Cu("it is about my order")});
  EXPECT_VERDICT(AnswerTo(call, Ask("Did the operator greet the customer?")), Verdict::kNo);
}

TEST(LexicalQuestions, DoesNotTakeAHelloInTheMiddleOfTheCallForAGreeting) {
  std::vector<testing::Utterance> talk = {
      Op("acme company sales department which product is it about please tell me")};
  for (int i = 0; i < 4; ++i)
    talk.push_back(Op("the fridge costs ten thousand and it will be there on monday"));
  talk.push_back(Op("hello are you there"));
  EXPECT_VERDICT(AnswerTo(Call("en", talk), Ask("Did the operator greet the customer?")), Verdict::kNo);
  EXPECT_VERDICT(AnswerTo(Call("en", talk), Ask("Did the operator greet the customer?", {"hello"})),
                 Verdict::kNo);
}

TEST(LexicalQuestions, DoesNotSayNoOnAnUnsureTranscript) {
  Transcript call = testing::EnglishComplaint();
  for (Segment& segment : call.segments) {
    for (Word& word : segment.words) word.confidence = 0.3;
  }
  EXPECT_VERDICT(AnswerTo(call, Ask("Did the operator greet the customer?")), Verdict::kNeedsReview);
  EXPECT_VERDICT(AnswerTo(call, Ask("Anything", {"extended warranty"})), Verdict::kNeedsReview);
}

TEST(LexicalQuestions, DoesNotSayNoWhereTheEngineGivesNoConfidence) {
  Transcript call = testing::EnglishComplaint();
  for (Segment& segment : call.segments) segment.words.clear();
  EXPECT_VERDICT(AnswerTo(call, Ask("Did the operator greet the customer?")), Verdict::kNeedsReview);
}

TEST(LexicalQuestions, DoesNotSayNoWhenTheSideSaysNextToNothing) {
  const Transcript call =
      Call("en", {Op("yes"), Cu("where is my order i have been waiting for two weeks now")});
  EXPECT_VERDICT(AnswerTo(call, Ask("Did the operator greet the customer?")), Verdict::kNeedsReview);
}

TEST(LexicalQuestions, LeavesAMonoGreetingToAPerson) {
  const Transcript call = Call("en", {Un("hello good morning"), Un("hello how can i help you today")});
  const Answer answer = AnswerTo(call, Ask("Did the operator greet the customer?"));
  EXPECT_EQ(answer.verdict, Verdict::kNeedsReview);
  EXPECT_TRUE(answer.evidence.has_value());
}

TEST(LexicalQuestions, TakesAKeywordInAMonoCallWithLessConfidence) {
  const Transcript mono = Call("en", {Un("delivery is free of charge for you")});
  const Transcript stereo = Call("en", {Op("delivery is free of charge for you")});
  const Question question = Ask("Free delivery?", {"delivery is free"});
  EXPECT_YES(AnswerTo(mono, question), "delivery is free");
  EXPECT_LT(AnswerTo(mono, question).confidence, AnswerTo(stereo, question).confidence);
}

TEST(LexicalQuestions, FindsKeywordsInOtherFormsAndSlightlyMisheard) {
  const Transcript call = Call("en", {Op("we are deliverin it for you at the waranty centre")});
  EXPECT_YES(AnswerTo(call, Ask("?", {"warranty centre"})), "waranty centre");
  EXPECT_YES(
      AnswerTo(Call("ru", {Op("мы оформим доставку завтра")}), Ask("?", {"оформить доставка", "доставка"})),
      "доставку");
}

TEST(LexicalQuestions, SaysNoToKeywordsThatAreNotThere) {
  const Answer answer =
      AnswerTo(testing::EnglishOrder(), Ask("Was a warranty offered?", {"extended warranty"}));
  EXPECT_EQ(answer.verdict, Verdict::kNo);
  EXPECT_FALSE(answer.evidence.has_value());
  EXPECT_EQ(answer.comment, "Nothing of the kind is heard in the call.");
}

TEST(LexicalQuestions, DoesNotSayNoWhereTheKeywordMayHaveBeenMisheard) {
  const Transcript call =
      Call("en", {Op("the bank needs this time let me confess are we will return all the money within three "
                     "days and tomorrow morning the driver will take it")});
  const Answer answer =
      AnswerTo(call, Ask("Did the operator repeat what was agreed?", {"let me confirm", "to confirm"}));
  EXPECT_EQ(answer.verdict, Verdict::kNeedsReview) << answer.comment;
  EXPECT_THAT(answer.evidence->quote, HasSubstr("let me confess"));
  EXPECT_VERDICT(AnswerTo(call, Ask("?", {"let me check"})), Verdict::kNo);
}

TEST(LexicalQuestions, LooksForKeywordsOnTheSideThatIsAskedOf) {
  const Transcript call = testing::EnglishComplaint();
  EXPECT_YES(AnswerTo(call, Ask("?", {"refund"}, Speaker::kCustomer)), "refund");
  EXPECT_VERDICT(AnswerTo(call, Ask("?", {"refund"}, Speaker::kOperator)), Verdict::kNo);
}

TEST(LexicalQuestions, LeavesANegatedKeywordToAPerson) {
  const Answer answer = AnswerTo(testing::EnglishComplaint(), Ask("Was money given back?", {"give money"}));
  EXPECT_EQ(answer.verdict, Verdict::kNeedsReview);
  EXPECT_TRUE(answer.evidence.has_value());
}

TEST(LexicalQuestions, LeavesAGreetingInOtherWordsThanTheKeywordsToAPerson) {
  const Answer answer =
      AnswerTo(testing::EnglishOrder(), Ask("Did the operator greet the customer?", {"welcome to acme"}));
  EXPECT_EQ(answer.verdict, Verdict::kNeedsReview);
  EXPECT_EQ(answer.evidence->speaker, Speaker::kOperator);
}

TEST(LexicalQuestions, TakesPhrasesInQuotationMarksForKeywords) {
  EXPECT_YES(AnswerTo(testing::EnglishOrder(), Ask("Did the operator say “have a nice day”?")),
             "have a nice day");
  EXPECT_YES(AnswerTo(testing::RussianOrder(), Ask("Сказал ли оператор «всего доброго»?")), "Всего доброго");
}

TEST(LexicalQuestions, NeedsAllThatAQuestionAsksFor) {
  const Question both = Ask("Did the operator greet the customer and apologise?");
  EXPECT_VERDICT(AnswerTo(testing::EnglishOrder(), both), Verdict::kNo);
  EXPECT_YES(AnswerTo(testing::EnglishOrder(), Ask("Did the operator greet and introduce herself?")),
             "good morning");
}

TEST(LexicalQuestions, HearsTheTopicOfAQuestionWithoutKeywords) {
  EXPECT_YES(AnswerTo(testing::EnglishOrder(), Ask("Did the operator mention free delivery?")),
             "delivery is free");
  EXPECT_VERDICT(AnswerTo(testing::EnglishOrder(), Ask("Did the operator mention the warranty?")),
                 Verdict::kNeedsReview);
  EXPECT_VERDICT(AnswerTo(testing::EnglishOrder(), Ask("Did the operator explain delivery and warranty?")),
                 Verdict::kNeedsReview);
}

TEST(LexicalQuestions, DoesNotJudgeQuestionsAboutAbsence) {
  EXPECT_VERDICT(AnswerTo(testing::EnglishOrder(), Ask("The operator did not interrupt the customer")),
                 Verdict::kNeedsReview);
  EXPECT_VERDICT(AnswerTo(testing::RussianOrder(), Ask("Оператор не перебивал клиента")),
                 Verdict::kNeedsReview);
}

TEST(LexicalQuestions, DoesNotApplyWhereTheConditionIsUnmet) {
  EXPECT_VERDICT(
      AnswerTo(testing::EnglishOrder(), Ask("If the customer complained, did the operator apologise?")),
      Verdict::kNotApplicable);
  EXPECT_VERDICT(
      AnswerTo(testing::EnglishOrder(), Ask("If the customer asked about a warranty, was it explained?")),
      Verdict::kNotApplicable);
  EXPECT_VERDICT(AnswerTo(testing::RussianOrder(), Ask("Если клиент жаловался, извинился ли оператор?")),
                 Verdict::kNotApplicable);
  EXPECT_VERDICT(
      AnswerTo(testing::UzbekOrder(), Ask("Agar mijoz shikoyat qilgan bo‘lsa, operator uzr so‘radimi?")),
      Verdict::kNotApplicable);
}

TEST(LexicalQuestions, AppliesWhereTheConditionIsMet) {
  EXPECT_VERDICT(
      AnswerTo(testing::EnglishComplaint(), Ask("If the customer complained, did the operator apologise?")),
      Verdict::kNo);
  EXPECT_YES(
      AnswerTo(testing::EnglishOrder(), Ask("If delivery was discussed, did the operator say it is free?")),
      "free");
}

TEST(LexicalQuestions, DoesNotSayNaOnAnUnsureTranscript) {
  Transcript call = testing::EnglishOrder();
  for (Segment& segment : call.segments) {
    for (Word& word : segment.words) word.confidence = 0.3;
  }
  EXPECT_VERDICT(AnswerTo(call, Ask("If the customer complained, did the operator apologise?")),
                 Verdict::kNeedsReview);
}

TEST(LexicalQuestions, LeavesRudeWordsBesidePoliteOnesToAPerson) {
  const Transcript call = Call("en", {Op("could you please shut up i am talking to you")});
  EXPECT_VERDICT(AnswerTo(call, Ask("Was the operator polite?")), Verdict::kNeedsReview);
}

TEST(LexicalQuestions, RemarksInTheCompanysLanguage) {
  AskedFor asked_for;
  asked_for.language = "uz";
  const Assessment assessment = Assess(testing::EnglishOrder(), {Ask("?", {"extended warranty"})}, asked_for);
  EXPECT_EQ(assessment.answers.at(0).comment, "Suhbatda bunday gap eshitilmadi.");
}

}  // namespace
}  // namespace dialix::analysis
