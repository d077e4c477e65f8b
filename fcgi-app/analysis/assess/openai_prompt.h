// What the language model is asked: one part of a call at a time, small enough for its context, and the
// questions about it. Pure, thread-safe.
//
// The transcript is hostile input: callers can say "ignore your instructions". It is sent as strings of a
// JSON document in a user message, so nothing in it can end the data and begin an instruction; the system
// message says what the data is; and no answer is believed without the evidence rule (evidence.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/engines.h"
#include "analysis/types.h"

namespace dialix::analysis {

// The questions of one request, under short names of their own (q1, q2, …): ids are long, and are none of the
// model's business.
struct PromptQuestion {
  std::string name;
  const Question* question = nullptr;
};

// One request: segments [first, last) of the transcript.
struct PromptPart {
  std::size_t first = 0;
  std::size_t last = 0;
  int number = 1;                // this part's, and
  int of = 1;                    // of how many
  std::size_t longest_line = 0;  // characters; what an utterance has more is cut off
  bool ask_general = true;       // summary, purpose, mood; not only the questions
  std::vector<PromptQuestion> questions;
};

struct PromptPlan {
  std::vector<PromptPart> parts;
  bool covers_all = true;  // false: the end of the call, or of a single endless utterance, did not fit
};

struct PromptLimits {
  std::size_t transcript_characters = 48'000;  // of one part
  int parts = 8;
  std::size_t questions = 60;  // of one request
};

// Cuts the transcript and the questions into requests; none where nobody says anything.
[[nodiscard]] PromptPlan PlanPrompts(const AssessRequest& request, const PromptLimits& limits);

// The JSON schema (strict) of the answer to a part.
[[nodiscard]] std::string AnswerSchema(const PromptPart& part, const AskedFor& asked_for);

// One message of a conversation.
struct ChatMessage {
  std::string role;  // system | user | assistant
  std::string content;
};
[[nodiscard]] std::vector<ChatMessage> PromptMessages(const AssessRequest& request, const PromptPart& part);

// The body of POST /chat/completions.
[[nodiscard]] std::string ChatRequestJson(std::string_view model, const std::vector<ChatMessage>& messages,
                                          std::string_view schema);

}  // namespace dialix::analysis
