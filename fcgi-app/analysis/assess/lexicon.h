// The phrases the lexical engine knows in one language: greetings, politeness, sentiment words, how checklist
// questions ask for them. Compiled in from lexicon/*.txt; immutable after its first use, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analysis/assess/stem.h"
#include "analysis/types.h"

namespace dialix::analysis {

// Marks a word of a phrase that counts in this form only: "=pleased" is not "please", though their stems are
// equal.
inline constexpr char kExactForm = '=';

// Words as stems in order; "*" stands for one to three words of any kind.
struct Phrase {
  std::vector<std::string> stems;
  double weight = 0;  // sentiment only: -3 … 3
};

// Phrases that mean one thing, found by their first stem.
class PhraseSet {
 public:
  void Add(Phrase phrase);
  [[nodiscard]] const std::vector<Phrase>& phrases() const { return phrases_; }
  [[nodiscard]] bool empty() const { return phrases_.empty(); }
  // Indices of the phrases that begin with this stem; nullptr where there is none.
  [[nodiscard]] const std::vector<std::size_t>* StartingWith(const std::string& stem) const;

 private:
  std::vector<Phrase> phrases_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_first_;
};

class Lexicon {
 public:
  [[nodiscard]] static const Lexicon& Of(Language language);

  [[nodiscard]] Language language() const { return language_; }
  // An unknown section is an empty one.
  [[nodiscard]] const PhraseSet& Section(std::string_view name) const;
  // Names X of the sections that have an [asks:X].
  [[nodiscard]] const std::vector<std::string>& Askable() const { return askable_; }
  [[nodiscard]] bool IsStopword(const std::string& stem) const { return stopwords_.contains(stem); }
  [[nodiscard]] bool IsNegation(const std::string& stem) const { return negations_.contains(stem); }
  // A word that a question needs but that nobody says to answer it: the operator, the customer, "mention".
  [[nodiscard]] bool IsFrameWord(const std::string& stem) const { return frame_words_.contains(stem); }

 private:
  Lexicon(Language language, std::string_view text);
  void AddLine(const std::string& section, std::string_view line);

  Language language_;
  std::unordered_map<std::string, PhraseSet> sections_;
  std::vector<std::string> askable_;
  std::unordered_set<std::string> stopwords_;
  std::unordered_set<std::string> negations_;
  std::unordered_set<std::string> frame_words_;
};

// The stems of a text's words in this language.
[[nodiscard]] std::vector<std::string> StemsOf(Language language, std::string_view text);

// Which of the three languages a text is in, by script and by its commonest words; nullopt if that does not
// tell.
[[nodiscard]] std::optional<Language> DetectLanguage(std::string_view text);

// The transcript's own language, else the one that its words show; nothing if neither is one of the three.
[[nodiscard]] std::optional<Language> LanguageOfCall(const Transcript& transcript);

}  // namespace dialix::analysis
