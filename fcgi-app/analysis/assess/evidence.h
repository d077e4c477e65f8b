// The evidence rule: a `yes` counts only with words that our own code finds in the transcript, said by the
// side that the question is about. Both engines go through ApplyEvidenceRule; nothing else may set a verdict
// to yes. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "analysis/assess/transcript_index.h"
#include "analysis/types.h"

namespace dialix::analysis {

// The place where `side` said `quote` (kUnknown: anyone), as the transcript has it, with its times.
// Case, punctuation, spacing, ё/е and apostrophes may differ; words may not be added, left out or changed.
// The quote may run over segments of one speaker if no pause within it is longer than 3 s. Of several places,
// the one that starts nearest to `near_ms`, else the first. Nothing where it isn't found or has fewer than
// two letters.
[[nodiscard]] std::optional<Evidence> FindQuote(const TranscriptIndex& index, std::string_view quote,
                                                Speaker side,
                                                std::optional<std::int64_t> near_ms = std::nullopt);

// `answer.evidence->quote` is a claim here (its start_ms, if positive, a hint). A yes whose quote is found
// gets the transcript's own text and times; one whose quote isn't becomes kNeedsReview without evidence and
// with the reason in its comment, in `language`. The other verdicts keep evidence only if it is found; they
// need none.
[[nodiscard]] Answer ApplyEvidenceRule(const TranscriptIndex& index, const Question& question, Answer answer,
                                       std::string_view language = "en");

}  // namespace dialix::analysis
