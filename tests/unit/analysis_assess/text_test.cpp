#include "analysis/assess/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dialix::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  for (const Token& token : Tokenize(text)) words.push_back(token.folded);
  return words;
}

TEST(Tokenize, SeparatesAtSpacesAndPunctuationAndFoldsCase) {
  EXPECT_THAT(Words("Hello, WORLD!  20% off—today."), ElementsAre("hello", "world", "20", "off", "today"));
}

TEST(Tokenize, FoldsCyrillicCase) {
  EXPECT_THAT(Words("ДОБРЫЙ День, ЁЖ"), ElementsAre("добрый", "день", "ёж"));
}

TEST(Tokenize, KeepsAnApostropheWithinAWordButNotAQuoteMark) {
  EXPECT_THAT(Words("don't 'quoted' John’s"), ElementsAre("don't", "quoted", "john's"));
}

TEST(Tokenize, ReadsEveryApostropheOfUzbekAsOneForm) {
  for (const char* text : {"o'zbek", "o‘zbek", "oʻzbek", "o`zbek", "o’zbek", "oʼzbek", "O´ZBEK"}) {
    EXPECT_THAT(Words(text), ElementsAre("o'zbek")) << text;
  }
}

TEST(Tokenize, KeepsTheHalfLetterAtTheEndOfAnUzbekWord) {
  EXPECT_THAT(Words("togʻ bor"), ElementsAre("tog'", "bor"));
}

TEST(Tokenize, GivesByteOffsetsOfTheOriginal) {
  const std::string text = "Ну, Привет!";
  const std::vector<Token> tokens = Tokenize(text);
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(text.substr(tokens[1].begin, tokens[1].end - tokens[1].begin), "Привет");
}

TEST(Tokenize, ComposesDecomposedLetters) { EXPECT_EQ(Words("мои\u0306"), Words("мой")); }

TEST(Tokenize, IgnoresSoftHyphensAndZeroWidthJoiners) {
  EXPECT_THAT(Words("de\u00ADli\u200Dvery"), ElementsAre("delivery"));
}

TEST(Tokenize, TreatsInvalidUtf8AsSeparators) {
  EXPECT_THAT(Words("good\xFF\xFE"
                    "day \xC3"),
              ElementsAre("good", "day"));
}

TEST(Tokenize, FindsNoWordsInPunctuation) {
  EXPECT_THAT(Words(""), IsEmpty());
  EXPECT_THAT(Words(" … — '!' "), IsEmpty());
}

TEST(MatchKey, SeesYoAsYe) { EXPECT_EQ(MatchKey("всё"), MatchKey("все")); }
TEST(MatchKey, DropsApostrophes) { EXPECT_EQ(MatchKey("don't"), MatchKey("dont")); }
TEST(MatchKey, TellsDifferentWordsApart) {
  EXPECT_NE(MatchKey("дом"), MatchKey("том"));
  EXPECT_NE(MatchKey("price"), MatchKey("prize"));
}

TEST(UzbekKey, ReadsCyrillicAsLatin) {
  const auto key = [](std::string_view word) { return UzbekKey(Tokenize(word).at(0).folded); };
  EXPECT_EQ(key("раҳмат"), key("rahmat"));
  EXPECT_EQ(key("қўнғироқ"), key("qo‘ng‘iroq"));
  EXPECT_EQ(key("ёрдам"), key("yordam"));
  EXPECT_EQ(key("етказиб"), key("yetkazib"));
  EXPECT_EQ(key("яхши"), key("yaxshi"));
  EXPECT_EQ(key("шикоят"), key("shikoyat"));
  EXPECT_EQ(key("бўлинг"), key("bo'ling"));
}

TEST(UzbekKey, TakesHForXButKeepsShAndCh) {
  EXPECT_EQ(UzbekKey("rahmat"), UzbekKey("raxmat"));
  EXPECT_EQ(UzbekKey("shikoyat"), "shikoyat");
  EXPECT_EQ(UzbekKey("chiroyli"), "chiroyli");
}

}  // namespace
}  // namespace dialix::analysis
