#include "analysis/assess/lexical_call.h"

#include <algorithm>

namespace dialix::analysis {
namespace {

constexpr std::size_t kOpeningWords = 30;
constexpr std::size_t kClosingWords = 40;
constexpr std::size_t kShortUtterance = 14;  // words; quoted whole
constexpr std::size_t kWordsAround = 5;

std::int64_t StartOf(const PhraseHit& hit) { return hit.where->stream->words[hit.first].start_ms; }

}  // namespace

LexicalCall::LexicalCall(const AssessRequest& request)
    : index_(*request.transcript),
      language_(LanguageOfCall(*request.transcript)),
      remark_language_(request.asked_for.language) {
  languages_.push_back(language_);
  if (language_ == Language::kUzbek) languages_.emplace_back(Language::kRussian);
  for (const WordStream& stream : index_.streams()) {
    for (const std::optional<Language> language : languages_) streams_.emplace_back(stream, language);
  }
}

std::vector<const StemmedStream*> LexicalCall::StreamsOf(Speaker side) const {
  std::vector<const StemmedStream*> found;
  for (const WordStream* stream : index_.StreamsOf(side)) {
    for (const StemmedStream& stemmed : streams_) {
      if (stemmed.stream == stream) found.push_back(&stemmed);
    }
  }
  return found;
}

std::vector<PhraseHit> LexicalCall::Find(Speaker side, std::string_view section) const {
  std::vector<PhraseHit> hits;
  for (const StemmedStream* stream : StreamsOf(side)) {
    if (!stream->language) continue;
    for (const PhraseHit& hit : FindPhrases(*stream, Lexicon::Of(*stream->language).Section(section))) {
      hits.push_back(hit);
    }
  }
  std::stable_sort(hits.begin(), hits.end(),
                   [](const PhraseHit& a, const PhraseHit& b) { return StartOf(a) < StartOf(b); });
  return hits;
}

bool LexicalCall::IsInOpening(const PhraseHit& hit) { return hit.first < kOpeningWords; }

std::vector<PhraseHit> LexicalCall::FindInOpening(Speaker side, std::string_view section) const {
  std::vector<PhraseHit> hits = Find(side, section);
  std::erase_if(hits, [](const PhraseHit& hit) { return !IsInOpening(hit); });
  return hits;
}

std::vector<PhraseHit> LexicalCall::FindInClosing(Speaker side, std::string_view section) const {
  std::vector<PhraseHit> hits = Find(side, section);
  std::erase_if(hits,
                [](const PhraseHit& hit) { return hit.last + kClosingWords < hit.where->stems.size(); });
  return hits;
}

bool LexicalCall::CanShowAbsence(Speaker side, std::size_t fewest_words) const {
  if (!language_) return false;
  if (side != Speaker::kUnknown && !index_.SidesKnown()) return false;
  const Reliability reliability = index_.ReliabilityOf(side);
  return reliability.words >= fewest_words && reliability.mean_confidence &&
         *reliability.mean_confidence >= kLeastConfidence;
}

Evidence LexicalCall::QuoteAround(const PhraseHit& hit) const {
  const std::vector<IndexedWord>& words = hit.where->stream->words;
  std::size_t begin = hit.first;
  while (begin > 0 && words[begin - 1].segment == words[hit.first].segment) --begin;
  std::size_t end = hit.last;
  while (end + 1 < words.size() && words[end + 1].segment == words[hit.last].segment) ++end;
  if (end - begin + 1 > kShortUtterance) {
    begin = std::max(begin, hit.first > kWordsAround ? hit.first - kWordsAround : 0);
    end = std::min(end, hit.last + kWordsAround);
  }
  return index_.Quote(*hit.where->stream, begin, end);
}

double LexicalCall::ConfidenceOf(const PhraseHit& hit) {
  double sum = 0;
  for (std::size_t i = hit.first; i <= hit.last; ++i)
    sum += hit.where->stream->words[i].confidence.value_or(1);
  return sum / static_cast<double>(hit.last - hit.first + 1);
}

}  // namespace dialix::analysis
