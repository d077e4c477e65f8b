// The assessor against a real HTTP server that fails in every way a provider is known to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "analysis/assess/factory.h"
#include "base/json.h"
#include "calls.h"
#include "provider_process.h"

namespace dialix::analysis {
namespace {

using testing::Ask;
using ::testing::HasSubstr;
using tests::ProviderProcess;

constexpr std::string_view kChat = "/v1/chat/completions";

std::string Reply(std::string_view content) {
  JsonWriter json;
  json.BeginObject().Field("mode", "ok").Field("content", content).EndObject();
  return json.Take();
}

constexpr std::string_view kGood =
    R"({"summary":"An order.","call_purpose":"order","sentiment_conversation":"positive","sentiment_operator":null,
        "sentiment_customer":"positive","customer_gender":null,"operator_greeted":true,
        "answers":[{"question":"q1","answer":"yes","quote":"Good morning","line":1,"confidence":0.9,"comment":"Greets."},
                   {"question":"q2","answer":"yes","quote":"I sincerely apologise for everything","line":3,
                    "confidence":1,"comment":"Apologises."},
                   {"question":"q7","answer":"yes","quote":"hello","line":2,"confidence":1,"comment":""}]})";

class OpenAiContract : public ::testing::Test {
 protected:
  // Starting Python takes a while: one server for all tests.
  static void SetUpTestSuite() { provider_ = new ProviderProcess("secret-key"); }
  static void TearDownTestSuite() {
    delete provider_;
    provider_ = nullptr;
  }

  OpenAiContract() : call_(testing::EnglishOrder()) {
    provider_->Reset();
    checklist_.segments.push_back({"All",
                                   {Ask("Did the operator greet?"), Ask("Did the operator apologise?"),
                                    Ask("Was a warranty offered?")}});
    const char* ids[] = {"greet", "sorry", "warranty"};
    for (int i = 0; i < 3; ++i) checklist_.segments[0].questions[static_cast<std::size_t>(i)].id = ids[i];
    request_.transcript = &call_;
    request_.checklist = &checklist_;
    request_.asked_for.language = "en";
    request_.asked_for.purposes = {"order", "complaint"};
    options_.provider = "openai";
    options_.openai.base_url = provider_->BaseUrl();
    options_.openai.api_key = "secret-key";
    options_.openai.model = "test-model";
    options_.openai.timeout = std::chrono::seconds(20);
  }

  Result<Assessment> Assess() {
    auto assessor = MakeAssessor(options_);
    EXPECT_TRUE(assessor.ok());
    return (*assessor)->Assess(request_);
  }
  void Script(const std::vector<std::string>& replies) {
    std::string json = "[";
    for (const std::string& reply : replies) json += (json.size() > 1 ? "," : "") + reply;
    provider_->Script(kChat, json + "]");
  }
  Error Failure() {
    auto result = Assess();
    EXPECT_FALSE(result.ok());
    return result.ok() ? Error{} : std::move(result).error();
  }
  static bool IsFinal(const Error& error) {
    return error.code != Error::Code::kUpstream && error.code != Error::Code::kUnavailable &&
           error.code != Error::Code::kTimeout && error.code != Error::Code::kTooManyRequests;
  }

  static ProviderProcess* provider_;
  Transcript call_;
  Checklist checklist_;
  AssessRequest request_;
  AssessorOptions options_;
};
ProviderProcess* OpenAiContract::provider_ = nullptr;

TEST_F(OpenAiContract, AsksWithAStrictSchemaAndJudges) {
  Script({Reply(kGood)});
  const auto result = Assess();
  ASSERT_TRUE(result.ok()) << result.error().public_message << result.error().internal_detail;
  EXPECT_EQ(result->engine, "openai/test-model");
  EXPECT_EQ(result->summary, "An order.");
  EXPECT_EQ(result->call_purpose, "order");
  ASSERT_EQ(result->answers.size(), 3u);
  EXPECT_EQ(result->answers[0].verdict, Verdict::kYes);
  EXPECT_EQ(result->answers[0].evidence->quote, "good morning");

  const JsonDocument requests = provider_->Requests();
  ASSERT_EQ(requests.Root().Size(), 1u);
  const JsonView sent = requests.Root()[0]["json"];
  EXPECT_EQ(sent["model"].StringOr(""), "test-model");
  EXPECT_EQ(sent["response_format"]["type"].StringOr(""), "json_schema");
  EXPECT_EQ(sent["response_format"]["json_schema"]["strict"].Bool(), true);
  EXPECT_EQ(sent["messages"].Size(), 2u);
}

TEST_F(OpenAiContract, DoesNotBelieveAQuoteThatIsNotInTheTranscript) {
  Script({Reply(kGood)});
  const auto result = Assess();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->answers[1].question_id, "sorry");
  EXPECT_EQ(result->answers[1].verdict, Verdict::kNeedsReview);
  EXPECT_FALSE(result->answers[1].evidence.has_value());
  EXPECT_THAT(result->answers[1].comment, HasSubstr("not in the transcript"));
  // left out by the model; and its answer to a question that nobody asked is gone
  EXPECT_EQ(result->answers[2].verdict, Verdict::kNeedsReview);
}

TEST_F(OpenAiContract, TakesTheSmallestAnswerThatTheSchemaAllows) {
  const auto result = Assess();  // the server makes an instance of the schema that it was sent
  ASSERT_TRUE(result.ok()) << result.error().public_message;
  EXPECT_FALSE(result->summary.has_value());
  EXPECT_EQ(result->answers.at(0).verdict, Verdict::kNeedsReview);
}

TEST_F(OpenAiContract, RepairsAnAnswerThatBreaksTheSchemaOnce) {
  Script({Reply(R"({"answers":[{"question":"q1","answer":"certainly"}]})"), Reply(kGood)});
  const auto result = Assess();
  ASSERT_TRUE(result.ok()) << result.error().public_message;
  EXPECT_EQ(result->answers[0].verdict, Verdict::kYes);
  const JsonDocument requests = provider_->Requests();
  ASSERT_EQ(requests.Root().Size(), 2u);
  const JsonView messages = requests.Root()[1]["json"]["messages"];
  ASSERT_EQ(messages.Size(), 4u);
  EXPECT_EQ(messages[2]["role"].StringOr(""), "assistant");
  EXPECT_THAT(messages[3]["content"].StringOr(""),
              HasSubstr("answers[0].answer must be yes, no, na or needs_review"));
}

TEST_F(OpenAiContract, GivesUpForGoodWhenTheRepairBreaksTheSchemaToo) {
  Script({R"({"mode":"bad_schema"})", R"({"mode":"bad_schema"})"});
  const Error error = Failure();
  EXPECT_EQ(error.code, Error::Code::kInvalid);
  EXPECT_TRUE(IsFinal(error));
  EXPECT_THAT(error.public_message, HasSubstr("answers must be a list"));
  EXPECT_EQ(provider_->Requests().Root().Size(), 2u);
}

TEST_F(OpenAiContract, TreatsAWrongKeyAsFinalAndKeepsItOutOfTheMessage) {
  options_.openai.api_key = "wrong-key";
  const Error error = Failure();
  EXPECT_EQ(error.code, Error::Code::kForbidden);
  EXPECT_TRUE(IsFinal(error));
  EXPECT_THAT(error.public_message, HasSubstr("401"));
  EXPECT_EQ((error.public_message + error.internal_detail).find("wrong-key"), std::string::npos);
}

TEST_F(OpenAiContract, TreatsOtherRefusalsAsFinal) {
  for (const int status : {400, 403, 404, 413, 422}) {
    Script({R"({"mode":"status","status":)" + std::to_string(status) + "}"});
    const Error error = Failure();
    EXPECT_TRUE(IsFinal(error)) << status;
    EXPECT_THAT(error.public_message, HasSubstr(std::to_string(status)));
  }
}

TEST_F(OpenAiContract, PassesOnHowLongToWaitAfterA429) {
  Script({R"({"mode":"status","status":429,"headers":{"Retry-After":"17"}})"});
  const Error error = Failure();
  EXPECT_EQ(error.code, Error::Code::kTooManyRequests);
  EXPECT_EQ(error.retry_after_s, 17);
}

TEST_F(OpenAiContract, DoesNotWaitForAQuotaThatIsUsedUp) {
  Script(
      {R"({"mode":"status","status":429,"body":{"error":{"message":"quota","code":"insufficient_quota"}}})"});
  EXPECT_EQ(Failure().code, Error::Code::kPaymentRequired);
}

TEST_F(OpenAiContract, TriesAgainLaterAfterAServerError) {
  for (const int status : {500, 502, 503}) {
    Script({R"({"mode":"status","status":)" + std::to_string(status) + R"(,"headers":{"Retry-After":"3"}})"});
    const Error error = Failure();
    EXPECT_EQ(error.code, Error::Code::kUpstream) << status;
    EXPECT_EQ(error.retry_after_s, 3) << status;
  }
}

TEST_F(OpenAiContract, TriesAgainLaterAfterABrokenReply) {
  for (const char* mode : {"broken_json", "drop"}) {
    Script({std::string(R"({"mode":")") + mode + "\"}"});
    EXPECT_FALSE(IsFinal(Failure())) << mode;
  }
}

TEST_F(OpenAiContract, DoesNotReadAnEndlessReply) {
  Script({R"({"mode":"huge"})"});
  EXPECT_EQ(Failure().code, Error::Code::kUpstream);
}

TEST_F(OpenAiContract, GivesUpOnASilentServerAtItsTimeout) {
  options_.openai.timeout = std::chrono::milliseconds(400);
  Script({R"({"mode":"hang"})"});
  EXPECT_EQ(Failure().code, Error::Code::kTimeout);
}

TEST_F(OpenAiContract, GivesUpOnATricklingServerAtItsTimeout) {
  options_.openai.timeout = std::chrono::milliseconds(600);
  Script({R"({"mode":"trickle","interval":0.05})"});
  EXPECT_EQ(Failure().code, Error::Code::kTimeout);
}

TEST_F(OpenAiContract, TriesAgainLaterWhenNobodyListens) {
  options_.openai.base_url = "http://127.0.0.1:1/v1";
  EXPECT_EQ(Failure().code, Error::Code::kUnavailable);
}

TEST_F(OpenAiContract, StopsSoonWhenCancelled) {
  Script({R"({"mode":"hang"})"});
  CancelFlag cancel{false};
  request_.cancel = &cancel;
  std::thread canceller([&] {
    while (provider_->Requests().Root().Size() == 0) std::this_thread::yield();
    cancel = true;
  });
  const auto start = std::chrono::steady_clock::now();
  const Error error = Failure();
  canceller.join();
  EXPECT_EQ(error.code, Error::Code::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(OpenAiContract, AsksAboutALongCallInParts) {
  options_.openai.limits.transcript_characters = 200;
  provider_->Always(kChat, Reply(R"({"summary":null,"answers":[{"question":"q1","answer":"no"}]})"));
  Script({Reply(
      R"({"summary":"One.","answers":[{"question":"q1","answer":"yes","quote":"good morning","line":1}]})")});
  const auto result = Assess();
  ASSERT_TRUE(result.ok()) << result.error().public_message;
  EXPECT_EQ(result->answers[0].verdict, Verdict::kYes);
  EXPECT_EQ(result->summary, "One.");
  EXPECT_GT(provider_->Requests().Root().Size(), 3u);
}

TEST_F(OpenAiContract, AsksNothingAboutACallWithoutWords) {
  call_.segments.clear();
  const auto result = Assess();
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->answers.size(), 3u);
  EXPECT_EQ(result->answers[0].verdict, Verdict::kNeedsReview);
  EXPECT_EQ(provider_->Requests().Root().Size(), 0u);
}

TEST(MakeAssessor, MakesWhatTheConfigurationNames) {
  AssessorOptions options;
  EXPECT_EQ((*MakeAssessor(options))->Name(), "lexical");
  options.provider = "openai";
  EXPECT_FALSE(MakeAssessor(options).ok());
  options.openai.base_url = "http://localhost/v1";
  EXPECT_FALSE(MakeAssessor(options).ok());
  options.openai.model = "m";
  EXPECT_EQ((*MakeAssessor(options))->Name(), "openai");
  options.provider = "oracle";
  const auto unknown = MakeAssessor(options);
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().public_message, HasSubstr("LLM_PROVIDER"));
}

}  // namespace
}  // namespace dialix::analysis
