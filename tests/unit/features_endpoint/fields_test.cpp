#include "features/endpoint/fields.h"

#include <gtest/gtest.h>

#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

JsonDocument Json(std::string_view text) { return std::move(JsonDocument::Parse(text)).value(); }

TEST(Fields, CollectsEveryErrorAtOnce) {
  const auto document = Json(R"({"name":"","code":7,"extra":1,"list":["a","a",3]})");
  Fields fields(document.Root(), {"name", "code", "list", "missing"});
  fields.RequiredText("name", 1, 10);
  fields.OptionalText("code", 1, 10);
  fields.OptionalTextList("list", 5, 10);
  fields.RequiredText("missing", 1, 10);
  ASSERT_FALSE(fields.ok());
  const Error error = fields.TakeError();
  EXPECT_EQ(error.code, Error::Code::kInvalid);
  std::vector<std::string> told;
  for (const auto& field : error.fields) told.push_back(field.path + ":" + field.code);
  EXPECT_EQ(told, (std::vector<std::string>{"extra:unknown_field", "name:too_short", "code:type",
                                            "list[1]:duplicate", "list[2]:type", "missing:required"}));
}

TEST(Fields, CountsCodePointsAndRefusesNullCharacters) {
  FieldErrors errors;
  EXPECT_TRUE(errors.Text("t", "o‘zbek", 6, 6));
  EXPECT_FALSE(errors.Text("t", std::string_view("a\0b", 3), 1, 10));
  EXPECT_FALSE(errors.Text("t", "\xFF", 1, 10));
}

TEST(Fields, ChecksPhonesAndOperatorCodes) {
  FieldErrors errors;
  EXPECT_TRUE(errors.Phone("p", "+998901234567"));
  EXPECT_TRUE(errors.OperatorCode("c", "007"));
  EXPECT_TRUE(errors.ok());
  for (const char* bad : {"", "+", "12", "1234567890123456", "90 123", "++901234567", "9012345x7"})
    EXPECT_FALSE(errors.Phone("p", bad)) << bad;
  for (const char* bad : {"", "7", "1234", "10a", "１２３"})
    EXPECT_FALSE(errors.OperatorCode("c", bad)) << bad;
}

TEST(QueryFields, RefusesUnknownAndDoubledParameters) {
  const auto query = http::QueryParams::Parse("limit=5&limit=6&bogus=1&company_id=x");
  ASSERT_TRUE(query.ok());
  QueryFields fields(*query, {"limit"});
  EXPECT_EQ(fields.Limit(), 5);
  const Error error = fields.TakeError();
  ASSERT_EQ(error.fields.size(), 2U);
  EXPECT_EQ(error.fields[0].code, "duplicate");
  EXPECT_EQ(error.fields[1].code, "unknown_field");
}

TEST(Cursor, RoundTripsAndRefusesWhatItDidNotMake) {
  const CursorKey key = {"2026-11-21 06:05:00+00", std::nullopt, "a\"b"};
  const auto query = http::QueryParams::Parse("cursor=" + EncodeCursor(key));
  QueryFields fields(*query, {"cursor"});
  EXPECT_EQ(ReadCursor(fields, 3), key);
  EXPECT_TRUE(fields.ok());
  EXPECT_FALSE(ReadCursor(fields, 2));
  EXPECT_FALSE(fields.ok());
  for (const char* bad : {"", "!!!", "e30", "WzFd", "W10", "bm90IGpzb24"}) {
    const auto broken = http::QueryParams::Parse(std::string("cursor=") + bad);
    QueryFields others(*broken, {"cursor"});
    EXPECT_FALSE(ReadCursor(others, 1)) << bad;
    EXPECT_FALSE(others.ok()) << bad;
  }
}

}  // namespace
}  // namespace dialix::features
