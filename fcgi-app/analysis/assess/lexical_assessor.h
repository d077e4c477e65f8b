// The embedded Assessor: phrases, stems and positions, no network, the same answer every time. It is honest
// about what such a method cannot know: those fields are null and those questions needs_review. Stateless,
// thread-safe. Never fails but for cancellation (kUnavailable).
#pragma once

#include "analysis/engines.h"

namespace dialix::analysis {

class LexicalAssessor : public Assessor {
 public:
  [[nodiscard]] std::string_view Name() const override { return "lexical"; }
  Result<Assessment> Assess(const AssessRequest& request) override;
};

}  // namespace dialix::analysis
