// The languages the lexical engine knows, and the stem of a word in each: Snowball for English and Russian
// (snowballstem.org), for Uzbek our own removal of case, possessive, plural and verb endings.
// Thread-safe: Snowball's state is kept per thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dialix::analysis {

enum class Language { kEnglish, kRussian, kUzbek };

// "en", "en-US", "ru", "uz", "uz-Cyrl" …; nullopt for any other tag or an empty one.
[[nodiscard]] std::optional<Language> LanguageOf(std::string_view bcp47);
[[nodiscard]] std::string_view TagOf(Language language);

// The stem of a Token's folded word. Same stem: same word in another form (mostly).
[[nodiscard]] std::string Stem(Language language, std::string_view folded);
// Without a known language: the match key itself.
[[nodiscard]] std::string Stem(std::optional<Language> language, std::string_view folded);

}  // namespace dialix::analysis
