// Finds phrases in a stream of words by their stems. Pure, thread-safe; a StemmedStream points into the
// index.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assess/lexicon.h"
#include "analysis/assess/transcript_index.h"

namespace dialix::analysis {

// A stream with the stem of each of its words in one language.
struct StemmedStream {
  const WordStream* stream = nullptr;
  std::optional<Language> language;  // nothing: match keys instead of stems
  std::vector<std::string> stems;

  StemmedStream(const WordStream& words, std::optional<Language> stem_language);
};

// A phrase from running text ("order status"), in the stems of that language; "*" has no meaning in it.
[[nodiscard]] Phrase PhraseOf(std::optional<Language> language, std::string_view text);

struct PhraseHit {
  const StemmedStream* where = nullptr;
  std::size_t first = 0;  // words [first, last] of where->stream
  std::size_t last = 0;
  double weight = 0;   // the phrase's
  double quality = 1;  // 1: as written; less where the recogniser seems to have misheard a letter
};

// How far matching forgives the recogniser.
enum class Tolerance {
  kExact,       // stems are equal
  kMisheard,    // one other letter in a stem of six or more, two in nine or more, same first letter
  kResembling,  // one word of a phrase of two or more may differ in nearly half of its letters: good for
                // doubt only
};

// The phrase's occurrence that starts at word `first`; quality 0 where there is none. Between two words of a
// phrase of three or more, one other word is allowed ("how can I really help").
[[nodiscard]] PhraseHit MatchPhrase(const StemmedStream& stream, std::size_t first, const Phrase& phrase,
                                    Tolerance tolerance);

// All hits of a set's phrases, by position; of those that start at one word, the longest.
[[nodiscard]] std::vector<PhraseHit> FindPhrases(const StemmedStream& stream, const PhraseSet& phrases);

// All occurrences of one phrase, forgiving the recogniser.
[[nodiscard]] std::vector<PhraseHit> FindMisheardPhrase(const StemmedStream& stream, const Phrase& phrase);

// A place that resembles the phrase so much that it may have been said there ("let me confess" for "let me
// confirm"); nothing for phrases of one word, which half the language resembles.
[[nodiscard]] std::optional<PhraseHit> FindResembling(const StemmedStream& stream, const Phrase& phrase);

// 1 for equal stems, less for similar ones (Tolerance::kMisheard), 0 for different ones.
[[nodiscard]] double Similarity(const std::string& a, const std::string& b);

// Whether a negation stands within the two words before `first` without a pause ("not a good", "не буду").
// Uzbek negates behind the word: there the word after `last` counts (yaxshi emas).
[[nodiscard]] bool IsNegated(const StemmedStream& stream, std::size_t first, std::size_t last);

}  // namespace dialix::analysis
