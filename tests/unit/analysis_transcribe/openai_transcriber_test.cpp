// The contract with an OpenAI-compatible speech service, against a real HTTP server with its failure modes.
#include "analysis/transcribe/openai_transcriber.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "provider_process.h"
#include "sound.h"

namespace dialix::analysis {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using tests::operator+;

constexpr char kPath[] = "/v1/audio/transcriptions";
constexpr char kKey[] = "sk-s3cret";

class OpenAiTranscriberTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { provider_ = new tests::ProviderProcess(kKey); }
  static void TearDownTestSuite() {
    delete provider_;
    provider_ = nullptr;
  }
  void SetUp() override { provider_->Reset(); }

  static OpenAiTranscriberOptions Options() {
    OpenAiTranscriberOptions options;
    options.base_url = provider_->BaseUrl();
    options.api_key = kKey;
    options.model = "whisper-1";
    return options;
  }

  Result<Transcript> Transcribe(const OpenAiTranscriberOptions& options) {
    request_.audio = &audio_;
    request_.speech = &speech_;
    return OpenAiTranscriber(options).Transcribe(request_);
  }

  Error Failure(const OpenAiTranscriberOptions& options) {
    auto transcript = Transcribe(options);
    EXPECT_FALSE(transcript.ok());
    return transcript.ok() ? Error{} : std::move(transcript).error();
  }

  static std::size_t RequestCount() { return provider_->Requests().Root().Size(); }

  static tests::ProviderProcess* provider_;
  DecodedAudio audio_ = tests::AudioOf({tests::Silence(8000), tests::Silence(8000)});
  std::vector<std::vector<Span>> speech_{{{1000, 3000}}, {{4000, 6000}}};
  TranscribeRequest request_;
};
tests::ProviderProcess* OpenAiTranscriberTest::provider_ = nullptr;

TEST_F(OpenAiTranscriberTest, SendsEachChannelByItselfAsTheContractSays) {
  request_.language = "en-US";
  ASSERT_TRUE(Transcribe(Options()).ok());
  const JsonDocument seen = provider_->Requests();
  ASSERT_EQ(seen.Root().Size(), 2U);
  const JsonView first = seen.Root()[std::size_t{0}];
  EXPECT_EQ(first["fields"]["model"].Dump(), R"(["whisper-1"])");
  EXPECT_EQ(first["fields"]["response_format"].Dump(), R"(["verbose_json"])");
  EXPECT_EQ(first["fields"]["timestamp_granularities[]"].Dump(), R"(["word","segment"])");
  EXPECT_EQ(first["fields"]["language"].Dump(), R"(["en"])");
  EXPECT_EQ(first["files"]["file"]["filename"].StringOr(""), "call.wav");
  EXPECT_NEAR(first["files"]["file"]["duration"].NumberOr(0), 2.6, 0.01);  // 2 s of speech and its padding
}

TEST_F(OpenAiTranscriberTest, PutsWordsWhereTheyWereSaidInTheRecording) {
  const auto transcript = Transcribe(Options());
  ASSERT_TRUE(transcript.ok()) << transcript.error().internal_detail;
  EXPECT_EQ(transcript->engine, "openai/whisper-1");
  EXPECT_EQ(transcript->language, "en");
  ASSERT_EQ(transcript->segments.size(), 2U);
  EXPECT_EQ(transcript->segments[0].channel, 0);
  EXPECT_EQ(transcript->segments[0].start_ms, 700);
  EXPECT_EQ(transcript->segments[1].channel, 1);
  EXPECT_EQ(transcript->segments[1].start_ms, 3700);
  EXPECT_EQ(transcript->segments[1].words[1].text, "morning");
  EXPECT_EQ(transcript->segments[1].words[1].start_ms, 4200);
}

TEST_F(OpenAiTranscriberTest, CutsLongSpeechAndLeavesOutLongSilence) {
  audio_ = tests::AudioOf({tests::Silence(60'000)});
  speech_ = {{{0, 9000}, {9500, 18'000}, {50'000, 55'000}}};
  OpenAiTranscriberOptions options = Options();
  options.longest_piece_ms = 10'000;
  const auto transcript = Transcribe(options);
  ASSERT_TRUE(transcript.ok()) << transcript.error().internal_detail;
  EXPECT_EQ(RequestCount(), 3U);
  EXPECT_GE(transcript->segments.back().start_ms, 49'000);
  EXPECT_LE(transcript->segments.back().end_ms, 55'300);
}

TEST_F(OpenAiTranscriberTest, ASilentCallAsksNobody) {
  speech_ = {{}, {}};
  const auto transcript = Transcribe(Options());
  ASSERT_TRUE(transcript.ok());
  EXPECT_TRUE(transcript->segments.empty());
  EXPECT_EQ(RequestCount(), 0U);
}

TEST_F(OpenAiTranscriberTest, ReportsProgressUpToTheEnd) {
  std::vector<int> seen;
  request_.progress = [&](int percent) { seen.push_back(percent); };
  ASSERT_TRUE(Transcribe(Options()).ok());
  EXPECT_THAT(seen, testing::ElementsAre(50, 100));
}

TEST_F(OpenAiTranscriberTest, AWrongKeyIsFinalAndReadableAndNotRepeated) {
  OpenAiTranscriberOptions options = Options();
  options.api_key = "sk-wrong";
  const Error error = Failure(options);
  EXPECT_EQ(error.code, Error::Code::kForbidden);
  EXPECT_EQ(error.public_message, "The speech service refuses our key (401).");
  EXPECT_THAT(error.internal_detail, HasSubstr("Incorrect API key"));
  EXPECT_THAT(error.internal_detail, Not(HasSubstr("sk-")));
  EXPECT_EQ(RequestCount(), 1U);
}

TEST_F(OpenAiTranscriberTest, BusyIsWorthAnotherTryWhenTheServiceSays) {
  provider_->Script(kPath, R"([{"mode":"status","status":429,"headers":{"Retry-After":"23"}}])");
  const Error error = Failure(Options());
  EXPECT_EQ(error.code, Error::Code::kTooManyRequests);
  EXPECT_EQ(error.retry_after_s, 23);
}

TEST_F(OpenAiTranscriberTest, AUsedUpQuotaIsFinal) {
  provider_->Script(
      kPath,
      R"([{"mode":"status","status":429,"body":{"error":{"message":"x","code":"insufficient_quota"}}}])");
  EXPECT_EQ(Failure(Options()).code, Error::Code::kPaymentRequired);
}

TEST_F(OpenAiTranscriberTest, AServerErrorIsWorthAnotherTry) {
  provider_->Script(kPath, R"([{"mode":"status","status":500}])");
  EXPECT_EQ(Failure(Options()).code, Error::Code::kUpstream);
  provider_->Script(kPath, R"([{"mode":"status","status":503,"headers":{"Retry-After":"5"}}])");
  EXPECT_EQ(Failure(Options()).retry_after_s, 5);
}

TEST_F(OpenAiTranscriberTest, AnUnknownModelIsFinal) {
  provider_->Script(kPath, R"([{"mode":"status","status":404}])");
  EXPECT_EQ(Failure(Options()).code, Error::Code::kInvalid);
}

TEST_F(OpenAiTranscriberTest, AServiceThatNeverAnswersTimesOut) {
  provider_->Always(kPath, R"({"mode":"hang"})");
  OpenAiTranscriberOptions options = Options();
  options.timeout = milliseconds(300);
  EXPECT_EQ(Failure(options).code, Error::Code::kTimeout);
}

TEST_F(OpenAiTranscriberTest, ASlowTrickleTimesOutToo) {
  provider_->Always(kPath, R"({"mode":"trickle","interval":0.05})");
  OpenAiTranscriberOptions options = Options();
  options.timeout = milliseconds(600);
  EXPECT_EQ(Failure(options).code, Error::Code::kTimeout);
}

TEST_F(OpenAiTranscriberTest, BrokenJsonIsAskedForOnceMore) {
  provider_->Script(kPath, R"([{"mode":"broken_json"}])");
  EXPECT_TRUE(Transcribe(Options()).ok());
  EXPECT_EQ(RequestCount(), 3U);
}

TEST_F(OpenAiTranscriberTest, TheWrongShapeTwiceIsAnUpstreamError) {
  provider_->Script(kPath, R"([{"mode":"broken_json"},{"mode":"bad_schema"}])");
  const Error error = Failure(Options());
  EXPECT_EQ(error.code, Error::Code::kUpstream);
  EXPECT_EQ(error.public_message, "The speech service sent an answer that cannot be read.");
  EXPECT_EQ(RequestCount(), 2U);
}

TEST_F(OpenAiTranscriberTest, AnAnswerThatBreaksOffOrNeverEndsIsAnUpstreamError) {
  provider_->Script(kPath, R"([{"mode":"drop"}])");
  EXPECT_EQ(Failure(Options()).code, Error::Code::kUpstream);
  provider_->Script(kPath, R"([{"mode":"huge"}])");
  EXPECT_EQ(Failure(Options()).code, Error::Code::kUpstream);
}

TEST_F(OpenAiTranscriberTest, WithoutWordTimesTheSegmentsAreTaken) {
  provider_->Always(
      kPath, R"({"mode":"ok","body":{"text":"yes","segments":[{"start":0.5,"end":1.0,"text":"yes"}]}})");
  const auto transcript = Transcribe(Options());
  ASSERT_TRUE(transcript.ok()) << transcript.error().internal_detail;
  ASSERT_EQ(transcript->segments.size(), 2U);
  EXPECT_EQ(transcript->segments[0].start_ms, 1200);
  EXPECT_TRUE(transcript->segments[0].words.empty());
}

TEST_F(OpenAiTranscriberTest, CancelEndsAWaitSoon) {
  provider_->Always(kPath, R"({"mode":"hang"})");
  CancelFlag cancel{false};
  request_.cancel = &cancel;
  std::thread canceller([&] {
    while (RequestCount() == 0) std::this_thread::yield();
    cancel = true;
  });
  const Error error = Failure(Options());
  canceller.join();
  EXPECT_EQ(error.code, Error::Code::kUnavailable);
}

}  // namespace
}  // namespace dialix::analysis
