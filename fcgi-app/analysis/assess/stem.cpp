#include "analysis/assess/stem.h"

#include <libstemmer.h>

#include <array>
#include <memory>

#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

struct StemmerDeleter {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};
using Stemmer = std::unique_ptr<sb_stemmer, StemmerDeleter>;

std::string Snowball(sb_stemmer* stemmer, const std::string& word) {
  if (stemmer == nullptr) return word;
  const sb_symbol* stem = sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(word.data()),
                                          static_cast<int>(word.size()));
  if (stem == nullptr) return word;
  return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

// A stemmer is not thread-safe and costs a malloc to make: one a thread.
sb_stemmer* English() {
  thread_local const Stemmer stemmer(sb_stemmer_new("english", "UTF_8"));
  return stemmer.get();
}
sb_stemmer* Russian() {
  thread_local const Stemmer stemmer(sb_stemmer_new("russian", "UTF_8"));
  return stemmer.get();
}

std::string YoAsYe(std::string_view folded) {
  std::string out(folded);
  constexpr std::string_view kYo = "ё";
  for (std::size_t at = out.find(kYo); at != std::string::npos; at = out.find(kYo, at))
    out.replace(at, kYo.size(), "е");
  return out;
}

// Longest first, in the form of UzbekKey (no apostrophes, h as x).
constexpr std::array<std::string_view, 55> kUzbekEndings = {
    "yapmiz", "yapman", "yapsiz", "dingiz", "sangiz", "laring", "gansiz", "ganman", "ganmiz", "moqchi",
    "yapti",  "ingiz",  "larni",  "larga",  "larda",  "amiz",   "asiz",   "aman",   "ymiz",   "ysiz",
    "yman",   "imiz",   "ning",   "lari",   "ngiz",   "adi",    "ydi",    "dim",    "ding",   "dik",
    "gan",    "ish",    "moq",    "dan",    "lar",    "man",    "siz",    "miz",    "dir",    "ing",
    "sin",    "gin",    "ib",     "di",     "ga",     "ka",     "qa",     "da",     "ni",     "si",
    "mi",     "im",     "sa",     "ng",     "i"};

// Light on purpose: at most four endings, and never below four letters.
std::string UzbekStem(std::string word) {
  constexpr std::size_t kShortestStem = 4;
  for (int round = 0; round < 4; ++round) {
    bool stripped = false;
    for (const std::string_view ending : kUzbekEndings) {
      if (word.size() < ending.size() + kShortestStem || !word.ends_with(ending)) continue;
      word.resize(word.size() - ending.size());
      stripped = true;
      break;
    }
    if (!stripped) break;
  }
  return word;
}

}  // namespace

std::optional<Language> LanguageOf(std::string_view bcp47) {
  const std::string_view primary = bcp47.substr(0, bcp47.find_first_of("-_"));
  if (primary == "en" || primary == "EN" || primary == "english") return Language::kEnglish;
  if (primary == "ru" || primary == "RU" || primary == "russian") return Language::kRussian;
  if (primary == "uz" || primary == "UZ" || primary == "uzbek") return Language::kUzbek;
  return std::nullopt;
}

std::string_view TagOf(Language language) {
  switch (language) {
    case Language::kEnglish:
      return "en";
    case Language::kRussian:
      return "ru";
    case Language::kUzbek:
      return "uz";
  }
  return "en";
}

std::string Stem(Language language, std::string_view folded) {
  switch (language) {
    case Language::kEnglish:
      return Snowball(English(), MatchKey(folded));
    case Language::kRussian:
      return HasCyrillic(folded) ? Snowball(Russian(), YoAsYe(folded)) : MatchKey(folded);
    case Language::kUzbek:
      return UzbekStem(UzbekKey(folded));
  }
  return MatchKey(folded);
}

std::string Stem(std::optional<Language> language, std::string_view folded) {
  return language ? Stem(*language, folded) : MatchKey(folded);
}

}  // namespace dialix::analysis
