// Runs the lexical engine on a hand-written call.
#pragma once

#include <gtest/gtest.h>

#include <utility>

#include "analysis/assess/lexical_assessor.h"
#include "calls.h"

namespace dialix::analysis::testing {

inline Assessment Assess(const Transcript& transcript, const std::vector<Question>& questions = {},
                         AskedFor asked_for = {}) {
  Checklist checklist;
  checklist.segments.push_back({"all", questions});
  for (std::size_t i = 0; i < questions.size(); ++i) {
    checklist.segments[0].questions[i].id = "q" + std::to_string(i + 1);
  }
  AssessRequest request;
  request.transcript = &transcript;
  request.checklist = &checklist;
  request.asked_for = std::move(asked_for);
  auto result = LexicalAssessor().Assess(request);
  EXPECT_TRUE(result.ok());
  return std::move(result).value();
}

inline Answer AnswerTo(const Transcript& transcript, Question question) {
  return Assess(transcript, {std::move(question)}).answers.at(0);
}

}  // namespace dialix::analysis::testing
