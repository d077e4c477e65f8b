#include "analysis/assess/factory.h"

#include <utility>

#include "analysis/assess/lexical_assessor.h"

namespace dialix::analysis {

Result<std::unique_ptr<Assessor>> MakeAssessor(AssessorOptions options) {
  if (options.provider == "lexical") return std::unique_ptr<Assessor>(std::make_unique<LexicalAssessor>());
  if (options.provider != "openai") {
    return Fail(Error::Code::kInvalid,
                "LLM_PROVIDER: \"" + options.provider + "\" is neither lexical nor openai.");
  }
  if (options.openai.base_url.empty()) {
    return Fail(Error::Code::kInvalid, "OPENAI_BASE_URL: needed with LLM_PROVIDER=openai.");
  }
  if (options.openai.model.empty()) {
    return Fail(Error::Code::kInvalid, "OPENAI_LLM_MODEL: needed with LLM_PROVIDER=openai.");
  }
  return std::unique_ptr<Assessor>(std::make_unique<OpenAiAssessor>(std::move(options.openai)));
}

}  // namespace dialix::analysis
