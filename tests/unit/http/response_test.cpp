#include "http/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "http/conditional.h"
#include "http/problem.h"
#include "http/response_text.h"

namespace dialix::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Text(const Response& response, Method method = Method::kGet) {
  const ResponseText out = FormatResponse(response, method, "req-1", 16000);
  return out.head + out.body;
}

TEST(FormatResponse, WritesStatusHeadersLengthAndBody) {
  EXPECT_EQ(Text(Response::Json("{}", 201).Add("ETag", "\"1\"")),
            "Status: 201 Created\r\nContent-Type: application/json\r\nETag: \"1\"\r\nX-Request-Id: req-1\r\n"
            "Content-Length: 2\r\n\r\n{}");
}

TEST(FormatResponse, KeepsTheLengthButNotTheBodyForHead) {
  const std::string text = Text(Response::Text("hello"), Method::kHead);
  EXPECT_THAT(text, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(FormatResponse, SendsNeitherLengthNorBodyFor204And304) {
  for (int status : {204, 304}) {
    const std::string text = Text({status, {}, "never seen"});
    EXPECT_THAT(text, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(text, Not(HasSubstr("never seen")));
  }
}

TEST(FormatResponse, LeavesTheLengthToNginxForAnAccelRedirect) {
  EXPECT_THAT(Text(Response{}.Add("X-Accel-Redirect", "/_audio/1.wav")), Not(HasSubstr("Content-Length")));
}

TEST(FormatResponse, DropsHeadersThatCouldSplitTheResponse) {
  const Response response = Response::Text("ok")
                                .Add("X-A", "a\r\nSet-Cookie: evil=1")
                                .Add("X-B\r\nX-C", "b")
                                .Add("X-D", std::string("d\0d", 3))
                                .Add("X E", "e")
                                .Add("", "f")
                                .Add("X-Good", "g");
  const ResponseText out = FormatResponse(response, Method::kGet, "req-1", 16000);
  EXPECT_THAT(out.head, Not(HasSubstr("evil")));
  EXPECT_THAT(out.head, Not(HasSubstr("X-C")));
  EXPECT_THAT(out.head, Not(HasSubstr("X-D")));
  EXPECT_THAT(out.head, HasSubstr("X-Good: g\r\n"));
  EXPECT_EQ(out.problems.size(), 5U);
}

TEST(FormatResponse, DropsHeadersThatAreNotTheHandlersToSet) {
  const Response response = Response::Text("ok")
                                .Add("Status", "500 No")
                                .Add("content-length", "99")
                                .Add("Transfer-Encoding", "chunked");
  const std::string text = Text(response);
  EXPECT_THAT(text, StartsWith("Status: 200 OK\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("99")));
  EXPECT_THAT(text, Not(HasSubstr("chunked")));
}

TEST(FormatResponse, TurnsATooLongHeadIntoAProblemThatKeepsTheRequestId) {
  const ResponseText out = FormatResponse(Response::Text("ok").Add("X-Long", std::string(20000, 'x')),
                                          Method::kGet, "req-1", 16000);
  EXPECT_EQ(out.status, 500);
  EXPECT_THAT(out.head, HasSubstr("X-Request-Id: req-1\r\n"));
  EXPECT_LT(out.head.size(), 1000U);
  ASSERT_EQ(out.problems.size(), 1U);
}

TEST(FormatResponse, TurnsAnImpossibleStatusInto500) {
  for (int status : {0, 100, 199, 600, -1})
    EXPECT_EQ(FormatResponse({status, {}, ""}, Method::kGet, "r", 16000).status, 500);
}

TEST(Response, SetReplacesWhateverTheCase) {
  Response response;
  response.Add("etag", "1").Add("ETAG", "2").Set("ETag", "3");
  EXPECT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.Header("eTaG"), "3");
}

TEST(Problem, HasTheShapeOfTheApiDescriptionAndNoInternals) {
  Error error = Fail(Error::Code::kInvalid, "Some fields are wrong.", "select secret");
  error.fields = {{"client_phone_number", "required", "It is missing."}};
  const Response response = ProblemResponse(error, "req-1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.Header("Content-Type"), "application/problem+json");
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
  const auto parsed = JsonDocument::Parse(response.body);
  ASSERT_TRUE(parsed.ok());
  const JsonView json = parsed->Root();
  EXPECT_EQ(json.Keys(), (std::vector<std::string_view>{"type", "title", "status", "detail", "code",
                                                        "request_id", "errors"}));
  EXPECT_EQ(json["title"].StringOr(""), "Unprocessable Content");
  EXPECT_EQ(json["status"].IntOr(0), 422);
  EXPECT_EQ(json["code"].StringOr(""), "invalid");
  EXPECT_EQ(json["errors"][0]["path"].StringOr(""), "client_phone_number");
}

TEST(Problem, SendsRetryAfterWhereTheErrorHasOne) {
  Error error = Fail(Error::Code::kTooManyRequests, "Slow down.");
  EXPECT_EQ(ProblemResponse(error, "r").Header("Retry-After"), "");
  error.retry_after_s = 7;
  EXPECT_EQ(ProblemResponse(error, "r").Header("Retry-After"), "7");
}

TEST(Problem, HasATitleForEveryErrorCode) {
  for (int code = 0; code <= static_cast<int>(Error::Code::kUnavailable); ++code) {
    const int status = HttpStatus(static_cast<Error::Code>(code));
    EXPECT_NE(ReasonPhrase(status), "Error") << status;
    EXPECT_NE(ReasonPhrase(status), "OK") << status;
  }
}

TEST(Etag, IsTheSameForTheSameTextOnly) {
  EXPECT_EQ(MakeEtag("abc"), MakeEtag("abc"));
  EXPECT_NE(MakeEtag("abc"), MakeEtag("abd"));
  EXPECT_EQ(MakeEtag("").size(), 18U);
}

TEST(Etag, IfNoneMatchComparesWeaklyInAList) {
  EXPECT_TRUE(IfNoneMatchHas("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(IfNoneMatchHas("\"b\"", "W/\"b\""));
  EXPECT_TRUE(IfNoneMatchHas(" * ", "\"anything\""));
  EXPECT_TRUE(IfNoneMatchHas("\"x,y\"", "\"x,y\""));
  EXPECT_FALSE(IfNoneMatchHas("\"a\"", "\"b\""));
  EXPECT_FALSE(IfNoneMatchHas("b", "\"b\"")) << "an entity tag has quotes";
  EXPECT_FALSE(IfNoneMatchHas("\"b", "\"b\""));
  EXPECT_FALSE(IfNoneMatchHas("", "\"b\""));
}

TEST(Etag, IfMatchComparesStrongly) {
  EXPECT_TRUE(IfMatchAllows("", "\"a\""));
  EXPECT_TRUE(IfMatchAllows("*", "\"a\""));
  EXPECT_TRUE(IfMatchAllows("\"b\", \"a\"", "\"a\""));
  EXPECT_FALSE(IfMatchAllows("W/\"a\"", "\"a\""));
  EXPECT_FALSE(IfMatchAllows("\"b\"", "\"a\""));
}

TEST(WithEtag, AnswersNotModifiedToAClientThatHasIt) {
  Request request;
  request.method = Method::kGet;
  const Response first = WithEtag(request, Response::Json("[1]").Add("Cache-Control", "private"));
  EXPECT_EQ(first.status, 200);
  ASSERT_FALSE(first.Header("ETag").empty());
  request.headers["if-none-match"] = first.Header("ETag");
  const Response second = WithEtag(request, Response::Json("[1]").Add("Cache-Control", "private"));
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.body, "");
  EXPECT_EQ(second.Header("ETag"), first.Header("ETag"));
  EXPECT_EQ(second.Header("Cache-Control"), "private");
  EXPECT_EQ(WithEtag(request, Response::Json("[2]")).status, 200);
}

TEST(WithEtag, LeavesWritesAndErrorsAlone) {
  Request request;
  request.method = Method::kPost;
  request.headers["if-none-match"] = "*";
  EXPECT_EQ(WithEtag(request, Response::Json("{}")).status, 200);
  request.method = Method::kGet;
  EXPECT_EQ(WithEtag(request, Response::Json("{}", 404)).status, 404);
}

TEST(Accepts, FollowsTheMostSpecificRange) {
  EXPECT_TRUE(Accepts("", "application/json"));
  EXPECT_TRUE(Accepts("*/*", "application/json"));
  EXPECT_TRUE(Accepts("text/html, application/*;q=0.5", "application/json"));
  EXPECT_TRUE(Accepts("Application/JSON", "application/json"));
  EXPECT_FALSE(Accepts("text/html", "application/json"));
  EXPECT_FALSE(Accepts("*/*, application/json;q=0", "application/json"));
  EXPECT_TRUE(Accepts("application/json, */*;q=0", "application/json"));
  EXPECT_FALSE(Accepts("application/json;q=0.0", "application/json"));
}

}  // namespace
}  // namespace dialix::http
