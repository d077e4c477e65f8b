#include "analysis/assess/sentiment.h"

#include <algorithm>

namespace dialix::analysis {

void AddSentiment(const StemmedStream& stream, SentimentTally& tally) {
  if (!stream.language) return;
  const Lexicon& lexicon = Lexicon::Of(*stream.language);
  std::vector<bool> spent(stream.stems.size(), false);
  for (const PhraseHit& hit : FindPhrases(stream, lexicon.Section("not_sentiment"))) {
    std::fill(spent.begin() + static_cast<std::ptrdiff_t>(hit.first),
              spent.begin() + static_cast<std::ptrdiff_t>(hit.last) + 1, true);
  }
  for (const PhraseHit& hit : FindPhrases(stream, lexicon.Section("sentiment"))) {
    if (spent[hit.first]) continue;  // part of a set phrase, or of a longer hit before
    std::fill(spent.begin() + static_cast<std::ptrdiff_t>(hit.first),
              spent.begin() + static_cast<std::ptrdiff_t>(hit.last) + 1, true);
    const double weight = IsNegated(stream, hit.first, hit.last) ? -hit.weight / 2 : hit.weight;
    (weight > 0 ? tally.positive : tally.negative) += weight > 0 ? weight : -weight;
  }
}

std::optional<std::string> LabelOf(const SentimentTally& tally) {
  constexpr std::size_t kFewestWords = 12;
  constexpr double kWeakest = 2;      // one clear word, or two mild ones
  constexpr double kOneSided = 0.34;  // two to one
  if (tally.words < kFewestWords) return std::nullopt;
  const double total = tally.positive + tally.negative;
  const double balance = tally.positive - tally.negative;
  if (total < kWeakest || balance < kOneSided * total) {
    return total >= kWeakest && -balance >= kOneSided * total ? "negative" : "neutral";
  }
  return "positive";
}

}  // namespace dialix::analysis
