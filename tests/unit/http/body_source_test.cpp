// Bodies that are made on the way, over a real FastCGI connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "served_loop.h"

namespace dialix::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class BodySourceTest : public ServedLoop {
 protected:
  void Start(BodySource source) {
    ServedLoop::Start([source = std::move(source)](Request&, RequestTrace&) {
      Response response;
      response.Add("Content-Type", "text/csv");
      response.source = source;
      return response;
    });
  }
  [[nodiscard]] FastCgiClient Ask(const char* method = "GET") const {
    FastCgiClient client = Connect();
    client.Send(FastCgiClient::Head({{"REQUEST_METHOD", method}, {"REQUEST_URI", "/a"}}, true) +
                FastCgiClient::Body(""));
    return client;
  }
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
