#include "analysis/assess/summary.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/assess/lexicon.h"
#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

constexpr double kLeastConfidence = 0.65;
constexpr std::size_t kSentences = 3;
constexpr std::size_t kShortest = 5;  // words
constexpr std::size_t kLongest = 40;

// Formulas that every call has tell nothing of this one.
constexpr std::array<std::string_view, 7> kFormulas = {"greeting",  "farewell", "anything_else", "ask_name",
                                                       "ask_phone", "hold",     "thanks"};

// How many words of each segment belong to phrases of these sections.
std::vector<std::size_t> WordsOf(const LexicalCall& call, std::span<const std::string_view> sections) {
  std::vector<std::size_t> words(call.index().transcript().segments.size(), 0);
  for (const std::string_view section : sections) {
    for (const PhraseHit& hit : call.Find(Speaker::kUnknown, section)) {
      words[hit.where->stream->words[hit.first].segment] += hit.last - hit.first + 1;
    }
  }
  return words;
}

struct Candidate {
  std::size_t segment = 0;
  std::vector<std::string> topic;
  double score = 0;
};

}  // namespace

std::optional<std::string> ExtractSummary(const LexicalCall& call, const std::string& wanted_language) {
  const std::optional<Language> language = call.language();
  if (!language || (!wanted_language.empty() && LanguageOf(wanted_language) != language)) return std::nullopt;
  const Reliability reliability = call.index().ReliabilityOf(Speaker::kUnknown);
  if (reliability.mean_confidence.value_or(0) < kLeastConfidence) return std::nullopt;

  const Lexicon& lexicon = Lexicon::Of(*language);
  const std::vector<Segment>& segments = call.index().transcript().segments;
  const std::vector<std::size_t> formulas = WordsOf(call, kFormulas);
  const std::vector<std::size_t> recaps = WordsOf(call, std::array<std::string_view, 1>{"recap"});
  std::vector<Candidate> candidates;
  std::unordered_map<std::string, double> frequency;
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const std::vector<std::string> stems = StemsOf(*language, segments[s].text);
    if (stems.size() < kShortest + formulas[s] || stems.size() > kLongest) continue;
    Candidate candidate{s, {}, 0};
    for (const std::string& stem : stems) {
      if (lexicon.IsStopword(stem)) continue;
      candidate.topic.push_back(stem);
      frequency[stem] += 1;
    }
    if (!candidate.topic.empty()) candidates.push_back(std::move(candidate));
  }
  if (candidates.size() < kSentences) return std::nullopt;

  // SumBasic (Nenkova, Vanderwende 2005): take the utterance whose words are the commonest, make them rare,
  // again.
  std::vector<std::size_t> chosen;
  while (chosen.size() < kSentences && !candidates.empty()) {
    for (Candidate& candidate : candidates) {
      double sum = 0;
      for (const std::string& stem : candidate.topic) sum += frequency[stem];
      candidate.score = sum / static_cast<double>(candidate.topic.size());
      // What the customer says tells more of what the call was about.
      if (segments[candidate.segment].speaker == Speaker::kCustomer) candidate.score *= 1.2;
      if (recaps[candidate.segment] > 0) candidate.score *= 1.5;
    }
    const auto best =
        std::max_element(candidates.begin(), candidates.end(),
                         [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
    for (const std::string& stem : best->topic) frequency[stem] *= frequency[stem] / (frequency[stem] + 2);
    chosen.push_back(best->segment);
    candidates.erase(best);
  }
  std::sort(chosen.begin(), chosen.end());
  std::string summary;
  for (const std::size_t segment : chosen) {
    if (!summary.empty()) summary += " … ";
    summary += segments[segment].text;
  }
  return summary;
}

}  // namespace dialix::analysis
