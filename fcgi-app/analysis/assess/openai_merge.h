// Joins the replies about the parts of one call into its assessment. This is where the evidence rule is
// applied: the verdicts of the replies are claims until then. Pure, thread-safe.
#pragma once

#include <vector>

#include "analysis/assess/openai_reply.h"
#include "analysis/engines.h"

namespace dialix::analysis {

// `replies` in the order of the plan's parts. For each question: a yes with evidence in any part wins; else
// any needs_review; else a no in any part; else na. A question that no part answers is needs_review. Where
// the plan does not cover the whole call, no and na become needs_review. Moods: what most parts say, neutral
// in a tie. Summary: the parts' ones in order. Purpose and lead source: the first named. Gender: nothing if
// parts contradict each other. Greeting: the first part's.
[[nodiscard]] Assessment MergeReplies(const AssessRequest& request, const PromptPlan& plan,
                                      std::vector<Assessment> replies);

}  // namespace dialix::analysis
