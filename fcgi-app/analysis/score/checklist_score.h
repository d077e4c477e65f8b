// The score of a checklist: 100 × weight of yes / weight of yes and no, two decimals. `na` and `needs_review`
// are left out of it and counted; null where nothing is answered. Pure, thread-safe.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

struct JudgedQuestion {
  double weight = 1;
  Verdict verdict = Verdict::kNeedsReview;
};

struct Score {
  std::optional<double> score;  // 0..100
  int yes = 0;
  int no = 0;
  int na = 0;
  int needs_review = 0;
};

[[nodiscard]] Score ScoreOf(std::span<const JudgedQuestion> questions);

struct ChecklistScore {
  Score total;
  std::vector<Score> segments;  // as Checklist::segments
};

// By question id: what a person answered, which counts instead of the engine's answer.
using Overrides = std::map<std::string, Verdict>;

// A question without an answer counts as needs_review.
[[nodiscard]] ChecklistScore ScoreChecklist(const Checklist& checklist, const std::vector<Answer>& answers,
                                            const Overrides& overrides = {});

}  // namespace dialix::analysis
