// Takes payment cards, telephone numbers and e-mail addresses out of a transcript: "[card]", "[phone]",
// "[email]" stand where they were said or written, in the text and in the words, whose times stay. Everything
// that is made of the transcript afterwards (judgement, quotes, summary, search) then never sees them. Pure,
// thread-safe. It finds what looks like one: rules, not certainty; see docs/security.md for what it misses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/types.h"

namespace dialix::analysis {

struct RedactionRules {
  bool cards = false;
  bool phones = false;
  bool emails = false;
  bool audio = false;  // silence them in the recording as well
  [[nodiscard]] bool Any() const { return cards || phones || emails; }
};

enum class Redacted { kCard, kPhone, kEmail };
[[nodiscard]] std::string_view NameOf(Redacted kind);  // "card"

struct RedactedSpan {
  Redacted kind = Redacted::kCard;
  int channel = -1;
  Span span;  // of the words; of the whole segment where the engine gives no times of words
};

// Changes the transcript; gives what was taken out, in order of time.
std::vector<RedactedSpan> RedactTranscript(Transcript& transcript, const RedactionRules& rules);

// The same for a text alone (a title, a note).
[[nodiscard]] std::string RedactText(std::string_view text, const RedactionRules& rules);

// Takes out one telephone number, given as digits, in all its forms. Gives how often it was there.
int RedactNumber(Transcript& transcript, std::string_view digits);
[[nodiscard]] std::string RedactNumber(std::string_view text, std::string_view digits);

}  // namespace dialix::analysis
