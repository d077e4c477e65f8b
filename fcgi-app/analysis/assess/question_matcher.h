// How the lexical engine answers one checklist question. Pure, thread-safe.
//
//  1. "If X, …" (en, ru, uz): where nothing of X comes up in a transcript good enough to tell, the answer is
//  na.
//  2. Keywords of the question, and phrases it puts in quotation marks, are alternatives: one of them said by
//  the
//     side asked of is a yes; none of them in a transcript good enough to tell is a no, unless the same thing
//     is said in other words of the lexicon, or something is heard that may be one of them misheard. Where
//     the question asks for a greeting, only the beginning of the call counts.
//  3. Else what the question asks for is recognised by its own words (greet, introduce, thank …, lexicon
//  [asks:X])
//     and looked for in the lexicon's phrases; greetings at the beginning, farewells at the end. All of what
//     it asks for has to be there. A no is given only for greetings, farewells, thanks and apologies: for the
//     rest there are more ways to say it than any list has.
//  4. Else the words of the question that carry meaning have to be heard close together. Never a no.
// Everything else is needs_review with the reason. A yes goes through the evidence rule.
#pragma once

#include "analysis/assess/lexical_call.h"
#include "analysis/types.h"

namespace dialix::analysis {

[[nodiscard]] Answer AnswerQuestion(const LexicalCall& call, const Question& question);

// Whether the operator greets at the beginning; nothing if that cannot be known.
[[nodiscard]] std::optional<bool> OperatorGreets(const LexicalCall& call);

}  // namespace dialix::analysis
