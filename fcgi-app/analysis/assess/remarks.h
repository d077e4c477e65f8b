// What the code itself remarks on an answer, for people, in the company's language (uz, ru, en; else en).
#pragma once

#include <string>
#include <string_view>

namespace dialix::analysis {

enum class Remark {
  kNoQuote,         // a yes came without a quote
  kQuoteNotFound,   // its quote is not in the transcript
  kWrongSide,       // its quote was said by the other side
  kNotAnswered,     // the engine left the question out
  kNotHeard,        // nothing of it is said, and the transcript is good enough to tell
  kCannotTell,      // nothing of it is heard, but that proves nothing here
  kSidesUnknown,    // nobody knows who is the operator
  kNegated,         // the words are there, but negated
  kOtherWords,      // said in other words than the question's keywords
  kResembling,      // what is heard resembles it: it may have been misheard
  kPartly,          // only a part of what is asked is heard
  kConditionUnmet,  // what the question depends on is not spoken of
  kTooFewWords,     // the side says too little to judge
  kNotAllSeen,      // the call was too long for the engine, its end was not judged
};

[[nodiscard]] std::string_view TextOf(Remark remark, std::string_view language);

// Appends the remark to a comment, as its next sentence.
void AddRemark(std::string& comment, Remark remark, std::string_view language);

}  // namespace dialix::analysis
