#include "http/fastcgi_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "http/problem.h"
#include "served_loop.h"

namespace dialix::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

class ServeLoopTest : public ServedLoop {
 protected:
  // Reads the whole body and answers with its length, or with the problem.
  static Response CountBody(Request& request, RequestTrace&) {
    const auto body = ReadBody(request, 100 * 1024 * 1024);
    return body.ok() ? Response::Text(std::to_string(body->size()))
                     : ProblemResponse(body.error(), request.id);
  }
};

TEST_F(ServeLoopTest, AnswersOneRequestAfterAnotherOnAKeptConnection) {
  Start([](Request& request, RequestTrace&) { return Response::Text(request.path); });
  FastCgiClient client = Connect();
  for (int i = 0; i < 50; ++i) {
    const std::string path = "/" + std::to_string(i);
    client.Send(FastCgiClient::Head(FastCgiClient::Get(path), true) + FastCgiClient::Body(""));
    const FastCgiAnswer answer = client.Receive();
    ASSERT_TRUE(answer.ended);
    EXPECT_FALSE(answer.goodbye);
    ASSERT_THAT(answer.out, StartsWith("Status: 200 OK\r\n"));
    ASSERT_TRUE(answer.out.ends_with("\r\n\r\n" + path));
  }
  EXPECT_EQ(slot_.Requests(), 50U);
}

TEST_F(ServeLoopTest, ClosesAConnectionThatIsNotToBeKept) {
  Start([](Request&, RequestTrace&) { return Response::NoContent(); });
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Get("/"), false) + FastCgiClient::Body(""));
  EXPECT_TRUE(client.Receive().ended);
  EXPECT_TRUE(client.SeesClose());
}

TEST_F(ServeLoopTest, AddsRequestIdAndServerTimingToEveryResponse) {
  Start([](Request&, RequestTrace& trace) {
    trace.db_round_trips = 2;
    trace.db_time = milliseconds(3);
    trace.cache = "hit";
    return Response::NoContent();
  });
  FastCgiClient client = Connect();
  auto params = FastCgiClient::Get("/");
  params.emplace_back("HTTP_X_REQUEST_ID", "from-nginx");
  client.Send(FastCgiClient::Head(params, true) + FastCgiClient::Body(""));
  const std::string out = client.Receive().out;
  EXPECT_THAT(out, HasSubstr("X-Request-Id: from-nginx\r\n"));
  EXPECT_THAT(out, HasSubstr("db;dur=3.00;desc=\"2\", cache;desc=hit\r\n"));
}

TEST_F(ServeLoopTest, ReadsLargeBodiesAndSendsLargeResponses) {
  Start([](Request& request, RequestTrace&) {
    const auto body = ReadBody(request, 10 * 1024 * 1024);
    return Response::Text(body.ok() ? *body : "failed");
  });
  std::string body(1'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 + i / 7);
  FastCgiClient client = Connect();
  for (int i = 0; i < 3; ++i) {
    std::thread writer([&] {
      client.Send(FastCgiClient::Head(FastCgiClient::Post("/", body.size()), true) +
                  FastCgiClient::Body(body));
    });
    const FastCgiAnswer answer = client.Receive();
    writer.join();
    ASSERT_TRUE(answer.ended);
    EXPECT_TRUE(answer.out.ends_with(body));
  }
}

TEST_F(ServeLoopTest, ReportsABodyThatEndsEarlyWithACleanEnd) {
  Start(CountBody);
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Post("/", 100), true) + FastCgiClient::Body("only this"));
  const FastCgiAnswer answer = client.Receive();
  EXPECT_THAT(answer.out, StartsWith("Status: 400 Bad Request\r\n"));
  EXPECT_EQ(metrics_.http_client_aborts.Value(), 1U);
}

TEST_F(ServeLoopTest, ServesTheNextConnectionAfterAPeerHangsUpInMidBody) {
  Start(CountBody);
  {
    FastCgiClient client = Connect();
    client.Send(FastCgiClient::Head(FastCgiClient::Post("/", 100000), true) +
                FastCgiClient::Record(5, "half"));
  }
  FastCgiClient next = Connect();
  next.Send(FastCgiClient::Head(FastCgiClient::Post("/", 3), true) + FastCgiClient::Body("abc"));
  EXPECT_TRUE(next.Receive().out.ends_with("\r\n\r\n3"));
}

TEST_F(ServeLoopTest, TimesOutABodyThatStops) {
  options_.read_timeout = milliseconds(50);
  Start(CountBody);
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Post("/", 100), true) + FastCgiClient::Record(5, "half"));
  EXPECT_THAT(client.Receive().out, StartsWith("Status: 408 Request Timeout\r\n"));
}

TEST_F(ServeLoopTest, TimesOutABodyThatTricklesPastTheRequestsDeadline) {
  options_.request_timeout = milliseconds(100);
  Start(CountBody);
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Post("/", 100000), true));
  FastCgiAnswer answer;
  for (int i = 0; i < 1000 && !answer.ended; ++i) {
    client.Send(FastCgiClient::Record(5, "x"));
    answer = client.Receive(milliseconds(5));
  }
  EXPECT_THAT(answer.out, StartsWith("Status: 408 Request Timeout\r\n"));
}

TEST_F(ServeLoopTest, GivesUpOnASilentConnection) {
  options_.read_timeout = milliseconds(50);
  Start([](Request&, RequestTrace&) { return Response::NoContent(); });
  FastCgiClient silent = Connect();
  EXPECT_TRUE(silent.SeesClose());
  FastCgiClient half = Connect();
  half.Send("\x01");
  EXPECT_TRUE(half.SeesClose());
}

TEST_F(ServeLoopTest, KeepsAConnectionSoundWhenTheHandlerLeavesTheBodyUnread) {
  Start([](Request& request, RequestTrace&) { return Response::Text(request.path); });
  FastCgiClient client = Connect();
  const std::string body(200'000, 'u');
  for (const char* path : {"/1", "/2", "/3"}) {
    client.Send(FastCgiClient::Head(FastCgiClient::Post(path, body.size()), true) +
                FastCgiClient::Body(body));
    const FastCgiAnswer answer = client.Receive();
    ASSERT_TRUE(answer.ended) << path;
    ASSERT_TRUE(answer.out.ends_with(path));
    EXPECT_FALSE(answer.goodbye);
  }
}

TEST_F(ServeLoopTest, EndsTheConnectionWhenTooMuchIsLeftUnread) {
  options_.max_discard_bytes = 1000;
  Start([](Request&, RequestTrace&) { return Response::Text("early"); });
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Post("/", 1'000'000), true) +
              FastCgiClient::Record(5, "start"));
  const FastCgiAnswer answer = client.Receive();
  EXPECT_TRUE(answer.out.ends_with("early"));
  EXPECT_TRUE(answer.goodbye);
  EXPECT_TRUE(client.SeesClose());
}

TEST_F(ServeLoopTest, RefusesATooLongBodyWithoutCallingTheHandler) {
  options_.max_body_bytes = 10;
  bool called = false;
  Start([&](Request&, RequestTrace&) {
    called = true;
    return Response::NoContent();
  });
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Post("/", 11), true) + FastCgiClient::Body("12345678901"));
  EXPECT_THAT(client.Receive().out, StartsWith("Status: 413 "));
  Stop();
  EXPECT_FALSE(called);
}

TEST_F(ServeLoopTest, TurnsAnExceptionIntoA500AndGoesOn) {
  Start([](Request& request, RequestTrace&) -> Response {
    if (request.path == "/throw") throw std::runtime_error("secret reason");
    if (request.path == "/odd") throw 42;
    return Response::Text("fine");
  });
  FastCgiClient client = Connect();
  for (const char* path : {"/throw", "/odd"}) {
    client.Send(FastCgiClient::Head(FastCgiClient::Get(path), true) + FastCgiClient::Body(""));
    const std::string out = client.Receive().out;
    EXPECT_THAT(out, StartsWith("Status: 500 "));
    EXPECT_THAT(out, HasSubstr("application/problem+json"));
    EXPECT_THAT(out, testing::Not(HasSubstr("secret")));
  }
  client.Send(FastCgiClient::Head(FastCgiClient::Get("/"), true) + FastCgiClient::Body(""));
  EXPECT_TRUE(client.Receive().out.ends_with("fine"));
  EXPECT_EQ(metrics_.http_exceptions.Value(), 2U);
}

TEST_F(ServeLoopTest, SurvivesGarbageInsteadOfFastCgi) {
  Start([](Request&, RequestTrace&) { return Response::Text("alive"); });
  for (const std::string& garbage :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(100, '\0'), std::string(5000, '\xff'),
        FastCgiClient::Record(4, "params before begin"), FastCgiClient::Record(1, "short")}) {
    FastCgiClient client = Connect();
    client.Send(garbage);
    ::shutdown(client.fd(), SHUT_WR);
    EXPECT_TRUE(client.SeesClose());
  }
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Get("/"), true) + FastCgiClient::Body(""));
  EXPECT_TRUE(client.Receive().out.ends_with("alive"));
}

TEST_F(ServeLoopTest, FinishesTheRequestInHandWhenTold) {
  std::promise<void> entered, go;
  Start([&](Request&, RequestTrace&) {
    entered.set_value();
    go.get_future().wait();
    return Response::Text("finished");
  });
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Get("/"), true) + FastCgiClient::Body(""));
  entered.get_future().wait();
  std::thread stopper([this] { Stop(); });
  go.set_value();
  EXPECT_TRUE(client.Receive().out.ends_with("finished"));
  stopper.join();
}

TEST_F(ServeLoopTest, SaysGoodbyeOnAKeptConnectionThatBringsALastRequest) {
  options_.drain_linger = std::chrono::seconds(10);
  Start([](Request& request, RequestTrace&) { return Response::Text(request.path); });
  FastCgiClient client = Connect();
  client.Send(FastCgiClient::Head(FastCgiClient::Get("/1"), true) + FastCgiClient::Body(""));
  EXPECT_FALSE(client.Receive().goodbye);
  std::thread stopper([this] { Stop(); });
  bool goodbye = false;
  for (int i = 0; i < 100000 && !goodbye; ++i) {  // until the word to stop has come through
    client.Send(FastCgiClient::Head(FastCgiClient::Get("/2"), true) + FastCgiClient::Body(""));
    const FastCgiAnswer answer = client.Receive();
    ASSERT_TRUE(answer.ended) << "a request on a kept connection was dropped";
    goodbye = answer.goodbye;
  }
  EXPECT_TRUE(goodbye);
  EXPECT_TRUE(client.SeesClose());
  stopper.join();
}

TEST_F(ServeLoopTest, EndsAtOnceWhenNothingIsUnderWay) {
  options_.drain_linger = milliseconds(20);
  Start([](Request&, RequestTrace&) { return Response::NoContent(); });
  FastCgiClient idle = Connect();
  idle.Send(FastCgiClient::Head(FastCgiClient::Get("/"), true) + FastCgiClient::Body(""));
  EXPECT_TRUE(idle.Receive().ended);
  Stop();
  EXPECT_TRUE(idle.SeesClose());
  EXPECT_EQ(slot_.CurrentStage(), monitoring::Stage::kOff);
}

TEST_F(ServeLoopTest, CountsRequestsByRouteAndStatus) {
  Start([](Request& request, RequestTrace& trace) {
    if (request.path == "/a") trace.route = 0;
    return Response::Text("", request.path == "/a" ? 200 : 404);
  });
  FastCgiClient client = Connect();
  for (const char* path : {"/a", "/nowhere"}) {
    client.Send(FastCgiClient::Head(FastCgiClient::Get(path), true) + FastCgiClient::Body(""));
    (void)client.Receive();
  }
  Stop();
  const std::string text = collector_.Render();
  EXPECT_THAT(text, HasSubstr("dialix_http_requests_total{method=\"GET\",route=\"/a\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("dialix_http_requests_total{method=\"any\",route=\"unmatched\",status=\"4xx\"} 1\n"));
}

}  // namespace
}  // namespace dialix::http
