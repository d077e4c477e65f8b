#include "analysis/assess/lexicon.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "analysis/assess/lexicon_text.h"
#include "analysis/assess/text.h"
#include "base/text.h"

namespace dialix::analysis {
namespace {

// "waste of time -3" → the phrase and its weight.
double TakeWeight(std::string_view& line) {
  const std::size_t space = line.find_last_of(' ');
  if (space == std::string_view::npos) return 0;
  const std::string number(line.substr(space + 1));
  char* end = nullptr;
  const double weight = std::strtod(number.c_str(), &end);
  if (end == number.c_str() || *end != '\0') return 0;
  line = line.substr(0, space);
  return weight;
}

// "have a * day", "=pleased with": plain words as stems, "*" and exact forms as they are.
std::vector<std::string> PhraseStems(Language language, std::string_view line) {
  std::vector<std::string> stems;
  if (line.starts_with(kExactForm)) {
    const std::size_t space = line.find(' ');
    for (const Token& token : Tokenize(line.substr(0, space)))
      stems.push_back(kExactForm + MatchKey(token.folded));
    if (space == std::string_view::npos) return stems;
    line.remove_prefix(space);
  }
  while (!line.empty()) {
    const std::size_t star = line.find('*');
    for (std::string& stem : StemsOf(language, line.substr(0, star))) stems.push_back(std::move(stem));
    if (star == std::string_view::npos) break;
    stems.emplace_back("*");
    line.remove_prefix(star + 1);
  }
  return stems;
}

constexpr std::string_view kAsks = "asks:";

}  // namespace

void PhraseSet::Add(Phrase phrase) {
  if (phrase.stems.empty()) return;
  by_first_[phrase.stems.front()].push_back(phrases_.size());
  phrases_.push_back(std::move(phrase));
}

const std::vector<std::size_t>* PhraseSet::StartingWith(const std::string& stem) const {
  const auto found = by_first_.find(stem);
  return found == by_first_.end() ? nullptr : &found->second;
}

Lexicon::Lexicon(Language language, std::string_view text) : language_(language) {
  std::string section;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = Trim(text.substr(0, newline));
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[' && line.back() == ']') {
      section = std::string(line.substr(1, line.size() - 2));
      if (section.starts_with(kAsks)) askable_.push_back(section.substr(kAsks.size()));
      continue;
    }
    AddLine(section, line);
  }
}

void Lexicon::AddLine(const std::string& section, std::string_view line) {
  const double weight = section == "sentiment" ? TakeWeight(line) : 0;
  std::vector<std::string> stems = PhraseStems(language_, line);
  if (section == "stopword" || section == "negation" || section == "role" || section == "reporting") {
    auto& words = section == "stopword" ? stopwords_ : section == "negation" ? negations_ : frame_words_;
    for (std::string& stem : stems) words.insert(std::move(stem));
    return;
  }
  if (section.starts_with(kAsks)) {
    // Questions say "his name", "their name", "the name": only the words that carry the meaning count.
    std::erase_if(stems, [this](const std::string& stem) { return IsStopword(stem); });
  }
  sections_[section].Add({std::move(stems), weight});
}

const Lexicon& Lexicon::Of(Language language) {
  static const Lexicon english(Language::kEnglish, lexicon_text::kEnglish);
  static const Lexicon russian(Language::kRussian, lexicon_text::kRussian);
  static const Lexicon uzbek(Language::kUzbek, lexicon_text::kUzbek);
  switch (language) {
    case Language::kEnglish:
      return english;
    case Language::kRussian:
      return russian;
    case Language::kUzbek:
      return uzbek;
  }
  return english;
}

const PhraseSet& Lexicon::Section(std::string_view name) const {
  static const PhraseSet nothing;
  const auto found = sections_.find(std::string(name));
  return found == sections_.end() ? nothing : found->second;
}

std::vector<std::string> StemsOf(Language language, std::string_view text) {
  std::vector<std::string> stems;
  for (const Token& token : Tokenize(text)) stems.push_back(Stem(language, token.folded));
  return stems;
}

std::optional<Language> DetectLanguage(std::string_view text) {
  constexpr std::array<Language, 3> kLanguages = {Language::kEnglish, Language::kRussian, Language::kUzbek};
  std::array<std::size_t, 3> hits = {};
  std::size_t words = 0;
  for (const Token& token : Tokenize(text)) {
    ++words;
    for (std::size_t i = 0; i < kLanguages.size(); ++i) {
      const Language language = kLanguages[i];
      const bool cyrillic = HasCyrillic(token.folded);
      if (language == Language::kEnglish && cyrillic) continue;
      if (language == Language::kRussian && !cyrillic) continue;
      const std::string stem = Stem(language, token.folded);
      const Lexicon& lexicon = Lexicon::Of(language);
      if (lexicon.IsStopword(stem) || lexicon.IsFrameWord(stem) || lexicon.IsNegation(stem)) ++hits[i];
    }
    // Letters that only Uzbek writes in Cyrillic.
    for (const std::string_view letter : {"ў", "қ", "ғ", "ҳ"}) {
      if (token.folded.find(letter) != std::string::npos) ++hits[2];
    }
  }
  const auto best = std::max_element(hits.begin(), hits.end());
  const std::size_t index = static_cast<std::size_t>(best - hits.begin());
  if (*best == 0 || *best * 10 < words) return std::nullopt;
  if (std::count(hits.begin(), hits.end(), *best) > 1) return std::nullopt;
  return kLanguages[index];
}

std::optional<Language> LanguageOfCall(const Transcript& transcript) {
  if (const std::optional<Language> told = LanguageOf(transcript.language)) return told;
  if (!transcript.language.empty()) return std::nullopt;  // told, but none of ours
  std::string text;
  for (const Segment& segment : transcript.segments) {
    if (text.size() > 20000) break;
    text += segment.text;
    text += '\n';
  }
  return DetectLanguage(text);
}

}  // namespace dialix::analysis
