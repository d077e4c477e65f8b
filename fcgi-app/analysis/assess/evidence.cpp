#include "analysis/assess/evidence.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "analysis/assess/remarks.h"
#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

// The last word of the quote's occurrence that starts at `first`. Keys are compared as one run of letters, so
// "can not" finds "cannot", but it has to begin and end where words do.
std::optional<std::size_t> MatchAt(const WordStream& stream, std::size_t first, std::string_view letters) {
  for (std::size_t i = first; i < stream.words.size(); ++i) {
    const IndexedWord& word = stream.words[i];
    if (i > first && !word.joined) return std::nullopt;
    if (!letters.starts_with(word.key)) return std::nullopt;
    letters.remove_prefix(word.key.size());
    if (letters.empty()) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Evidence> FindQuote(const TranscriptIndex& index, std::string_view quote, Speaker side,
                                  std::optional<std::int64_t> near_ms) {
  std::string letters;
  for (const Token& token : Tokenize(quote)) letters += MatchKey(token.folded);
  if (ToCodePoints(letters).size() < 2) return std::nullopt;

  std::optional<Evidence> best;
  for (const WordStream* stream : index.StreamsOf(side)) {
    for (std::size_t first = 0; first < stream->words.size(); ++first) {
      if (stream->words[first].key.empty()) continue;
      const std::optional<std::size_t> last = MatchAt(*stream, first, letters);
      if (!last) continue;
      const std::int64_t start = stream->words[first].start_ms;
      const bool better =
          !best || (near_ms ? std::llabs(start - *near_ms) < std::llabs(best->start_ms - *near_ms)
                            : start < best->start_ms);
      if (better) best = index.Quote(*stream, first, *last);
    }
  }
  return best;
}

Answer ApplyEvidenceRule(const TranscriptIndex& index, const Question& question, Answer answer,
                         std::string_view language) {
  std::optional<Evidence> claim = std::exchange(answer.evidence, std::nullopt);
  if (claim && !claim->quote.empty()) {
    const std::optional<std::int64_t> hint =
        claim->start_ms > 0 ? std::optional(claim->start_ms) : std::nullopt;
    answer.evidence = FindQuote(index, claim->quote, question.asked_of, hint);
  }
  if (answer.verdict != Verdict::kYes || answer.evidence) return answer;

  answer.verdict = Verdict::kNeedsReview;
  answer.confidence.reset();
  if (!claim || claim->quote.empty()) {
    AddRemark(answer.comment, Remark::kNoQuote, language);
  } else if (FindQuote(index, claim->quote, Speaker::kUnknown)) {
    AddRemark(answer.comment, Remark::kWrongSide, language);
  } else {
    AddRemark(answer.comment, Remark::kQuoteNotFound, language);
  }
  return answer;
}

}  // namespace dialix::analysis
