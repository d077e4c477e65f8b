#include "analysis/assess/openai_assessor.h"

#include <ctime>
#include <utility>

#include "analysis/assess/openai_merge.h"
#include "analysis/assess/openai_reply.h"
#include "base/json.h"

namespace dialix::analysis {
namespace {

constexpr std::size_t kLongestDetail = 300;

// What the provider says went wrong: {"error": {"message", "code"}} or whatever the body begins with.
struct ProviderError {
  std::string message;
  std::string code;
};

ProviderError ReadProviderError(const std::string& body) {
  ProviderError error{body.substr(0, kLongestDetail), ""};
  auto document = JsonDocument::Parse(body);
  if (!document.ok()) return error;
  const JsonView object = (*document)["error"];
  if (object["message"].IsString()) error.message = object["message"].StringOr("").substr(0, kLongestDetail);
  error.code = object["code"].StringOr("");
  return error;
}

Error ErrorOf(const net::HttpResponse& response) {
  const ProviderError said = ReadProviderError(response.body);
  const std::string status = std::to_string(response.status);
  const std::string detail = "chat/completions answered " + status + ": " + said.message;
  const int retry_after = net::ParseRetryAfter(response.Header("retry-after"), std::time(nullptr));
  Error error;
  switch (response.status) {
    case 401:
    case 403:
      return Fail(Error::Code::kForbidden, "The language model's service refuses our key (" + status + ").",
                  detail);
    case 402:
      return Fail(Error::Code::kPaymentRequired, "The account at the language model's service is empty.",
                  detail);
    case 404:
      return Fail(Error::Code::kInvalid,
                  "The language model or its address does not exist at the service (404).", detail);
    case 408:
      error = Fail(Error::Code::kTimeout, "The language model's service timed out.", detail);
      break;
    case 429:
      if (said.code == "insufficient_quota") {
        return Fail(Error::Code::kPaymentRequired, "The quota at the language model's service is used up.",
                    detail);
      }
      error = Fail(Error::Code::kTooManyRequests, "The language model's service is busy.", detail);
      break;
    default:
      if (response.status < 500) {
        return Fail(Error::Code::kInvalid,
                    "The language model's service refuses the request (" + status + ").", detail);
      }
      error = Fail(Error::Code::kUpstream, "The language model's service failed (" + status + ").", detail);
  }
  error.retry_after_s = retry_after;
  return error;
}

std::string RepairRequest(const std::string& complaints) {
  return "Your answer does not fit the schema: " + complaints +
         ". Send the whole JSON object again, corrected, and nothing else.";
}

}  // namespace

OpenAiAssessor::OpenAiAssessor(OpenAiAssessorOptions options) : options_(std::move(options)) {
  while (options_.base_url.ends_with('/')) options_.base_url.pop_back();
}

Result<std::string> OpenAiAssessor::Chat(const std::vector<ChatMessage>& messages, const std::string& schema,
                                         const CancelFlag* cancel) const {
  net::HttpRequest request;
  request.method = "POST";
  request.url = options_.base_url + "/chat/completions";
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!options_.api_key.empty()) request.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
  request.body = ChatRequestJson(options_.model, messages, schema);
  request.total_timeout = options_.timeout;
  request.cancel = cancel;
  DIALIX_TRY(const net::HttpResponse response, client_.Send(request));
  if (response.status != 200) return ErrorOf(response);
  return ContentOf(response.body);
}

Result<Assessment> OpenAiAssessor::AskAbout(const AssessRequest& request, const PromptPart& part) const {
  const std::string schema = AnswerSchema(part, request.asked_for);
  std::vector<ChatMessage> messages = PromptMessages(request, part);
  DIALIX_TRY(std::string content, Chat(messages, schema, request.cancel));
  Result<Assessment> reply = ReadReply(content, request, part);
  if (reply.ok()) return reply;

  messages.push_back({"assistant", std::move(content)});
  messages.push_back({"user", RepairRequest(reply.error().public_message)});
  DIALIX_TRY(const std::string repaired, Chat(messages, schema, request.cancel));
  reply = ReadReply(repaired, request, part);
  if (reply.ok()) return reply;
  return Fail(
      Error::Code::kInvalid,
      "The language model twice gave an answer that does not fit: " + reply.error().public_message + ".",
      "model " + options_.model);
}

Result<Assessment> OpenAiAssessor::Assess(const AssessRequest& request) {
  const PromptPlan plan = PlanPrompts(request, options_.limits);
  std::vector<Assessment> replies;
  for (const PromptPart& part : plan.parts) {
    if (request.cancel != nullptr && request.cancel->load()) {
      return Fail(Error::Code::kUnavailable, "The analysis was cancelled.", "cancelled");
    }
    DIALIX_TRY(Assessment reply, AskAbout(request, part));
    replies.push_back(std::move(reply));
  }
  Assessment assessment = MergeReplies(request, plan, std::move(replies));
  assessment.engine = "openai/" + options_.model;
  return assessment;
}

}  // namespace dialix::analysis
