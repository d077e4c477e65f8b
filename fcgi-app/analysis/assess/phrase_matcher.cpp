#include "analysis/assess/phrase_matcher.h"

#include <algorithm>

#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

constexpr std::string_view kAnyWords = "*";
constexpr std::size_t kWildcardWords = 3;

// Damerau-Levenshtein distance (optimal string alignment), given up above `limit`.
std::size_t Distance(const std::u32string& a, const std::u32string& b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

constexpr double kResemblingQuality = 0.5;

bool Resembles(const std::string& a, const std::string& b) {
  const std::u32string left = ToCodePoints(a);
  const std::u32string right = ToCodePoints(b);
  if (std::min(left.size(), right.size()) < 5) return false;  // short words resemble each other by chance
  const std::size_t limit = std::max(left.size(), right.size()) * 45 / 100;
  return Distance(left, right, limit) <= limit;
}

double Compare(const std::string& wanted, const StemmedStream& stream, std::size_t at, Tolerance tolerance) {
  const std::string& heard = stream.stems[at];
  if (wanted == heard) return 1;
  if (wanted.starts_with(kExactForm))
    return wanted.compare(1, std::string::npos, stream.stream->words[at].key) == 0;
  switch (tolerance) {
    case Tolerance::kExact:
      return 0;
    case Tolerance::kMisheard:
      return Similarity(wanted, heard);
    case Tolerance::kResembling:
      return Resembles(wanted, heard) ? kResemblingQuality : 0;
  }
  return 0;
}

// Whether words first … last are one run of speech.
bool Reachable(const StemmedStream& stream, std::size_t from, std::size_t to) {
  for (std::size_t i = from + 1; i <= to; ++i) {
    if (!stream.stream->words[i].joined) return false;
  }
  return true;
}

}  // namespace

StemmedStream::StemmedStream(const WordStream& words, std::optional<Language> stem_language)
    : stream(&words), language(stem_language) {
  stems.reserve(words.words.size());
  for (const IndexedWord& word : words.words) stems.push_back(Stem(language, word.folded));
}

Phrase PhraseOf(std::optional<Language> language, std::string_view text) {
  Phrase phrase;
  for (const Token& token : Tokenize(text)) phrase.stems.push_back(Stem(language, token.folded));
  return phrase;
}

double Similarity(const std::string& a, const std::string& b) {
  if (a == b) return 1;
  const std::u32string left = ToCodePoints(a);
  const std::u32string right = ToCodePoints(b);
  const std::size_t shorter = std::min(left.size(), right.size());
  if (shorter < 6 || left[0] != right[0]) return 0;
  const std::size_t limit = shorter >= 9 ? 2 : 1;
  const std::size_t distance = Distance(left, right, limit);
  if (distance > limit) return 0;
  return distance == 1 ? 0.85 : 0.75;
}

PhraseHit MatchPhrase(const StemmedStream& stream, std::size_t first, const Phrase& phrase,
                      Tolerance tolerance) {
  PhraseHit hit{&stream, first, first, phrase.weight, 0};
  double quality = 1;
  std::size_t at = first;
  std::size_t slack = 0;  // words that may stand between the last one matched and the next
  for (std::size_t p = 0; p < phrase.stems.size(); ++p) {
    if (phrase.stems[p] == kAnyWords) {
      slack = kWildcardWords;
      ++at;  // at least one word
      continue;
    }
    double match = 0;
    std::size_t found = at;
    for (; found < stream.stems.size() && found <= at + slack; ++found) {
      match = Compare(phrase.stems[p], stream, found, tolerance);
      if (match > 0) break;
    }
    if (match <= 0 || !Reachable(stream, hit.last, found)) return hit;
    if (match == kResemblingQuality && quality == kResemblingQuality) return hit;  // one such word at most
    quality = std::min(quality, match);
    hit.last = found;
    at = found + 1;
    slack = phrase.stems.size() >= 3 ? 1 : 0;
  }
  hit.quality = quality;
  return hit;
}

std::vector<PhraseHit> FindPhrases(const StemmedStream& stream, const PhraseSet& phrases) {
  std::vector<PhraseHit> hits;
  for (std::size_t first = 0; first < stream.stems.size(); ++first) {
    PhraseHit longest;
    for (const std::string& begin : {stream.stems[first], kExactForm + stream.stream->words[first].key}) {
      const std::vector<std::size_t>* candidates = phrases.StartingWith(begin);
      if (candidates == nullptr) continue;
      for (const std::size_t candidate : *candidates) {
        const PhraseHit hit = MatchPhrase(stream, first, phrases.phrases()[candidate], Tolerance::kExact);
        if (hit.quality > 0 && (longest.where == nullptr || hit.last > longest.last)) longest = hit;
      }
    }
    if (longest.where != nullptr) hits.push_back(longest);
  }
  return hits;
}

std::vector<PhraseHit> FindMisheardPhrase(const StemmedStream& stream, const Phrase& phrase) {
  std::vector<PhraseHit> hits;
  if (phrase.stems.empty()) return hits;
  for (std::size_t first = 0; first < stream.stems.size(); ++first) {
    const PhraseHit hit = MatchPhrase(stream, first, phrase, Tolerance::kMisheard);
    if (hit.quality > 0) hits.push_back(hit);
  }
  return hits;
}

std::optional<PhraseHit> FindResembling(const StemmedStream& stream, const Phrase& phrase) {
  if (phrase.stems.size() < 2) return std::nullopt;
  for (std::size_t first = 0; first < stream.stems.size(); ++first) {
    const PhraseHit hit = MatchPhrase(stream, first, phrase, Tolerance::kResembling);
    if (hit.quality > 0) return hit;
  }
  return std::nullopt;
}

bool IsNegated(const StemmedStream& stream, std::size_t first, std::size_t last) {
  if (!stream.language) return false;
  const Lexicon& lexicon = Lexicon::Of(*stream.language);
  const std::vector<IndexedWord>& words = stream.stream->words;
  if (*stream.language == Language::kUzbek) {
    const std::size_t next = last + 1;
    return next < words.size() && words[next].joined && lexicon.IsNegation(stream.stems[next]);
  }
  for (std::size_t back = 1; back <= 2 && back <= first; ++back) {
    if (!words[first - back + 1].joined) return false;
    if (lexicon.IsNegation(stream.stems[first - back])) return true;
  }
  return false;
}

}  // namespace dialix::analysis
