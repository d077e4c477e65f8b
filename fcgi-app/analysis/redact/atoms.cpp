#include "analysis/redact/atoms.h"

#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

// Appends the atoms of `text`; `gap` is what was left over before it, and holds what is left over after it.
void Append(std::vector<Atom>& atoms, std::string_view text, const Atom& place, std::string& gap) {
  std::size_t done = 0;
  for (Token& token : Tokenize(text)) {
    Atom atom = place;
    gap += text.substr(done, token.begin - done);
    atom.gap = std::move(gap);
    gap.clear();
    atom.folded = std::move(token.folded);
    atom.begin = token.begin;
    atom.end = token.end;
    done = token.end;
    atoms.push_back(std::move(atom));
  }
  gap += text.substr(done);
}

}  // namespace

std::vector<Atom> AtomsOf(const Transcript& transcript, int channel, Source source) {
  std::vector<Atom> atoms;
  std::string gap;
  for (std::size_t s = 0; s < transcript.segments.size(); ++s) {
    const Segment& segment = transcript.segments[s];
    if (segment.channel != channel) continue;
    Atom place;
    place.segment = s;
    if (source == Source::kText) {
      place.start_ms = segment.start_ms;
      place.end_ms = segment.end_ms;
      Append(atoms, segment.text, place, gap);
    } else {
      for (std::size_t w = 0; w < segment.words.size(); ++w) {
        place.word = w;
        place.start_ms = segment.words[w].start_ms;
        place.end_ms = segment.words[w].end_ms;
        Append(atoms, segment.words[w].text, place, gap);
        gap += ' ';
      }
    }
    gap += '\n';
  }
  return atoms;
}

std::vector<Atom> AtomsOf(std::string_view text) {
  std::vector<Atom> atoms;
  std::string gap;
  Append(atoms, text, Atom{}, gap);
  return atoms;
}

}  // namespace dialix::analysis
