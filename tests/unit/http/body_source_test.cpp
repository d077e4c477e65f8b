// Bodies that are made on the way, over a real FastCGI connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <thread>

#include "fastcgi_client.h"
#include "http/fastcgi_server.h"

namespace dialix::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class BodySourceTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(InitFastCgi().ok()); }

  void Start(BodySource source) {
    handler_ = [source = std::move(source)](Request&, RequestTrace&) {
      Response response;
      response.Add("Content-Type", "text/csv");
      response.source = source;
      return response;
    };
    path_ =
        (std::filesystem::temp_directory_path() / ("dialix-source-" + std::to_string(::getpid()))).string();
    ::unlink(path_.c_str());
    listen_fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listen_fd_, 16), 0);
    stop_fd_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread([this] {
      ServeLoop({listen_fd_, stop_fd_, slot_, options_, handler_, logger_, metrics_, performance_});
    });
  }
  void TearDown() override {
    ::eventfd_write(stop_fd_, 1);
    thread_.join();
    ::close(listen_fd_);
    ::close(stop_fd_);
    ::unlink(path_.c_str());
  }
  FastCgiClient Ask(const char* method = "GET") {
    FastCgiClient client = FastCgiClient::Connect(path_);
    client.Send(FastCgiClient::Head({{"REQUEST_METHOD", method}, {"REQUEST_URI", "/a"}}, true) +
                FastCgiClient::Body(""));
    return client;
  }

  monitoring::Slot slot_;
  ServeOptions options_;
  Handler handler_;
  monitoring::MetricsCollector collector_;
  monitoring::MetricSet metrics_{collector_, {{"GET", "/a"}}};
  monitoring::StructuredLogger logger_{monitoring::LogLevel::kOff};
  monitoring::PerformanceMonitor performance_{logger_, std::chrono::milliseconds(0)};
  std::string path_;
  int listen_fd_ = -1;
  int stop_fd_ = -1;
  std::thread thread_;
};

TEST_F(BodySourceTest, APieceIsSentAsItComes) {
  auto left = std::make_shared<int>(3);
  Start([left](std::string& piece) -> Result<bool> {
    if (*left == 0) return false;
    piece = std::string(70'000, static_cast<char>('a' + --*left));
    return true;
  });
  const FastCgiAnswer answer = Ask().Receive();
  EXPECT_TRUE(answer.ended);
  EXPECT_THAT(answer.out, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(answer.out,
              EndsWith(std::string(70'000, 'c') + std::string(70'000, 'b') + std::string(70'000, 'a')));
}

TEST_F(BodySourceTest, OneThatFailsCutsTheConnection) {
  auto calls = std::make_shared<int>(0);
  Start([calls](std::string& piece) -> Result<bool> {
    if (++*calls > 1) return Internal("the database went away");
    piece = "half";
    return true;
  });
  FastCgiClient client = Ask();
  const FastCgiAnswer answer = client.Receive();
  EXPECT_FALSE(answer.ended);
  EXPECT_THAT(answer.out, EndsWith("half"));
  EXPECT_TRUE(client.SeesClose());
}

TEST_F(BodySourceTest, OneThatThrowsCutsTheConnection) {
  Start([](std::string&) -> Result<bool> { throw std::runtime_error("a bug"); });
  FastCgiClient client = Ask();
  EXPECT_FALSE(client.Receive().ended);
  EXPECT_TRUE(client.SeesClose());
}

TEST_F(BodySourceTest, HeadAsksForNoPiece) {
  auto calls = std::make_shared<int>(0);
  Start([calls](std::string&) -> Result<bool> {
    ++*calls;
    return false;
  });
  const FastCgiAnswer answer = Ask("HEAD").Receive();
  EXPECT_TRUE(answer.ended);
  EXPECT_THAT(answer.out, HasSubstr("text/csv"));
  EXPECT_EQ(*calls, 0);
}

}  // namespace
}  // namespace dialix::http
