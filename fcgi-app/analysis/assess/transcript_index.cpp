#include "analysis/assess/transcript_index.h"

#include <algorithm>

#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

std::vector<IndexedWord> WordsOf(const Segment& segment, std::size_t segment_index) {
  std::vector<IndexedWord> words;
  const std::vector<Token> text_tokens = Tokenize(segment.text);
  for (std::size_t w = 0; w < segment.words.size(); ++w) {
    const Word& word = segment.words[w];
    for (Token& token : Tokenize(word.text)) {
      IndexedWord indexed;
      indexed.key = MatchKey(token.folded);
      indexed.folded = std::move(token.folded);
      indexed.segment = segment_index;
      indexed.word = w;
      indexed.start_ms = word.start_ms;
      indexed.end_ms = word.end_ms;
      if (word.confidence > 0) indexed.confidence = std::min(word.confidence, 1.0);
      words.push_back(std::move(indexed));
    }
  }
  if (segment.words.empty()) {
    for (const Token& token : text_tokens) {
      IndexedWord indexed;
      indexed.folded = token.folded;
      indexed.key = MatchKey(token.folded);
      indexed.segment = segment_index;
      // No times of its own: the segment's are the closest that is known.
      indexed.start_ms = segment.start_ms;
      indexed.end_ms = segment.end_ms;
      words.push_back(std::move(indexed));
    }
  }
  const bool same = std::equal(words.begin(), words.end(), text_tokens.begin(), text_tokens.end(),
                               [](const IndexedWord& a, const Token& b) { return a.folded == b.folded; });
  for (std::size_t i = 0; same && i < words.size(); ++i) {
    words[i].begin = text_tokens[i].begin;
    words[i].end = text_tokens[i].end;
    words[i].in_text = true;
  }
  return words;
}

std::string TextBetween(const Segment& segment, const IndexedWord& first, const IndexedWord& last) {
  if (first.in_text) return segment.text.substr(first.begin, last.end - first.begin);
  std::string text;
  for (std::size_t w = first.word; w <= last.word && w < segment.words.size(); ++w) {
    if (!text.empty()) text += ' ';
    text += segment.words[w].text;
  }
  return text;
}

}  // namespace

TranscriptIndex::TranscriptIndex(const Transcript& transcript) : transcript_(&transcript) {
  for (std::size_t s = 0; s < transcript.segments.size(); ++s) {
    const Segment& segment = transcript.segments[s];
    sides_known_ = sides_known_ || segment.speaker != Speaker::kUnknown;
    auto stream = std::find_if(streams_.begin(), streams_.end(), [&](const WordStream& candidate) {
      return candidate.channel == segment.channel && candidate.speaker == segment.speaker;
    });
    if (stream == streams_.end()) {
      streams_.push_back({segment.channel, segment.speaker, {}});
      stream = streams_.end() - 1;
    }
    for (IndexedWord& word : WordsOf(segment, s)) {
      if (!stream->words.empty()) {
        word.joined = word.start_ms - stream->words.back().end_ms <= kLongestPauseMs;
      }
      stream->words.push_back(std::move(word));
    }
  }
}

std::vector<const WordStream*> TranscriptIndex::StreamsOf(Speaker side) const {
  std::vector<const WordStream*> found;
  for (const WordStream& stream : streams_) {
    if (!sides_known_ || side == Speaker::kUnknown || stream.speaker == side) found.push_back(&stream);
  }
  return found;
}

Reliability TranscriptIndex::ReliabilityOf(Speaker side) const {
  Reliability reliability;
  double sum = 0;
  std::size_t rated = 0;
  for (const WordStream* stream : StreamsOf(side)) {
    for (const IndexedWord& word : stream->words) {
      ++reliability.words;
      if (!word.confidence) continue;
      sum += *word.confidence;
      ++rated;
    }
  }
  // Words without a confidence count as zero beside words that have one.
  if (rated > 0) reliability.mean_confidence = sum / static_cast<double>(reliability.words);
  return reliability;
}

Evidence TranscriptIndex::Quote(const WordStream& stream, std::size_t first, std::size_t last) const {
  Evidence evidence;
  evidence.speaker = stream.speaker;
  evidence.start_ms = stream.words[first].start_ms;
  evidence.end_ms = stream.words[last].end_ms;
  for (std::size_t from = first; from <= last;) {
    const std::size_t segment = stream.words[from].segment;
    std::size_t to = from;
    while (to < last && stream.words[to + 1].segment == segment) ++to;
    if (!evidence.quote.empty()) evidence.quote += ' ';
    evidence.quote += TextBetween(transcript_->segments[segment], stream.words[from], stream.words[to]);
    evidence.end_ms = std::max(evidence.end_ms, stream.words[to].end_ms);
    from = to + 1;
  }
  return evidence;
}

}  // namespace dialix::analysis
