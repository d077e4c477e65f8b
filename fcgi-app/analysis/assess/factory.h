// Makes the Assessor that the configuration names (LLM_PROVIDER). The only place that knows all engines.
#pragma once

#include <memory>
#include <string>

#include "analysis/assess/openai_assessor.h"
#include "analysis/engines.h"
#include "base/result.h"

namespace dialix::analysis {

struct AssessorOptions {
  std::string provider = "lexical";  // lexical | openai
  OpenAiAssessorOptions openai;      // used by openai alone
};

// Errors: kInvalid, naming the variable: an unknown provider, or openai without base URL or model.
[[nodiscard]] Result<std::unique_ptr<Assessor>> MakeAssessor(AssessorOptions options);

}  // namespace dialix::analysis
