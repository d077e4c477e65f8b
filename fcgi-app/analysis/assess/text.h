// Words out of running text, and the forms in which two words count as the same one. English, Russian, Uzbek
// (Latin with any apostrophe for o‘ and g‘, and Cyrillic); other scripts are case-folded only.
// Pure functions over UTF-8, thread-safe. Invalid bytes separate words and are never part of one.
// Sources: Unicode NFKC_Casefold (UAX #31), Uzbek alphabet law of 1995.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dialix::analysis {

struct Token {
  std::string folded;     // case-folded, one apostrophe form ('), no other punctuation
  std::size_t begin = 0;  // bytes of the original: [begin, end)
  std::size_t end = 0;
};

// Letters, digits and marks make a word; an apostrophe belongs to it between or after letters (don't, o‘,
// g‘).
[[nodiscard]] std::vector<Token> Tokenize(std::string_view utf8);

// The form in which quotes are compared: ё as е, Cyrillic in Latin letters, no apostrophes. `folded` is a
// Token's. Equal words always have equal keys; different words may share one (мел, мёл), never across their
// letters.
[[nodiscard]] std::string MatchKey(std::string_view folded);

// Uzbek in its Latin form without apostrophes and with h written x (raxmat = rahmat = раҳмат).
[[nodiscard]] std::string UzbekKey(std::string_view folded);

[[nodiscard]] bool HasCyrillic(std::string_view utf8);

// Code points of valid UTF-8; invalid bytes are skipped.
[[nodiscard]] std::u32string ToCodePoints(std::string_view utf8);

}  // namespace dialix::analysis
