#include "analysis/score/checklist_score.h"

#include <gtest/gtest.h>

#include "analysis/names.h"

namespace dialix::analysis {
namespace {

Checklist SalesCall() {
  Checklist checklist;
  checklist.id = "0197a1b2-0000-7000-8000-000000000004";
  checklist.version = 3;
  checklist.title = "Sales call";
  checklist.segments = {
      {"Opening",
       {{"greet", "Greeted?", 2, {}, Speaker::kOperator}, {"name", "Named?", 1, {}, Speaker::kOperator}}},
      {"Closing",
       {{"bye", "Said goodbye?", 3, {}, Speaker::kOperator},
        {"sorry", "Apologised?", 5, {}, Speaker::kOperator}}}};
  return checklist;
}

Answer Of(std::string id, Verdict verdict) {
  Answer answer;
  answer.question_id = std::move(id);
  answer.verdict = verdict;
  return answer;
}

TEST(ScoreChecklist, WeighsYesAgainstYesAndNo) {
  const ChecklistScore score =
      ScoreChecklist(SalesCall(), {Of("greet", Verdict::kYes), Of("name", Verdict::kNo),
                                   Of("bye", Verdict::kYes), Of("sorry", Verdict::kNo)});
  EXPECT_DOUBLE_EQ(*score.total.score, 45.45);  // 5 of 11
  EXPECT_DOUBLE_EQ(*score.segments[0].score, 66.67);
  EXPECT_DOUBLE_EQ(*score.segments[1].score, 37.5);
  EXPECT_EQ(score.total.yes, 2);
  EXPECT_EQ(score.total.no, 2);
}

TEST(ScoreChecklist, LeavesOutNaAndNeedsReviewButCountsThem) {
  const ChecklistScore score =
      ScoreChecklist(SalesCall(), {Of("greet", Verdict::kYes), Of("name", Verdict::kNeedsReview),
                                   Of("bye", Verdict::kNo), Of("sorry", Verdict::kNotApplicable)});
  EXPECT_DOUBLE_EQ(*score.total.score, 40);
  EXPECT_DOUBLE_EQ(*score.segments[0].score, 100);
  EXPECT_EQ(score.total.na, 1);
  EXPECT_EQ(score.total.needs_review, 1);
}

TEST(ScoreChecklist, IsNullWhereNothingIsAnswered) {
  const ChecklistScore score = ScoreChecklist(SalesCall(), {Of("sorry", Verdict::kNotApplicable)});
  EXPECT_FALSE(score.total.score.has_value());
  EXPECT_EQ(score.total.needs_review, 3);
  EXPECT_FALSE(ScoreChecklist(Checklist{}, {}).total.score.has_value());
}

TEST(ScoreChecklist, CountsAPersonsAnswerInsteadOfTheEngines) {
  const std::vector<Answer> answers = {Of("greet", Verdict::kNo), Of("bye", Verdict::kNeedsReview)};
  const ChecklistScore score =
      ScoreChecklist(SalesCall(), answers, {{"greet", Verdict::kYes}, {"bye", Verdict::kNo}});
  EXPECT_DOUBLE_EQ(*score.total.score, 40);
  EXPECT_EQ(score.total.needs_review, 2);
}

TEST(Names, AreInverse) {
  for (const Verdict verdict :
       {Verdict::kYes, Verdict::kNo, Verdict::kNotApplicable, Verdict::kNeedsReview}) {
    EXPECT_EQ(ParseVerdict(NameOf(verdict)), verdict);
  }
  for (const Speaker speaker : {Speaker::kUnknown, Speaker::kOperator, Speaker::kCustomer}) {
    EXPECT_EQ(ParseSpeaker(NameOf(speaker)), speaker);
  }
  EXPECT_FALSE(ParseVerdict("maybe").has_value());
  EXPECT_FALSE(ParseSpeaker("").has_value());
}

}  // namespace
}  // namespace dialix::analysis
