#include "analysis/assess/topics.h"

#include <algorithm>
#include <set>

#include "analysis/assess/lexicon.h"

namespace dialix::analysis {
namespace {

// A name's phrase without its stopwords: "Status of an order" is heard in "the order status" word by word
// only if it is written so, but articles and prepositions should not be in the way.
Phrase NamePhrase(std::optional<Language> language, const std::string& name) {
  Phrase phrase = PhraseOf(language, name);
  if (!language) return phrase;
  const Lexicon& lexicon = Lexicon::Of(*language);
  std::vector<std::string> meaningful;
  for (const std::string& stem : phrase.stems) {
    if (!lexicon.IsStopword(stem)) meaningful.push_back(stem);
  }
  if (!meaningful.empty()) phrase.stems = std::move(meaningful);
  return phrase;
}

constexpr std::size_t kSpan = 8;  // words; what stands closer belongs together

// Times that all words of the name are heard within one stretch of speech, in any order; only where `near`
// (if given) says yes to the place.
std::size_t CountName(const StemmedStream& stream, const std::string& name, const std::vector<bool>* near) {
  const Phrase phrase = NamePhrase(stream.language, name);
  if (phrase.stems.empty()) return 0;
  std::size_t count = 0;
  for (std::size_t first = 0; first < stream.stems.size(); ++first) {
    if (Similarity(phrase.stems.front(), stream.stems[first]) <= 0) continue;
    if (near != nullptr && !(*near)[first]) continue;
    const std::size_t from = first >= kSpan ? first - kSpan : 0;
    const std::size_t to = std::min(stream.stems.size(), first + kSpan + 1);
    const bool all = std::all_of(phrase.stems.begin(), phrase.stems.end(), [&](const std::string& stem) {
      for (std::size_t i = from; i < to; ++i) {
        if (Similarity(stem, stream.stems[i]) > 0) return true;
      }
      return false;
    });
    count += all ? 1 : 0;
  }
  return count;
}

std::size_t CountSaid(const LexicalCall& call, Speaker side, const std::string& name) {
  std::size_t most = 0;
  for (const std::optional<Language> language : call.languages()) {
    std::size_t count = 0;
    for (const StemmedStream* stream : call.StreamsOf(side)) {
      if (stream->language == language) count += CountName(*stream, name, nullptr);
    }
    most = std::max(most, count);
  }
  return most;
}

// The words within kSpan of one that says how somebody heard of something.
std::vector<bool> NearHeardOf(const StemmedStream& stream) {
  std::vector<bool> near(stream.stems.size(), false);
  if (!stream.language) return near;
  for (const PhraseHit& hit : FindPhrases(stream, Lexicon::Of(*stream.language).Section("heard_of"))) {
    const std::size_t from = hit.first >= kSpan ? hit.first - kSpan : 0;
    for (std::size_t i = from; i < std::min(near.size(), hit.last + kSpan + 1); ++i) near[i] = true;
  }
  return near;
}

}  // namespace

std::optional<std::string> FindPurpose(const LexicalCall& call, const std::vector<std::string>& purposes) {
  std::optional<std::string> best;
  std::size_t best_count = 0;
  for (const std::string& purpose : purposes) {
    std::size_t count = CountSaid(call, Speaker::kUnknown, purpose);
    if (call.index().SidesKnown()) count += CountSaid(call, Speaker::kCustomer, purpose);
    if (count == 0 || count < best_count) continue;
    best = count > best_count ? std::optional(purpose) : std::nullopt;
    best_count = count;
  }
  return best;
}

std::vector<std::string> FindProducts(const LexicalCall& call, const std::vector<std::string>& products) {
  std::vector<std::string> found;
  for (const std::string& product : products) {
    if (CountSaid(call, Speaker::kUnknown, product) > 0) found.push_back(product);
  }
  return found;
}

std::optional<std::string> FindLeadSource(const LexicalCall& call, const std::vector<std::string>& sources) {
  if (!call.index().SidesKnown()) return std::nullopt;
  std::set<std::string> named;
  for (const StemmedStream* stream : call.StreamsOf(Speaker::kCustomer)) {
    const std::vector<bool> near = NearHeardOf(*stream);
    for (const std::string& source : sources) {
      if (CountName(*stream, source, &near) > 0) named.insert(source);
    }
  }
  return named.size() == 1 ? std::optional(*named.begin()) : std::nullopt;
}

}  // namespace dialix::analysis
