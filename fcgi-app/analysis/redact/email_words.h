// E-mail addresses, written (ivan@mail.ru) or said ("ivan at mail dot ru", "собака", "kuchukcha"). Pure.
// Written ones as in RFC 5322's dot-atom; those in quotation marks are not known.
#pragma once

#include <vector>

#include "analysis/redact/atoms.h"

namespace dialix::analysis {

[[nodiscard]] std::vector<Found> FindEmails(const std::vector<Atom>& atoms);

}  // namespace dialix::analysis
