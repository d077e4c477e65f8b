#include "http/fastcgi_params.h"

#include <gtest/gtest.h>

#include "base/uuid.h"

namespace dialix::http {
namespace {

ParsedParams Parse(std::vector<const char*> params) {
  params.push_back("FCGI_ROLE=RESPONDER");
  params.push_back(nullptr);
  return ParseParams(params.data());
}

TEST(ParseParams, MakesAPlainRequest) {
  const ParsedParams parsed =
      Parse({"REQUEST_METHOD=POST", "REQUEST_URI=/api/v1/r%C3%A9cords?a=%20b", "CONTENT_LENGTH=12",
             "CONTENT_TYPE=application/json", "HTTP_HOST=dialix.uz", "HTTP_X_REQUEST_ID=abc-1", "HTTPS=on",
             "REMOTE_ADDR=10.0.0.1", "HTTP_ACCEPT_LANGUAGE=uz", "DOCUMENT_URI=/ignored"});
  EXPECT_FALSE(parsed.error);
  const Request& request = parsed.request;
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.path,
            "/api/v1/r\xc3\xa9"
            "cords");
  EXPECT_EQ(request.query, "a=%20b");
  EXPECT_EQ(request.content_length, 12);
  EXPECT_EQ(request.host, "dialix.uz");
  EXPECT_EQ(request.id, "abc-1");
  EXPECT_TRUE(request.https);
  EXPECT_EQ(request.remote_addr, "10.0.0.1");
  EXPECT_EQ(request.Header("accept-language"), "uz");
  EXPECT_EQ(request.Header("content-type"), "application/json");
}

TEST(ParseParams, NeverTakesTheProxyHeader) {
  EXPECT_EQ(Parse({"REQUEST_URI=/", "HTTP_PROXY=http://evil"}).request.Header("proxy"), "");
  EXPECT_EQ(Parse({"REQUEST_URI=/", "HTTP_Proxy=http://evil"}).request.Header("proxy"), "");
}

TEST(ParseParams, ReplacesAnInsaneRequestId) {
  for (const char* id :
       {"HTTP_X_REQUEST_ID=", "HTTP_X_REQUEST_ID=a b", "HTTP_X_REQUEST_ID=a\r\nb",
        "HTTP_X_REQUEST_ID=<script>",
        "HTTP_X_REQUEST_ID=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_TRUE(IsUuid(Parse({"REQUEST_URI=/", id}).request.id)) << id;
  }
}

TEST(ParseParams, RefusesALengthThatIsNoNumber) {
  for (const char* length : {"CONTENT_LENGTH=x", "CONTENT_LENGTH=-1", "CONTENT_LENGTH=1 2",
                             "CONTENT_LENGTH=0x10", "CONTENT_LENGTH=99999999999999999999"}) {
    const ParsedParams parsed = Parse({"REQUEST_URI=/", length});
    ASSERT_TRUE(parsed.error) << length;
    EXPECT_FALSE(parsed.length_known);
  }
  EXPECT_EQ(Parse({"REQUEST_URI=/", "CONTENT_LENGTH="}).request.content_length, 0);
}

TEST(ParseParams, RefusesTargetsThatAreNoSoundPath) {
  for (const char* uri : {"REQUEST_URI=*", "REQUEST_URI=http://x/", "REQUEST_URI=/%zz", "REQUEST_URI=/%00",
                          "REQUEST_URI=/%ff"}) {
    EXPECT_TRUE(Parse({uri}).error) << uri;
  }
  EXPECT_TRUE(Parse({}).error);
}

TEST(ParseParams, SpeaksTheResponderRoleOnly) {
  const char* const authorizer[] = {"FCGI_ROLE=AUTHORIZER", "REQUEST_URI=/", nullptr};
  EXPECT_TRUE(ParseParams(authorizer).error);
}

TEST(ParseParams, UsesTheDocumentUriOfAPlainerServer) {
  const ParsedParams parsed = Parse({"DOCUMENT_URI=/health", "QUERY_STRING=x=1", "NOT_A_PAIR"});
  EXPECT_FALSE(parsed.error);
  EXPECT_EQ(parsed.request.path, "/health");
  EXPECT_EQ(parsed.request.query, "x=1");
}

}  // namespace
}  // namespace dialix::http
