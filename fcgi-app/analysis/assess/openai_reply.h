// The language model's answer to one part: checked against our own reading of the schema, because a provider
// may not enforce it. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assess/openai_prompt.h"
#include "analysis/types.h"
#include "base/result.h"

namespace dialix::analysis {

// The reply of an HTTP 200 of /chat/completions, unpacked: choices[0].message.content.
// Errors: kUpstream, it is no such reply (worth another try); kInvalid, the model refuses or was cut off
// (final).
[[nodiscard]] Result<std::string> ContentOf(std::string_view body);

// Checks and reads the content: what the model claims about one part. The answers' evidence is its quote, and
// as start_ms the beginning of the line that it names; nothing of it is to be believed before MergeReplies. A
// missing field is a null, unknown fields and question names are dropped, values that are on none of the
// company's lists too; questions without an answer are left out. Errors: kInvalid with every breach of the
// schema in public_message, "; " between them.
[[nodiscard]] Result<Assessment> ReadReply(std::string_view content, const AssessRequest& request,
                                           const PromptPart& part);

}  // namespace dialix::analysis
