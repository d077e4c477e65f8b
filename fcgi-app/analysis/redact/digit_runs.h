// Digits as they are written or said ("90 123-45-67", "ninety one double two"), in runs that nothing but
// blanks, dashes and fillers interrupts. Pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/redact/atoms.h"

namespace dialix::analysis {

// Digits that belong together: a written number, or a number that was said as one ("ninety eight").
struct DigitGroup {
  std::string digits;
  std::size_t first = 0;  // atoms
  std::size_t last = 0;
  bool plus = false;   // a plus stands before it
  bool apart = false;  // a pause, a comma or a new segment stands before it
};

struct DigitRun {
  std::vector<DigitGroup> groups;
  bool amount_follows = false;  // "901 234 567 сум"
};

[[nodiscard]] std::vector<DigitRun> FindDigitRuns(const std::vector<Atom>& atoms);

}  // namespace dialix::analysis
