#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "provider_process.h"

namespace dialix::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Lt;
using testing::Not;

constexpr char kChat[] = "/v1/chat/completions";
constexpr char kGoodChat[] = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";

class HttpClientTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { provider_ = new tests::ProviderProcess; }
  static void TearDownTestSuite() {
    delete provider_;
    provider_ = nullptr;
  }
  void SetUp() override { provider_->Reset(); }

  static HttpRequest Chat() {
    HttpRequest request;
    request.method = "POST";
    request.url = provider_->BaseUrl() + "/chat/completions";
    request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer s3cret"}};
    request.body = kGoodChat;
    return request;
  }

  static tests::ProviderProcess* provider_;
  HttpClient client_;
};
tests::ProviderProcess* HttpClientTest::provider_ = nullptr;

TEST_F(HttpClientTest, SendsHeadersAndBodyAndReturnsTheAnswer) {
  const auto response = client_.Send(Chat());
  ASSERT_TRUE(response.ok()) << response.error().internal_detail;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->Header("content-type"), "application/json");
  EXPECT_THAT(response->body, HasSubstr("chat.completion"));
  const JsonDocument seen = provider_->Requests();
  EXPECT_EQ(seen.Root()[std::size_t{0}]["headers"]["authorization"].StringOr(""), "Bearer s3cret");
  EXPECT_EQ(seen.Root()[std::size_t{0}]["json"]["model"].StringOr(""), "m");
}

TEST_F(HttpClientTest, StreamsAMultipartFileFromDisk) {
  char path[] = "/tmp/dialix-net-XXXXXX";
  const int fd = mkstemp(path);
  ASSERT_GE(fd, 0);
  close(fd);
  std::ofstream(path) << std::string(3'000'000, 'x');
  HttpRequest request;
  request.method = "POST";
  request.url = provider_->BaseUrl() + "/audio/transcriptions";
  request.multipart = {{"model", "whisper-1", {}, {}, {}}, {"file", {}, path, "call.wav", "audio/wav"}};
  const auto response = client_.Send(request);
  unlink(path);
  ASSERT_TRUE(response.ok()) << response.error().internal_detail;
  const JsonDocument seen = provider_->Requests();
  EXPECT_EQ(seen.Root()[std::size_t{0}]["files"]["file"]["size"].IntOr(0), 3'000'000);
  EXPECT_EQ(seen.Root()[std::size_t{0}]["files"]["file"]["filename"].StringOr(""), "call.wav");
  EXPECT_EQ(seen.Root()[std::size_t{0}]["fields"]["model"][std::size_t{0}].StringOr(""), "whisper-1");
}

TEST_F(HttpClientTest, AnErrorStatusIsAnAnswerNotAFailure) {
  provider_->Script(kChat, R"([{"mode":"status","status":429,"headers":{"Retry-After":"17"}}])");
  const auto response = client_.Send(Chat());
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(ParseRetryAfter(response->Header("retry-after"), 0), 17);
}

TEST_F(HttpClientTest, AServerThatNeverAnswersTimesOut) {
  provider_->Script(kChat, R"([{"mode":"hang"}])");
  HttpRequest request = Chat();
  request.total_timeout = milliseconds(300);
  const auto response = client_.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Error::Code::kTimeout);
}

TEST_F(HttpClientTest, ASlowTrickleEndsAtTheLowSpeedLimitLongBeforeTheTotalTimeout) {
  provider_->Script(kChat, R"([{"mode":"trickle","interval":0.1}])");
  HttpRequest request = Chat();
  request.total_timeout = milliseconds(60'000);
  request.low_speed_bytes = 1000;
  request.low_speed_window = std::chrono::seconds(1);
  const auto begin = steady_clock::now();
  const auto response = client_.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Error::Code::kTimeout);
  EXPECT_THAT(steady_clock::now() - begin, Lt(std::chrono::seconds(20)));
}

TEST_F(HttpClientTest, AnEndlessAnswerIsCutOffAtTheLimit) {
  provider_->Script(kChat, R"([{"mode":"huge"}])");
  HttpRequest request = Chat();
  request.max_response_bytes = 100'000;
  const auto response = client_.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Error::Code::kUpstream);
  EXPECT_THAT(response.error().public_message, HasSubstr("larger"));
}

TEST_F(HttpClientTest, AnAnswerThatBreaksOffIsAnUpstreamError) {
  provider_->Script(kChat, R"([{"mode":"drop"}])");
  const auto response = client_.Send(Chat());
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Error::Code::kUpstream);
}

TEST_F(HttpClientTest, CancelEndsAHangingRequestSoon) {
  provider_->Always(kChat, R"({"mode":"hang"})");
  std::atomic<bool> cancel{false};
  HttpRequest request = Chat();
  request.cancel = &cancel;
  std::thread canceller([&] {
    while (provider_->Requests().Root().Size() == 0) std::this_thread::yield();
    cancel = true;
  });
  const auto begin = steady_clock::now();
  const auto response = client_.Send(request);
  canceller.join();
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Error::Code::kUnavailable);
  EXPECT_THAT(steady_clock::now() - begin, Lt(std::chrono::seconds(15)));
}

TEST_F(HttpClientTest, ASuccessfulBodyCanBeTakenPieceByPiece) {
  HttpRequest request = Chat();
  request.body = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})";
  std::string streamed;
  request.on_body = [&](std::string_view piece) {
    streamed.append(piece);
    return true;
  };
  const auto response = client_.Send(request);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->body, "");
  EXPECT_THAT(streamed, HasSubstr("data: [DONE]"));
}

TEST_F(HttpClientTest, NobodyListeningIsUnavailableAndTheErrorHoldsNoSecret) {
  HttpRequest request = Chat();
  request.url = "http://127.0.0.1:1/rest/1/s3cret/crm?key=s3cret";
  const auto response = client_.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Error::Code::kUnavailable);
  EXPECT_THAT(response.error().public_message, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(response.error().public_message + response.error().internal_detail, Not(HasSubstr("s3cret")));
}

TEST_F(HttpClientTest, RefusesOtherProtocolsAndHeadersWithLineBreaks) {
  HttpRequest file;
  file.url = "file:///etc/passwd";
  EXPECT_EQ(client_.Send(file).error().code, Error::Code::kInvalid);
  HttpRequest split = Chat();
  split.headers.emplace_back("X-A", "1\r\nX-B: 2");
  EXPECT_EQ(client_.Send(split).error().code, Error::Code::kInvalid);
}

TEST_F(HttpClientTest, ManyThreadsShareOneClient) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n) {
        const auto response = client_.Send(Chat());
        if (response.ok() && response->status == 200) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
}

}  // namespace
}  // namespace dialix::net
