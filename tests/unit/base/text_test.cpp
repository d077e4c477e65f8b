#include "base/text.h"

#include <gtest/gtest.h>

#include "base/uuid.h"

namespace dialix {
namespace {

TEST(Utf8, AcceptsWellFormedAndRefusesOverlongSurrogatesAndCutSequences) {
  EXPECT_TRUE(IsValidUtf8("o‘zbek Ўзбек 🎧"));
  for (const char* bad :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x80", "\x80", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(IsValidUtf8(bad)) << ToHex(bad);
    EXPECT_TRUE(IsValidUtf8(ReplaceInvalidUtf8(bad)));
  }
  EXPECT_EQ(Utf8Length("o‘🎧"), 3U);
}

TEST(ParseInt, TakesWholeNumbersOnly) {
  EXPECT_EQ(ParseInt("-42"), -42);
  EXPECT_EQ(ParseInt("9223372036854775807"), INT64_MAX);
  for (const char* bad : {"", "9223372036854775808", "1.0", " 1", "1 ", "+1", "0x1", "--1"})
    EXPECT_FALSE(ParseInt(bad)) << bad;
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(Split("a,,b,", ',').size(), 4U);
  EXPECT_EQ(Split("", ',').size(), 1U);
}

TEST(Base64Url, RoundTripsEveryLengthWithoutPadding) {
  for (std::size_t length = 0; length < 70; ++length) {
    const std::string bytes = RandomBytes(length);
    const std::string text = ToBase64Url(bytes);
    EXPECT_EQ(text.find_first_of("+/="), std::string::npos);
    EXPECT_EQ(FromBase64Url(text), bytes);
  }
}

TEST(Base64Url, MatchesTheVectorsOfRfc4648) {
  EXPECT_EQ(ToBase64Url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(ToBase64Url("fooba"), "Zm9vYmE");
  EXPECT_EQ(FromBase64Url("Zm9vYmE="), "fooba");
}

TEST(Base64Url, RefusesASecondSpellingOfTheSameBytes) {
  EXPECT_FALSE(FromBase64Url("Zm9vYmF"));  // stray bits in the last character
  EXPECT_FALSE(FromBase64Url("A"));
  EXPECT_FALSE(FromBase64Url("ab+/"));
}

TEST(Hex, RoundTrips) {
  EXPECT_EQ(ToHex(std::string("\x00\xAB", 2)), "00ab");
  EXPECT_EQ(FromHex("00aB"), std::string("\x00\xAB", 2));
  EXPECT_FALSE(FromHex("0"));
  EXPECT_FALSE(FromHex("0g"));
}

TEST(NewUuid, IsVersionSevenAndOrderedByTime) {
  const std::string first = NewUuid();
  ASSERT_TRUE(IsUuid(first));
  EXPECT_EQ(first[14], '7');
  EXPECT_NE(std::string("89ab").find(first[19]), std::string::npos);
  const std::string second = NewUuid();
  EXPECT_LE(first.substr(0, 13), second.substr(0, 13));
  EXPECT_NE(first, second);
}

TEST(IsUuid, RefusesWhatIsNone) {
  for (const char* bad : {"", "0197a1b200007000800000000000000a", "0197a1b2-0000-7000-8000-00000000000g",
                          "{0197a1b2-0000-7000-8000-00000000000a}"}) {
    EXPECT_FALSE(IsUuid(bad)) << bad;
  }
}

}  // namespace
}  // namespace dialix
