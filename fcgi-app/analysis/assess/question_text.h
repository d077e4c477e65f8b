// What a checklist question's own text says: its condition, quoted phrases, and what it asks for. The
// question may be in another language than the call. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assess/stem.h"

namespace dialix::analysis {

struct QuestionText {
  std::optional<Language> language;
  std::string condition;              // "the customer complained" of "If the customer complained, did …"
  std::string asked;                  // the rest
  std::vector<std::string> quoted;    // phrases in quotation marks
  std::vector<std::string> concepts;  // lexicon sections that `asked` asks for
  bool negated = false;               // "did not interrupt": absence is what it asks for
};

[[nodiscard]] QuestionText ReadQuestion(std::string_view text);

// Lexicon sections that a piece of question text asks for, in any of the languages, in the order of its
// words.
[[nodiscard]] std::vector<std::string> ConceptsIn(std::string_view text);

// The words of question text that carry its topic, as stems of that language.
[[nodiscard]] std::vector<std::string> TopicWords(Language language, std::string_view text);

}  // namespace dialix::analysis
