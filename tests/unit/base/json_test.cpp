#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace dialix {
namespace {

TEST(JsonWriter, WritesNestedValuesInOrder) {
  JsonWriter json;
  json.BeginObject().Field("a", 1).Key("b").BeginArray().String("x").Null().Bool(true).EndArray();
  json.Field("c", std::optional<std::string>()).RawField("d", "{\"e\":2}").EndObject();
  EXPECT_EQ(json.Take(), R"({"a":1,"b":["x",null,true],"c":null,"d":{"e":2}})");
}

TEST(JsonWriter, IsEmptyAfterTake) {
  JsonWriter json;
  json.BeginArray().Int(1).EndArray();
  EXPECT_EQ(json.Take(), "[1]");
  json.BeginArray().EndArray();
  EXPECT_EQ(json.Take(), "[]");
}

TEST(JsonWriter, EscapesControlCharactersAndReplacesInvalidUtf8) {
  JsonWriter json;
  json.BeginArray().String("a\"\n\x01").String("\xFFz").EndArray();
  EXPECT_EQ(json.Take(), "[\"a\\\"\\n\\u0001\",\"\xEF\xBF\xBDz\"]");
}

TEST(JsonWriter, TurnsNumbersThatJsonLacksIntoNull) {
  JsonWriter json;
  json.BeginArray().Double(std::numeric_limits<double>::quiet_NaN()).Double(0.5).EndArray();
  EXPECT_EQ(json.Take(), "[null,0.5]");
}

TEST(JsonDocument, ReadsMembersAndAnswersAbsenceWithoutFailing) {
  const auto document = JsonDocument::Parse(R"({"n":-7,"f":1.5,"s":"o‘","l":[1,"2"],"z":null,"t":true})");
  ASSERT_TRUE(document.ok());
  const JsonView root = document->Root();
  EXPECT_EQ(root["n"].Int(), -7);
  EXPECT_EQ(root["f"].Number(), 1.5);
  EXPECT_FALSE(root["f"].Int().has_value());
  EXPECT_EQ(root["s"].String(), "o‘");
  EXPECT_EQ(root["l"].Size(), 2U);
  EXPECT_EQ(root["l"][1].String(), "2");
  EXPECT_TRUE(root["z"].IsNull());
  EXPECT_FALSE(root["nothing"].Exists());
  EXPECT_FALSE(root["nothing"]["deeper"][3].Exists());
  EXPECT_EQ(root["l"].Dump(), R"([1,"2"])");
}

TEST(JsonDocument, ReadsAZeroHoweverItIsWritten) {
  for (const std::string& zero :
       {std::string("0"), std::string("-0"), std::string("0e300"), std::string("0E-300"),
        std::string("-0.000e+77"), "0." + std::string(40, '0')}) {
    const auto document = JsonDocument::Parse("[" + zero + ",\"" + zero + "\"," + zero + "]");
    ASSERT_TRUE(document.ok()) << zero;
    EXPECT_EQ(document->Root()[0].Number(), 0.0) << zero;
    EXPECT_EQ(document->Root()[1].String(), zero);
    EXPECT_EQ(document->Root()[2].Number(), 0.0) << zero;
  }
  EXPECT_EQ(JsonDocument::Parse("0.0001e2")->Root().Number(), 0.01);
  EXPECT_EQ(JsonDocument::Parse("10e2")->Root().Number(), 1000.0);
}

TEST(JsonDocument, ReadsWhatIsTooSmallForADoubleAsZeroAndRefusesWhatIsTooLarge) {
  for (const std::string& tiny :
       {std::string("1e-400"), "0." + std::string(400, '0') + "1", std::string("-5.5e-999")}) {
    EXPECT_EQ(JsonDocument::Parse(tiny)->Root().Number(), 0.0) << tiny;
  }
  for (const std::string& large : {std::string("1e400"), std::string(400, '1'),
                                   "0.0001e" + std::string("999"), std::string(57, '2') + "e308"}) {
    EXPECT_FALSE(JsonDocument::Parse(large).ok()) << large;
  }
  EXPECT_EQ(JsonDocument::Parse("1.7976931348623157e308")->Root().Number(), 1.7976931348623157e308);
  EXPECT_EQ(JsonDocument::Parse("123456789012345678")->Root().Int(), 123456789012345678);
}

// 2^64-1 with more digits: RapidJSON's own rounding of it carries into a zero.
TEST(JsonDocument, ReadsWhatRoundsUpToTheLargestWholeNumber) {
  for (const std::string& large :
       {std::string("184467440737095516155"), std::string("18446744073709551615547758"),
        std::string("-184467440737095516159e5"), std::string("0.00184467440737095516157"),
        std::string("1844674407.37095516156e-300"), std::string("18446744073709551615.5"),
        std::string("184467440737095516154"), std::string("18446744073709551615"),
        std::string("18446744073709551614")}) {
    const auto document = JsonDocument::Parse("[" + large + ",\"" + large + "\"]");
    ASSERT_TRUE(document.ok()) << large;
    EXPECT_EQ(document->Root()[0].Number(), std::strtod(large.c_str(), nullptr)) << large;
    EXPECT_EQ(document->Root()[1].String(), large);
  }
}

TEST(JsonDocument, TakesNoHalfCharacters) {
  EXPECT_EQ(JsonDocument::Parse(R"("\ud83d\ude00")")->Root().String(), "😀");
  EXPECT_EQ(JsonDocument::Parse(R"("\\udc00")")->Root().String(), "\\udc00");
  for (const char* half :
       {R"("\udc00")", R"("\ud83d")", R"("\ud83dx")", R"("\uDFFF\uD83D")", R"({"\ude00":1})"}) {
    EXPECT_FALSE(JsonDocument::Parse(half).ok()) << half;
  }
}

TEST(JsonDocument, DoesNotEndAtANul) {
  EXPECT_FALSE(JsonDocument::Parse(std::string_view("{}\0{", 4)).ok());
  EXPECT_FALSE(JsonDocument::Parse(std::string_view("\"a\0\"", 4)).ok());
}

class BrokenJson : public testing::TestWithParam<const char*> {};

TEST_P(BrokenJson, IsMalformed) {
  const auto document = JsonDocument::Parse(GetParam());
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code, Error::Code::kMalformed);
}

INSTANTIATE_TEST_SUITE_P(Texts, BrokenJson,
                         testing::Values("", "{", "[1,]", "{\"a\":1,}", "nul", "\"\xFF\"", "1 2", "{'a':1}",
                                         "[01]", "\xBF[1]", "\xBB\xBF[1]", "[00e5]", "[0e]", "[0.e5]",
                                         "[0.000000.]", "// x\n1"));

TEST(JsonDocument, RefusesWhatIsNestedTooDeeply) {
  EXPECT_TRUE(JsonDocument::Parse(std::string(64, '[') + std::string(64, ']')).ok());
  EXPECT_FALSE(JsonDocument::Parse(std::string(65, '[') + std::string(65, ']')).ok());
  EXPECT_FALSE(JsonDocument::Parse(std::string(1'000'000, '[')).ok());
}

TEST(JsonDocument, DoesNotCountBracketsInsideTexts) {
  EXPECT_TRUE(JsonDocument::Parse("\"" + std::string(500, '[') + "\\\"\"").ok());
}

}  // namespace
}  // namespace dialix
