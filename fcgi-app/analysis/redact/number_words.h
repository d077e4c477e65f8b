// The words with which numbers are said, digit by digit or composed: English, Russian, Uzbek in both scripts.
// Pure, thread-safe.
#pragma once

#include <string_view>

namespace dialix::analysis {

enum class NumberWordKind {
  kNone,
  kUnit,      // 0..9
  kTeen,      // 10..19
  kTens,      // 20, 30 … 90
  kHundreds,  // 200 … 900 as one word: двести
  kHundred,   // multiplies what stands before: hundred, yuz; alone it is 100
  kQuantity,  // thousand, million: an amount, never part of a number that is dialled
  kRepeat,    // double, triple: the next digit so many times
  kZeros,     // нуля: as many zeros as the number before it says
  kPlus,      // begins an international number
  kFiller,    // may stand between two digits and means nothing: um, dash, так
};

struct NumberWord {
  NumberWordKind kind = NumberWordKind::kNone;
  int value = 0;
  bool weak = false;  // another word too (for, to, on): a number between two numbers only
};

// `folded` is a Token's.
[[nodiscard]] NumberWord ClassifyNumberWord(std::string_view folded);

}  // namespace dialix::analysis
