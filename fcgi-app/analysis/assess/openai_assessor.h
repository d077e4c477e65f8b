// The Assessor that asks an OpenAI-compatible service: POST {base}/chat/completions with a JSON schema.
// Thread-safe; a long call is asked about in parts, one after the other.
// Errors. Worth another try: kTooManyRequests (429, with retry_after_s), kUpstream (5xx, a broken reply),
// kTimeout, kUnavailable (cannot connect, cancelled). Final: kForbidden (401, 403: the key), kPaymentRequired
// (402, or a 429 that says the quota is used up), kInvalid (other 4xx, a refusal, or an answer that breaks
// the schema twice: it is shown what is wrong with the first and asked once more).
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "analysis/assess/openai_prompt.h"
#include "analysis/engines.h"
#include "net/http_client.h"

namespace dialix::analysis {

struct OpenAiAssessorOptions {
  std::string base_url;  // "https://api.openai.com/v1"
  std::string api_key;   // may be empty: local servers want none
  std::string model;
  std::chrono::milliseconds timeout{120'000};  // of one request
  PromptLimits limits;
};

class OpenAiAssessor : public Assessor {
 public:
  explicit OpenAiAssessor(OpenAiAssessorOptions options);

  [[nodiscard]] std::string_view Name() const override { return "openai"; }
  Result<Assessment> Assess(const AssessRequest& request) override;

 private:
  Result<Assessment> AskAbout(const AssessRequest& request, const PromptPart& part) const;
  // One exchange; the content of the reply.
  Result<std::string> Chat(const std::vector<ChatMessage>& messages, const std::string& schema,
                           const CancelFlag* cancel) const;

  OpenAiAssessorOptions options_;
  net::HttpClient client_;
};

}  // namespace dialix::analysis
