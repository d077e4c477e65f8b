#include "analysis/score/checklist_score.h"

#include <cmath>

namespace dialix::analysis {

Score ScoreOf(std::span<const JudgedQuestion> questions) {
  Score score;
  double yes = 0;
  double answered = 0;
  for (const JudgedQuestion& question : questions) {
    switch (question.verdict) {
      case Verdict::kYes:
        ++score.yes;
        yes += question.weight;
        answered += question.weight;
        break;
      case Verdict::kNo:
        ++score.no;
        answered += question.weight;
        break;
      case Verdict::kNotApplicable:
        ++score.na;
        break;
      case Verdict::kNeedsReview:
        ++score.needs_review;
        break;
    }
  }
  if (answered > 0) score.score = std::round(10000 * yes / answered) / 100;
  return score;
}

ChecklistScore ScoreChecklist(const Checklist& checklist, const std::vector<Answer>& answers,
                              const Overrides& overrides) {
  std::map<std::string, Verdict> verdicts;
  for (const Answer& answer : answers) verdicts[answer.question_id] = answer.verdict;
  for (const auto& [question_id, verdict] : overrides) verdicts[question_id] = verdict;

  ChecklistScore score;
  std::vector<JudgedQuestion> all;
  for (const ChecklistSegment& segment : checklist.segments) {
    std::vector<JudgedQuestion> judged;
    for (const Question& question : segment.questions) {
      const auto found = verdicts.find(question.id);
      judged.push_back({question.weight, found == verdicts.end() ? Verdict::kNeedsReview : found->second});
    }
    score.segments.push_back(ScoreOf(judged));
    all.insert(all.end(), judged.begin(), judged.end());
  }
  score.total = ScoreOf(all);
  return score;
}

}  // namespace dialix::analysis
