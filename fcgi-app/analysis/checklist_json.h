// Checklists as JSON: the body of the checklists API, and the segments as they are stored and shown
// (docs/openapi.yaml: ChecklistCreate, Segment, Question). Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "analysis/types.h"
#include "base/json.h"
#include "base/result.h"

namespace dialix::analysis {

inline constexpr std::size_t kMaxChecklistSegments = 50;
inline constexpr std::size_t kMaxSegmentQuestions = 100;
inline constexpr std::size_t kMaxChecklistQuestions = 500;  // of all segments together
inline constexpr std::size_t kMaxQuestionKeywords = 50;
inline constexpr std::size_t kMaxTitleLength = 200;  // code points, here and below
inline constexpr std::size_t kMaxQuestionLength = 500;
inline constexpr std::size_t kMaxKeywordLength = 200;
inline constexpr double kMinQuestionWeight =
    0.000001;  // JsonWriter's last decimal: less would be stored as 0
inline constexpr double kMaxQuestionWeight = 1000;

// {title, segments:[{title, questions:[{id?, text, weight?, keywords?, asked_of?}]}]}. Texts are trimmed; a
// question without an id gets a new UUID. Errors: kInvalid with every wrong field at once, unknown fields
// among them.
[[nodiscard]] Result<Checklist> ParseChecklist(JsonView object);

// The same in parts, for a PATCH. Wrong fields are appended to `errors` under `path` ("title", "segments").
[[nodiscard]] std::string ParseChecklistTitle(JsonView title, const std::string& path,
                                              std::vector<FieldError>& errors);
[[nodiscard]] std::vector<ChecklistSegment> ParseChecklistSegments(JsonView segments, const std::string& path,
                                                                   std::vector<FieldError>& errors);

// [{title, questions:[{id, text, weight, keywords, asked_of}]}]
[[nodiscard]] std::string ChecklistSegmentsJson(const std::vector<ChecklistSegment>& segments);

// The inverse of ChecklistSegmentsJson, for what was stored. Errors: kInternal, the stored text is broken.
[[nodiscard]] Result<std::vector<ChecklistSegment>> ReadChecklistSegments(std::string_view json);

}  // namespace dialix::analysis
