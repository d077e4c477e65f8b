// A transcript laid out for searching: one stream of words a speaker, in time order, each word with its match
// key, times and confidence. Points into the transcript, which must outlive it. Immutable, thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

struct IndexedWord {
  std::string folded;
  std::string key;          // MatchKey(folded)
  std::size_t segment = 0;  // index into Transcript::segments
  std::size_t word = 0;     // index into Segment::words, where the segment has words
  std::size_t begin = 0;    // bytes of Segment::text, where `in_text`
  std::size_t end = 0;
  bool in_text =
      false;            // the words of the segment are those of its text, so that it can be quoted from there
  bool joined = false;  // follows the word before it without a pause of more than kLongestPauseMs
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::optional<double> confidence;  // nothing where the engine gives none
};

struct WordStream {
  int channel = -1;
  Speaker speaker = Speaker::kUnknown;
  std::vector<IndexedWord> words;
};

// How much the words of one side can be relied on, for saying that something was NOT said.
struct Reliability {
  std::size_t words = 0;
  std::optional<double> mean_confidence;  // nothing where the engine gives none
};

class TranscriptIndex {
 public:
  // A speaker may pause this long within one quote.
  static constexpr std::int64_t kLongestPauseMs = 3000;

  explicit TranscriptIndex(const Transcript& transcript);

  [[nodiscard]] const Transcript& transcript() const { return *transcript_; }
  [[nodiscard]] const std::vector<WordStream>& streams() const { return streams_; }
  // Whether anyone is known to be the operator or the customer.
  [[nodiscard]] bool SidesKnown() const { return sides_known_; }
  // Streams to search for what `side` said: its own where sides are known, else all; all for kUnknown.
  [[nodiscard]] std::vector<const WordStream*> StreamsOf(Speaker side) const;
  [[nodiscard]] Reliability ReliabilityOf(Speaker side) const;

  // The transcript's own text and times of words [first, last] of a stream of this index.
  [[nodiscard]] Evidence Quote(const WordStream& stream, std::size_t first, std::size_t last) const;

 private:
  const Transcript* transcript_;
  std::vector<WordStream> streams_;
  bool sides_known_ = false;
};

}  // namespace dialix::analysis
