// Which of the company's own purposes, products and lead sources a call is about, by their own words.
// A name counts where all of its meaningful words are heard close together. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/assess/lexical_call.h"

namespace dialix::analysis {

// The purpose spoken of most, what the customer says counting twice; nothing if none is, or two are equally.
[[nodiscard]] std::optional<std::string> FindPurpose(const LexicalCall& call,
                                                     const std::vector<std::string>& purposes);

// Every product that is spoken of, in the company's order.
[[nodiscard]] std::vector<std::string> FindProducts(const LexicalCall& call,
                                                    const std::vector<std::string>& products);

// The one lead source that the customer names near words of having heard, seen or found (lexicon [heard_of]):
// whoever says "the website is broken" does not say where they come from. Nothing if sides are unknown (an
// operator names the company's channels too), or if more than one is named.
[[nodiscard]] std::optional<std::string> FindLeadSource(const LexicalCall& call,
                                                        const std::vector<std::string>& sources);

}  // namespace dialix::analysis
