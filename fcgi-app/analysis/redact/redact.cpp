#include "analysis/redact/redact.h"

#include <algorithm>
#include <functional>
#include <set>

#include "analysis/redact/matches.h"

namespace dialix::analysis {
namespace {

using Detector = std::function<Matches(const std::vector<Atom>&)>;

std::string Mark(Redacted kind) { return "[" + std::string(NameOf(kind)) + "]"; }

// A plus, a bracket or the like right before the first digit belongs to the number.
std::size_t BeginWithSign(std::string_view text, std::size_t begin) {
  while (begin > 0 && (text[begin - 1] == '+' || text[begin - 1] == '(')) --begin;
  return begin;
}

// Calls `change(segment, first, last)` for each segment's part of a match.
void BySegment(const std::vector<Atom>& atoms, const Found& found,
               const std::function<void(std::size_t, const Atom&, const Atom&)>& change) {
  for (std::size_t first = found.first; first <= found.last;) {
    std::size_t last = first;
    while (last < found.last && atoms[last + 1].segment == atoms[first].segment) ++last;
    change(atoms[first].segment, atoms[first], atoms[last]);
    first = last + 1;
  }
}

void ReplaceInText(std::string& text, const Atom& first, const Atom& last, Redacted kind) {
  const std::size_t begin = BeginWithSign(text, first.begin);
  text.replace(begin, last.end - begin, Mark(kind));
}

// The words of a match become one, from the start of the first to the end of the last.
void ReplaceInWords(std::vector<Word>& words, const Atom& first, const Atom& last, Redacted kind) {
  Word& word = words[first.word];
  const std::size_t begin = BeginWithSign(word.text, first.begin);
  word.text = word.text.substr(0, begin) + Mark(kind) + words[last.word].text.substr(last.end);
  word.end_ms = std::max(word.end_ms, words[last.word].end_ms);
  for (std::size_t i = first.word; i <= last.word; ++i) {
    word.confidence = std::min(word.confidence, words[i].confidence);
  }
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(first.word) + 1,
              words.begin() + static_cast<std::ptrdiff_t>(last.word) + 1);
}

class Redaction {
 public:
  Redaction(Transcript& transcript, const Detector& detect) : transcript_(transcript), detect_(detect) {}

  std::vector<RedactedSpan> Run() {
    std::set<int> channels;
    for (const Segment& segment : transcript_.segments) channels.insert(segment.channel);
    for (const int channel : channels) Channel(channel);
    std::sort(spans_.begin(), spans_.end(),
              [](const RedactedSpan& a, const RedactedSpan& b) { return a.span.start_ms < b.span.start_ms; });
    return std::move(spans_);
  }

 private:
  void Channel(int channel) {
    const std::vector<Atom> of_text = AtomsOf(transcript_, channel, Source::kText);
    const std::vector<Atom> of_words = AtomsOf(transcript_, channel, Source::kWords);
    const Matches in_text = detect_(of_text);
    const Matches in_words = detect_(of_words);
    std::set<std::size_t> timed;
    // From the back: what stands before keeps its place.
    for (auto match = in_words.rbegin(); match != in_words.rend(); ++match) {
      BySegment(of_words, match->atoms, [&](std::size_t segment, const Atom& first, const Atom& last) {
        spans_.push_back({match->kind, channel, {first.start_ms, last.end_ms}});
        timed.insert(segment);
        ReplaceInWords(transcript_.segments[segment].words, first, last, match->kind);
      });
    }
    for (auto match = in_text.rbegin(); match != in_text.rend(); ++match) {
      BySegment(of_text, match->atoms, [&](std::size_t s, const Atom& first, const Atom& last) {
        Segment& segment = transcript_.segments[s];
        ReplaceInText(segment.text, first, last, match->kind);
        // No words tell when it was said.
        if (!timed.contains(s)) spans_.push_back({match->kind, channel, {segment.start_ms, segment.end_ms}});
      });
    }
  }

  Transcript& transcript_;
  const Detector& detect_;
  std::vector<RedactedSpan> spans_;
};

std::string RedactedText(std::string_view text, const Detector& detect) {
  std::string redacted(text);
  const std::vector<Atom> atoms = AtomsOf(text);
  const Matches matches = detect(atoms);
  for (auto match = matches.rbegin(); match != matches.rend(); ++match) {
    ReplaceInText(redacted, atoms[match->atoms.first], atoms[match->atoms.last], match->kind);
  }
  return redacted;
}

}  // namespace

std::string_view NameOf(Redacted kind) {
  switch (kind) {
    case Redacted::kCard:
      return "card";
    case Redacted::kPhone:
      return "phone";
    case Redacted::kEmail:
      return "email";
  }
  return "card";
}

std::vector<RedactedSpan> RedactTranscript(Transcript& transcript, const RedactionRules& rules) {
  if (!rules.Any()) return {};
  const Detector detect = [&](const std::vector<Atom>& atoms) { return FindAll(atoms, rules); };
  return Redaction(transcript, detect).Run();
}

std::string RedactText(std::string_view text, const RedactionRules& rules) {
  return RedactedText(text, [&](const std::vector<Atom>& atoms) { return FindAll(atoms, rules); });
}

int RedactNumber(Transcript& transcript, std::string_view digits) {
  const Detector detect = [&](const std::vector<Atom>& atoms) { return FindNumber(atoms, digits); };
  return static_cast<int>(Redaction(transcript, detect).Run().size());
}

std::string RedactNumber(std::string_view text, std::string_view digits) {
  return RedactedText(text, [&](const std::vector<Atom>& atoms) { return FindNumber(atoms, digits); });
}

}  // namespace dialix::analysis
