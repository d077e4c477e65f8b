#include "features/endpoint/fields.h"

#include <gtest/gtest.h>

#include <map>

#include "features/endpoint/days.h"

namespace dialix::features {
namespace {

// path → code of every complaint.
std::map<std::string, std::string> Complaints(FieldErrors& fields) {
  std::map<std::string, std::string> complaints;
  for (const FieldError& error : fields.TakeError().fields) complaints[error.path] = error.code;
  return complaints;
}

JsonDocument Parse(std::string_view text) {
  auto document = JsonDocument::Parse(text);
  EXPECT_TRUE(document.ok());
  return std::move(document).value();
}

using Expected = std::map<std::string, std::string>;

TEST(RequestFields, TellsOfEveryWrongMemberAtOnce) {
  const JsonDocument document = Parse(R"({"name": "", "code": 5, "active": "yes", "colour": "red"})");
  Fields fields(document.Root(), {"name", "code", "active"});
  EXPECT_EQ(fields.OptionalName("name"), std::nullopt);
  EXPECT_EQ(fields.OptionalText("code", 0, 10), std::nullopt);
  EXPECT_EQ(fields.OptionalBool("active"), std::nullopt);
  EXPECT_EQ(
      Complaints(fields),
      (Expected{{"name", "too_short"}, {"code", "type"}, {"active", "type"}, {"colour", "unknown_field"}}));
}

TEST(RequestFields, TellsAbsentFromNullWhereItMatters) {
  const JsonDocument document = Parse(R"({"name": null, "link": null})");
  Fields fields(document.Root(), {"name", "link", "role"});
  fields.RequireAll({"role"});
  fields.RefuseNull({"name", "role"});
  EXPECT_TRUE(fields.Has("link"));
  EXPECT_EQ(fields.OptionalUuid("link"), std::nullopt);
  EXPECT_EQ(Complaints(fields), (Expected{{"name", "type"}, {"role", "required"}}));
}

TEST(RequestFields, CutsTheBlanksAroundANameAndCountsItsCharacters) {
  const JsonDocument document = Parse("{\"a\": \"  Дилноза \", \"b\": \"   \", \"c\": \"" + [] {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "ў";
    return text;
  }() + "\"}");
  Fields fields(document.Root(), {"a", "b", "c"});
  EXPECT_EQ(fields.OptionalName("a"), "Дилноза");
  EXPECT_TRUE(fields.OptionalName("c").has_value());
  EXPECT_TRUE(fields.ok());
  EXPECT_EQ(fields.OptionalName("b"), std::nullopt);
  EXPECT_EQ(Complaints(fields), (Expected{{"b", "too_short"}}));
}

TEST(RequestFields, AnEmptyPatchIsAnError) {
  const JsonDocument document = Parse("{}");
  Fields fields(document.Root(), {"name"});
  fields.RequireAny();
  EXPECT_EQ(Complaints(fields), (Expected{{"", "required"}}));
}

TEST(Days, AreTakenAsTheyStand) {
  auto query = http::QueryParams::Parse("start=2026-11-01&end=2026-11-01");
  QueryFields fields(*query, {"start", "end"});
  const Days days = ReadDays(fields);
  EXPECT_TRUE(fields.ok());
  EXPECT_EQ(days.start, "2026-11-01");
  EXPECT_EQ(days.end, "2026-11-01");
}

TEST(Days, AreRefusedWhereTheyAreNoPeriod) {
  const std::map<std::string, Expected> wrong = {
      {"start=2026-11-02&end=2026-11-01", {{"end", "out_of_range"}}},
      {"start=2026-02-30", {{"start", "format"}}},
      {"end=0001-01-01", {{"end", "out_of_range"}}},
      {"end=3000-01-01&start=x", {{"end", "out_of_range"}, {"start", "format"}}},
  };
  for (const auto& [raw, expected] : wrong) {
    auto query = http::QueryParams::Parse(raw);
    QueryFields fields(*query, {"start", "end"});
    (void)ReadDays(fields);
    EXPECT_EQ(Complaints(fields), expected) << raw;
  }
}

}  // namespace
}  // namespace dialix::features
