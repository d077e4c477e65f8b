// The mood of what was said, by the weights of sentiment words, with negation ("not happy"). Pure,
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/assess/phrase_matcher.h"

namespace dialix::analysis {

struct SentimentTally {
  double positive = 0;  // sums of weights, both ≥ 0
  double negative = 0;
  std::size_t words = 0;  // how many were said; the caller counts them
};

// Adds the weights of one stream. A negated word turns round at half its weight; set phrases that only sound
// like a mood
// ("no problem", "good morning") do not count.
void AddSentiment(const StemmedStream& stream, SentimentTally& tally);

// "positive", "neutral" or "negative"; nothing below 12 words, which are too few to tell a mood by.
[[nodiscard]] std::optional<std::string> LabelOf(const SentimentTally& tally);

}  // namespace dialix::analysis
