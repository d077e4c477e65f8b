#include "http/request.h"

#include <gtest/gtest.h>

#include "body_text.h"
#include "http/percent.h"

namespace dialix::http {
namespace {

TEST(Method, RoundTripsAndIsCaseSensitive) {
  for (Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch,
                        Method::kDelete, Method::kOptions}) {
    EXPECT_EQ(ParseMethod(MethodName(method)), method);
  }
  EXPECT_EQ(ParseMethod("get"), Method::kOther);
  EXPECT_EQ(ParseMethod(""), Method::kOther);
}

TEST(Cookie, IsFoundAmongOthersAndOnlyByItsWholeName) {
  Request request;
  request.headers["cookie"] = "a=1;dialix=tok=en; xdialix=no; q=\"quoted\"; empty=; lone";
  EXPECT_EQ(request.Cookie("dialix"), "tok=en");
  EXPECT_EQ(request.Cookie("q"), "quoted");
  EXPECT_EQ(request.Cookie("empty"), "");
  EXPECT_EQ(request.Cookie("lone"), std::nullopt);
  EXPECT_EQ(request.Cookie("ialix"), std::nullopt);
  EXPECT_EQ(Request{}.Cookie("dialix"), std::nullopt);
}

TEST(ReadBody, GivesTheWholeBodyHoweverItIsCut) {
  const std::string text(50000, 'b');
  for (std::size_t piece : {1UL, 7UL, 16384UL, 100000UL}) {
    TextBody body(text, piece);
    Request request;
    request.body = &body;
    const auto read = ReadBody(request, text.size());
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, text);
  }
}

TEST(ReadBody, RefusesOneByteMoreThanTheLimit) {
  TextBody body("12345");
  Request request;
  request.body = &body;
  const auto read = ReadBody(request, 4);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Error::Code::kTooLarge);
}

TEST(ReadBody, RefusesByTheAnnouncedLengthBeforeReading) {
  TextBody body("12345");
  Request request;
  request.body = &body;
  request.content_length = 5;
  EXPECT_EQ(ReadBody(request, 4).error().code, Error::Code::kTooLarge);
  EXPECT_EQ(body.largest_read(), 0U);
}

TEST(ReadBody, PassesOnTheReadersError) {
  TextBody body("123");
  body.FailWith(Fail(Error::Code::kTimeout, "slow"));
  Request request;
  request.body = &body;
  EXPECT_EQ(ReadBody(request, 100).error().code, Error::Code::kTimeout);
}

TEST(PercentDecode, DecodesEscapesAndPlusOnlyInForms) {
  EXPECT_EQ(*PercentDecode("a%20b+c%2F%d1%83", false), "a b+c/\xd1\x83");
  EXPECT_EQ(*PercentDecode("a+b", true), "a b");
  EXPECT_EQ(*PercentDecode("", true), "");
}

TEST(PercentDecode, RefusesBrokenEscapesNulAndInvalidUtf8) {
  for (const char* bad : {"%", "%2", "a%", "a%2", "%zz", "%2g", "%00", "%ff", "%c0%af", "%ed%a0%80"}) {
    const auto decoded = PercentDecode(bad, false);
    ASSERT_FALSE(decoded.ok()) << bad;
    EXPECT_EQ(decoded.error().code, Error::Code::kMalformed) << bad;
  }
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string text;
  for (int c = 1; c < 128; ++c) text += static_cast<char>(c);
  text += "o\xca\xbbzbek";
  EXPECT_EQ(*PercentDecode(PercentEncode(text), false), text);
  EXPECT_EQ(PercentEncode("a b/c"), "a%20b%2Fc");
}

TEST(QueryParams, KeepsOrderAndRepetition) {
  const auto params = QueryParams::Parse("a=1&b=x%26y&a=2&flag&=v&&c=d=e");
  ASSERT_TRUE(params.ok());
  EXPECT_EQ(params->Get("a"), "1");
  EXPECT_EQ(params->All("a"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(params->Get("b"), "x&y");
  EXPECT_EQ(params->Get("flag"), "");
  EXPECT_EQ(params->Get("c"), "d=e");
  EXPECT_EQ(params->Get("missing"), std::nullopt);
  EXPECT_EQ(params->Pairs().size(), 6U);
}

TEST(QueryParams, RefusesABrokenEscapeInNameOrValue) {
  EXPECT_FALSE(QueryParams::Parse("a=%zz").ok());
  EXPECT_FALSE(QueryParams::Parse("%zz=a").ok());
  EXPECT_TRUE(QueryParams::Parse("").ok());
}

}  // namespace
}  // namespace dialix::http
