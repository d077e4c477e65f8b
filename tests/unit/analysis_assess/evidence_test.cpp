#include "analysis/assess/evidence.h"

#include <gtest/gtest.h>

#include "calls.h"

namespace dialix::analysis {
namespace {

using testing::Ask;
using testing::Call;
using testing::Cu;
using testing::kWordMs;
using testing::Op;
using testing::Un;

std::optional<Evidence> Find(const Transcript& transcript, std::string_view quote,
                             Speaker side = Speaker::kUnknown,
                             std::optional<std::int64_t> near = std::nullopt) {
  return FindQuote(TranscriptIndex(transcript), quote, side, near);
}

TEST(FindQuote, GivesTheTranscriptsOwnTextAndTheTimesOfItsWords) {
  const Transcript call = Call("en", {Op("Good morning, how can I help you?")});
  const std::optional<Evidence> found = Find(call, "how can i HELP");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->quote, "how can I help");
  EXPECT_EQ(found->start_ms, 500 + 2 * kWordMs);
  EXPECT_EQ(found->end_ms, 500 + 6 * kWordMs - 50);
  EXPECT_EQ(found->speaker, Speaker::kOperator);
}

TEST(FindQuote, ForgivesPunctuationSpacingAndCase) {
  const Transcript call = Call("en", {Op("we can not deliver on Sunday, sorry")});
  EXPECT_TRUE(Find(call, "“We cannot deliver — on sunday…”").has_value());
  EXPECT_TRUE(Find(call, "...SORRY").has_value());
}

TEST(FindQuote, ForgivesYoAndApostropheVariants) {
  EXPECT_TRUE(Find(Call("ru", {Op("привезём всё завтра")}), "Привезем все").has_value());
  EXPECT_TRUE(Find(Call("uz", {Op("sog‘ bo‘ling")}), "sog' bo'ling").has_value());
}

TEST(FindQuote, DoesNotForgiveAddedLeftOutOrChangedWords) {
  const Transcript call = Call("en", {Op("the delivery takes two days")});
  EXPECT_FALSE(Find(call, "the free delivery takes two days").has_value());
  EXPECT_FALSE(Find(call, "the delivery two days").has_value());
  EXPECT_FALSE(Find(call, "the delivery takes ten days").has_value());
  EXPECT_FALSE(Find(call, "the delivery … days").has_value());
}

TEST(FindQuote, MatchesWholeWordsOnly) {
  const Transcript call = Call("en", {Op("this is another delivery")});
  EXPECT_FALSE(Find(call, "other delivery").has_value());
  EXPECT_FALSE(Find(call, "another deliver").has_value());
}

TEST(FindQuote, RunsOverAdjacentSegmentsOfOneSpeaker) {
  const Transcript call = Call("en", {Op("good morning"), Cu("hi"), Op("how can i help", 400)});
  const std::optional<Evidence> found = Find(call, "good morning how can i help", Speaker::kOperator);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->quote, "good morning how can i help");
  EXPECT_EQ(found->start_ms, call.segments[0].start_ms);
}

TEST(FindQuote, DoesNotRunOverALongPauseOrFromOneSpeakerToAnother) {
  EXPECT_FALSE(
      Find(Call("en", {Op("good morning"), Op("how can i help", 5000)}), "morning how can").has_value());
  EXPECT_FALSE(Find(Call("en", {Op("good morning"), Cu("how are you")}), "morning how are").has_value());
}

TEST(FindQuote, SearchesTheSideThatIsAskedOfWhereSidesAreKnown) {
  const Transcript call = Call("en", {Op("what is it"), Cu("i want a refund")});
  EXPECT_TRUE(Find(call, "a refund", Speaker::kCustomer).has_value());
  EXPECT_FALSE(Find(call, "a refund", Speaker::kOperator).has_value());
  EXPECT_TRUE(Find(Call("en", {Un("i want a refund")}), "a refund", Speaker::kOperator).has_value());
}

TEST(FindQuote, TakesThePlaceNearestToTheHint) {
  const Transcript call = Call("en", {Op("hello there"), Cu("yes"), Op("hello are you there")});
  EXPECT_EQ(Find(call, "hello")->start_ms, call.segments[0].start_ms);
  EXPECT_EQ(Find(call, "hello", Speaker::kOperator, 60000)->start_ms, call.segments[2].start_ms);
}

TEST(FindQuote, FindsNothingForAnEmptyOrOneLetterQuote) {
  const Transcript call = Call("en", {Op("a i am here")});
  EXPECT_FALSE(Find(call, "").has_value());
  EXPECT_FALSE(Find(call, "—!").has_value());
  EXPECT_FALSE(Find(call, "a").has_value());
}

TEST(FindQuote, UsesTheSegmentsTimesWhereItHasNoWords) {
  Transcript call = Call("en", {Op("good morning to you")});
  call.segments[0].words.clear();
  const std::optional<Evidence> found = Find(call, "morning to");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->quote, "morning to");
  EXPECT_EQ(found->start_ms, call.segments[0].start_ms);
  EXPECT_EQ(found->end_ms, call.segments[0].end_ms);
}

TEST(FindQuote, QuotesTheWordsWhereTheyDifferFromTheSegmentsText) {
  Transcript call = Call("en", {Op("it costs twenty dollars")});
  call.segments[0].text = "It costs $20.";
  const std::optional<Evidence> found = Find(call, "costs twenty dollars");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->quote, "costs twenty dollars");
}

Answer Claim(Verdict verdict, std::string quote) {
  Answer answer;
  answer.question_id = "q";
  answer.verdict = verdict;
  answer.confidence = 0.9;
  if (!quote.empty()) answer.evidence = Evidence{std::move(quote), 0, 0, Speaker::kUnknown};
  return answer;
}

TEST(EvidenceRule, LetsAYesStandWithWordsThatAreThere) {
  const Transcript call = Call("en", {Op("Good morning!")});
  const Answer answer =
      ApplyEvidenceRule(TranscriptIndex(call), Ask("greet?"), Claim(Verdict::kYes, "good morning"));
  EXPECT_EQ(answer.verdict, Verdict::kYes);
  ASSERT_TRUE(answer.evidence.has_value());
  EXPECT_EQ(answer.evidence->quote, "Good morning");
  EXPECT_EQ(answer.confidence, 0.9);
}

TEST(EvidenceRule, TurnsAYesWithAnInventedQuoteIntoNeedsReview) {
  const Transcript call = Call("en", {Op("good morning")});
  const Answer answer = ApplyEvidenceRule(TranscriptIndex(call), Ask("greet?"),
                                          Claim(Verdict::kYes, "good evening dear customer"));
  EXPECT_EQ(answer.verdict, Verdict::kNeedsReview);
  EXPECT_FALSE(answer.evidence.has_value());
  EXPECT_FALSE(answer.confidence.has_value());
  EXPECT_EQ(answer.comment, "The quoted words are not in the transcript.");
}

TEST(EvidenceRule, TurnsAYesWithoutAQuoteIntoNeedsReview) {
  const Transcript call = Call("en", {Op("good morning")});
  const Answer answer = ApplyEvidenceRule(TranscriptIndex(call), Ask("greet?"), Claim(Verdict::kYes, ""));
  EXPECT_EQ(answer.verdict, Verdict::kNeedsReview);
  EXPECT_EQ(answer.comment, "Answered yes without a quote.");
}

TEST(EvidenceRule, TurnsAYesOnTheOtherSidesWordsIntoNeedsReviewInTheCompanysLanguage) {
  const Transcript call = Call("ru", {Op("да"), Cu("добрый день")});
  const Answer answer =
      ApplyEvidenceRule(TranscriptIndex(call), Ask("?"), Claim(Verdict::kYes, "Добрый день"), "ru");
  EXPECT_EQ(answer.verdict, Verdict::kNeedsReview);
  EXPECT_EQ(answer.comment, "Процитированные слова сказала другая сторона.");
}

TEST(EvidenceRule, KeepsTheVerdictOfANoAndOnlyEvidenceThatIsThere) {
  const Transcript call = Call("en", {Op("what do you want")});
  const TranscriptIndex index(call);
  EXPECT_TRUE(
      ApplyEvidenceRule(index, Ask("?"), Claim(Verdict::kNo, "what do you want")).evidence.has_value());
  const Answer invented = ApplyEvidenceRule(index, Ask("?"), Claim(Verdict::kNo, "go away"));
  EXPECT_EQ(invented.verdict, Verdict::kNo);
  EXPECT_FALSE(invented.evidence.has_value());
}

}  // namespace
}  // namespace dialix::analysis
