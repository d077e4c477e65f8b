// One call as the lexical engine sees it: the index, the languages to read it in, its stems. Points into the
// request, which must outlive it. Immutable, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assess/phrase_matcher.h"
#include "analysis/assess/transcript_index.h"
#include "analysis/engines.h"

namespace dialix::analysis {

class LexicalCall {
 public:
  // Below this mean confidence of its words, a transcript cannot show that something was not said.
  static constexpr double kLeastConfidence = 0.5;

  explicit LexicalCall(const AssessRequest& request);
  LexicalCall(const LexicalCall&) = delete;
  LexicalCall& operator=(const LexicalCall&) = delete;

  [[nodiscard]] const TranscriptIndex& index() const { return index_; }
  // The transcript's own language, else the one its words show; nothing if neither tells.
  [[nodiscard]] std::optional<Language> language() const { return language_; }
  // Language of remarks to people.
  [[nodiscard]] const std::string& remark_language() const { return remark_language_; }

  // What `side` said (see TranscriptIndex::StreamsOf), once for each language it may be in: Uzbek calls are
  // full of Russian phrases.
  [[nodiscard]] std::vector<const StemmedStream*> StreamsOf(Speaker side) const;
  // The languages of those streams, the main one first.
  [[nodiscard]] const std::vector<std::optional<Language>>& languages() const { return languages_; }

  // Hits of a lexicon's section in what `side` said, by time.
  [[nodiscard]] std::vector<PhraseHit> Find(Speaker side, std::string_view section) const;
  // Those among the first (last) words of their speaker.
  [[nodiscard]] std::vector<PhraseHit> FindInOpening(Speaker side, std::string_view section) const;
  [[nodiscard]] std::vector<PhraseHit> FindInClosing(Speaker side, std::string_view section) const;

  // Whether the absence of words on this side means that they were not said: the side is known (or anyone
  // will do), says at least `fewest_words`, and the recogniser was sure enough of them.
  [[nodiscard]] bool CanShowAbsence(Speaker side, std::size_t fewest_words) const;

  // The hit as a quote with enough words around it to be understood: the whole utterance if it is short.
  [[nodiscard]] Evidence QuoteAround(const PhraseHit& hit) const;
  // Whether it is among the first words of its speaker.
  [[nodiscard]] static bool IsInOpening(const PhraseHit& hit);
  // How sure the recogniser was of the words of a hit; 1 where it does not say.
  [[nodiscard]] static double ConfidenceOf(const PhraseHit& hit);

 private:
  TranscriptIndex index_;
  std::optional<Language> language_;
  std::string remark_language_;
  std::vector<std::optional<Language>> languages_;
  std::vector<StemmedStream> streams_;
};

}  // namespace dialix::analysis
