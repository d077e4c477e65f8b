#include "base/clock.h"

#include <gtest/gtest.h>

namespace dialix {
namespace {

TEST(ParseUtc, ReadsOffsetsAndFractions) {
  const auto plain = ParseUtc("2026-11-23T08:15:00Z");
  ASSERT_TRUE(plain);
  EXPECT_EQ(FormatUtc(*plain), "2026-11-23T08:15:00.000Z");
  EXPECT_EQ(ParseUtc("2026-11-23T13:15:00+05:00"), plain);
  EXPECT_EQ(FormatUtc(*ParseUtc("2026-11-23t08:15:00.123456789z")), "2026-11-23T08:15:00.123Z");
  EXPECT_EQ(FormatUtc(*ParseUtc("2026-01-01T00:30:00+01:00")), "2025-12-31T23:30:00.000Z");
}

TEST(ParseUtc, RefusesWhatIsNoTime) {
  for (const char* bad :
       {"", "2026-11-23", "2026-11-23T08:15:00", "2026-02-30T08:15:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T08:15:00+5", "2026-11-23T08:15:00Zx", "2026-11-23T08:61:00Z", "2026-11-23T08:15:00."}) {
    EXPECT_FALSE(ParseUtc(bad)) << bad;
  }
}

TEST(ParseDate, KnowsTheCalendar) {
  EXPECT_TRUE(ParseDate("2028-02-29"));
  EXPECT_FALSE(ParseDate("2026-02-29"));
  EXPECT_FALSE(ParseDate("2026-13-01"));
  EXPECT_FALSE(ParseDate("26-01-01"));
  EXPECT_EQ(FormatDate(*ParseDate("2026-11-23")), "2026-11-23");
}

}  // namespace
}  // namespace dialix
