#include <gtest/gtest.h>

#include "net/http_client.h"

namespace dialix::net {
namespace {

TEST(ParseRetryAfter, ReadsSeconds) {
  EXPECT_EQ(ParseRetryAfter("120", 0), 120);
  EXPECT_EQ(ParseRetryAfter(" 7 ", 0), 7);
}

TEST(ParseRetryAfter, ReadsAnHttpDateRelativeToNow) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", 784'111'777 - 30), 30);
}

TEST(ParseRetryAfter, IsZeroForADateInThePastAndForNonsense) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", 784'111'777 + 5), 0);
  EXPECT_EQ(ParseRetryAfter("soon", 0), 0);
  EXPECT_EQ(ParseRetryAfter("", 0), 0);
  EXPECT_EQ(ParseRetryAfter("-5", 1'000'000), 0);
}

TEST(ParseRetryAfter, IsAtMostADay) { EXPECT_EQ(ParseRetryAfter("99999999999999999999999", 0), 86'400); }

TEST(UrlHost, NamesHostAndPortOnly) {
  EXPECT_EQ(UrlHost("https://user:secret@api.example.com:8443/v1/key?token=abc"), "api.example.com:8443");
  EXPECT_EQ(UrlHost("https://portal.bitrix24.uz/rest/1/s3cret/method"), "portal.bitrix24.uz");
  EXPECT_EQ(UrlHost("nonsense://"), "the service");
}

}  // namespace
}  // namespace dialix::net
