#include "analysis/assess/question_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analysis/assess/lexicon.h"
#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

constexpr std::array<Language, 3> kLanguages = {Language::kEnglish, Language::kRussian, Language::kUzbek};

// Splits "If X, Y" at its first comma.
void SplitCondition(QuestionText& question) {
  const std::size_t comma = question.asked.find(',');
  if (comma == std::string::npos) return;
  const std::string head = question.asked.substr(0, comma);
  const std::vector<Token> tokens = Tokenize(head);
  for (const Language language : kLanguages) {
    for (const Phrase& opening : Lexicon::Of(language).Section("conditional").phrases()) {
      const std::size_t length = opening.stems.size();
      if (tokens.size() <= length) continue;
      const bool opens = std::equal(opening.stems.begin(), opening.stems.end(), tokens.begin(),
                                    [language](const std::string& stem, const Token& token) {
                                      return stem == Stem(language, token.folded);
                                    });
      if (!opens) continue;
      question.condition = head.substr(tokens[length].begin);
      question.asked = question.asked.substr(comma + 1);
      return;
    }
  }
}

// Takes "…", “…”, «…» out of the text.
std::vector<std::string> TakeQuoted(std::string& text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMarks = {
      {{"\"", "\""}, {"“", "”"}, {"«", "»"}}};
  std::vector<std::string> quoted;
  for (const auto& [open, close] : kMarks) {
    for (std::size_t begin = text.find(open); begin != std::string::npos; begin = text.find(open, begin)) {
      const std::size_t inside = begin + open.size();
      const std::size_t end = text.find(close, inside);
      if (end == std::string::npos) break;
      std::string phrase = text.substr(inside, end - inside);
      text.replace(begin, end + close.size() - begin, " ");
      if (!Tokenize(phrase).empty()) quoted.push_back(std::move(phrase));
    }
  }
  return quoted;
}

// Where the phrase's stems begin in `stems`, one after the other; npos where they don't.
std::size_t FindRun(const std::vector<std::string>& stems, const std::vector<std::string>& run) {
  const auto found = std::search(stems.begin(), stems.end(), run.begin(), run.end());
  return found == stems.end() ? std::string::npos : static_cast<std::size_t>(found - stems.begin());
}

}  // namespace

std::vector<std::string> ConceptsIn(std::string_view text) {
  std::vector<std::pair<std::size_t, std::string>> found;  // place, section
  for (const Language language : kLanguages) {
    const Lexicon& lexicon = Lexicon::Of(language);
    std::vector<std::string> stems = StemsOf(language, text);
    std::erase_if(stems, [&](const std::string& stem) { return lexicon.IsStopword(stem); });
    for (const std::string& section : lexicon.Askable()) {
      for (const Phrase& asks : lexicon.Section("asks:" + section).phrases()) {
        const std::size_t at = FindRun(stems, asks.stems);
        if (at == std::string::npos) continue;
        const bool known =
            std::any_of(found.begin(), found.end(), [&](const auto& f) { return f.second == section; });
        if (!known) found.emplace_back(at, section);
      }
    }
    if (!found.empty()) break;
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> concepts;
  concepts.reserve(found.size());
  for (auto& [at, section] : found) concepts.push_back(std::move(section));
  return concepts;
}

std::vector<std::string> TopicWords(Language language, std::string_view text) {
  const Lexicon& lexicon = Lexicon::Of(language);
  std::vector<std::string> topic;
  for (std::string& stem : StemsOf(language, text)) {
    if (lexicon.IsStopword(stem) || lexicon.IsFrameWord(stem)) continue;
    if (std::find(topic.begin(), topic.end(), stem) == topic.end()) topic.push_back(std::move(stem));
  }
  return topic;
}

QuestionText ReadQuestion(std::string_view text) {
  QuestionText question;
  question.asked = std::string(text);
  question.language = DetectLanguage(text);
  question.quoted = TakeQuoted(question.asked);
  SplitCondition(question);
  question.concepts = ConceptsIn(question.asked);
  for (const Token& token : Tokenize(question.asked)) {
    for (const Language language : kLanguages) {
      if (language == Language::kRussian && !HasCyrillic(token.folded)) continue;
      // Uzbek na and the ending -may say it too, but na is also an English and Russian word.
      if (question.language && *question.language != language) continue;
      if (Lexicon::Of(language).IsNegation(Stem(language, token.folded))) question.negated = true;
    }
    if (token.folded.ends_with("madimi")) question.negated = true;
  }
  return question;
}

}  // namespace dialix::analysis
