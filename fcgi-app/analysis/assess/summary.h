// An extract of a call: its few most telling utterances, word for word, in their order. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>

#include "analysis/assess/lexical_call.h"

namespace dialix::analysis {

// Formulas of courtesy count for nothing, a recap for more. Nothing where an extract would mislead: the
// recogniser was not sure of the words, or less than three utterances of five words or more are there, or the
// company wants summaries in another language than the call's.
[[nodiscard]] std::optional<std::string> ExtractSummary(const LexicalCall& call,
                                                        const std::string& wanted_language);

}  // namespace dialix::analysis
