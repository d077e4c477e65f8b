// Where in a run of atoms something stands that is to be taken out.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/redact/atoms.h"
#include "analysis/redact/redact.h"

namespace dialix::analysis {

struct Match {
  Redacted kind;
  Found atoms;
};
using Matches = std::vector<Match>;

// What the rules ask for, by position; none overlaps an e-mail address.
Matches FindAll(const std::vector<Atom>& atoms, const RedactionRules& rules);

// The one number, with or without the code of its country. `wanted`: digits alone.
Matches FindNumber(const std::vector<Atom>& atoms, std::string_view wanted);

}  // namespace dialix::analysis
