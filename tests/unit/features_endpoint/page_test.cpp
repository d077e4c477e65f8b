#include "features/endpoint/page.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace dialix::features {
namespace {

constexpr const char* kId = "0197a1b2-0000-7000-8000-000000000001";

http::QueryParams Query(const std::string& raw) {
  auto query = http::QueryParams::Parse(raw);
  EXPECT_TRUE(query.ok());
  return std::move(query).value();
}

// The fields that reading this query as a cursor of `kinds` complains of.
std::string Complaint(const std::string& cursor, std::initializer_list<CursorPart> kinds) {
  const http::QueryParams query = Query("cursor=" + cursor);
  QueryFields fields(query, {"cursor"});
  const auto key = ReadCursor(fields, kinds);
  if (fields.ok()) return key ? "" : "no key";
  EXPECT_FALSE(key.has_value());
  return fields.TakeError().fields.front().path;
}

TEST(Cursor, ComesBackAsItWent) {
  const CursorKey key = {"Дильноза \"Q\" \\", kId, "2026-11-23T08:15:00.123456Z", "t", "-5"};
  const http::QueryParams query = Query("cursor=" + EncodeCursor(key));
  QueryFields fields(query, {"cursor"});
  const auto read = ReadCursor(
      fields, {CursorPart::kText, CursorPart::kUuid, CursorPart::kTime, CursorPart::kFlag, CursorPart::kInt});
  ASSERT_TRUE(fields.ok());
  EXPECT_EQ(read, key);
}

TEST(Cursor, HoldsTheLongestNameThereIs) {
  for (const char* const letter : {"Ж", "\x01"}) {
    std::string name;
    for (int i = 0; i < 200; ++i) name += letter;
    EXPECT_EQ(
        Complaint(EncodeCursor({"t", name, kId}), {CursorPart::kFlag, CursorPart::kText, CursorPart::kUuid}),
        "");
  }
}

TEST(Cursor, IsNothingWhereNoneIsGiven) {
  const http::QueryParams query = Query("limit=5");
  QueryFields fields(query, {"limit", "cursor"});
  EXPECT_EQ(ReadCursor(fields, {CursorPart::kText}), std::nullopt);
  EXPECT_TRUE(fields.ok());
}

TEST(Cursor, OfAnotherListIsAnErrorOfTheField) {
  EXPECT_EQ(Complaint(EncodeCursor({"a"}), {CursorPart::kText, CursorPart::kUuid}), "cursor");
  EXPECT_EQ(Complaint(EncodeCursor({"not a uuid"}), {CursorPart::kUuid}), "cursor");
  EXPECT_EQ(Complaint(EncodeCursor({"infinity"}), {CursorPart::kTime}), "cursor");
  EXPECT_EQ(Complaint(EncodeCursor({"true"}), {CursorPart::kFlag}), "cursor");
  EXPECT_EQ(Complaint(EncodeCursor({"1.5"}), {CursorPart::kInt}), "cursor");
  EXPECT_EQ(Complaint(EncodeCursor({std::nullopt}), {CursorPart::kText}), "cursor");
}

TEST(Cursor, ThatCannotBeReadIsAnErrorOfTheField) {
  for (const std::string& cursor :
       {std::string("!"), std::string("e30"), ToBase64Url("[1]"), ToBase64Url("[\"\\u0000\"]"),
        ToBase64Url("[\"" + std::string(4096, 'a') + "\"]")}) {
    EXPECT_EQ(Complaint(cursor, {CursorPart::kText}), "cursor") << cursor;
  }
}

}  // namespace
}  // namespace dialix::features
