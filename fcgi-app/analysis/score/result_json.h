// The checklist block of a result (docs/openapi.yaml: ResultChecklist): written when a call was judged, read
// and written again when a person overrides an answer. The score is always computed here. Pure, thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/score/checklist_score.h"
#include "analysis/types.h"
#include "base/result.h"

namespace dialix::analysis {

// What a person answered instead of the engine.
struct AnswerOverride {
  Verdict answer = Verdict::kNotApplicable;  // never needs_review
  std::optional<std::string> comment;
  std::string account_id;
  std::string created_at;  // ISO 8601, UTC
};
using AnswerOverrides = std::map<std::string, AnswerOverride>;  // by question id

// A judged checklist. `answers` has one for each question, in order.
struct ResultChecklist {
  Checklist checklist;
  std::vector<Answer> answers;
  AnswerOverrides overrides;

  [[nodiscard]] ChecklistScore Score() const;
};

[[nodiscard]] std::string ResultChecklistJson(const Checklist& checklist, const std::vector<Answer>& answers,
                                              const AnswerOverrides& overrides = {});

// The inverse; the keywords and asked_of of questions are not part of a result and come back empty.
// Errors: kInternal, the stored text is broken.
[[nodiscard]] Result<ResultChecklist> ReadResultChecklist(std::string_view json);

}  // namespace dialix::analysis
