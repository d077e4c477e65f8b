#include "analysis/assess/stem.h"

#include <gtest/gtest.h>

#include "analysis/assess/lexicon.h"
#include "analysis/assess/phrase_matcher.h"
#include "analysis/assess/text.h"

namespace dialix::analysis {
namespace {

std::string StemOf(Language language, std::string_view word) {
  return Stem(language, Tokenize(word).at(0).folded);
}

TEST(Stem, JoinsEnglishForms) {
  EXPECT_EQ(StemOf(Language::kEnglish, "Delivered"), StemOf(Language::kEnglish, "delivering"));
  EXPECT_EQ(StemOf(Language::kEnglish, "greeting"), StemOf(Language::kEnglish, "greet"));
}

TEST(Stem, JoinsRussianForms) {
  EXPECT_EQ(StemOf(Language::kRussian, "доставка"), StemOf(Language::kRussian, "доставку"));
  EXPECT_EQ(StemOf(Language::kRussian, "заказ"), StemOf(Language::kRussian, "ЗАКАЗА"));
  EXPECT_EQ(StemOf(Language::kRussian, "счёт"), StemOf(Language::kRussian, "счет"));
}

TEST(Stem, JoinsUzbekForms) {
  const auto same = [](std::string_view a, std::string_view b) {
    EXPECT_EQ(StemOf(Language::kUzbek, a), StemOf(Language::kUzbek, b)) << a << " " << b;
  };
  same("mahsulot", "mahsulotlarimizning");
  same("buyurtma", "buyurtmangizni");
  same("kompaniya", "kompaniyasidan");
  same("salomlashdi", "salomlashdimi");
  same("савол", "savollaringiz");
}

TEST(Stem, KeepsShortUzbekWordsWhole) {
  EXPECT_EQ(StemOf(Language::kUzbek, "siz"), "siz");
  EXPECT_EQ(StemOf(Language::kUzbek, "kuni"), "kuni");
}

TEST(LanguageOf, ReadsTags) {
  EXPECT_EQ(LanguageOf("en-US"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("uz-Cyrl"), Language::kUzbek);
  EXPECT_EQ(LanguageOf("ru"), Language::kRussian);
  EXPECT_FALSE(LanguageOf("kk").has_value());
  EXPECT_FALSE(LanguageOf("").has_value());
}

TEST(DetectLanguage, TellsTheThreeApart) {
  EXPECT_EQ(DetectLanguage("Did the operator greet the customer?"), Language::kEnglish);
  EXPECT_EQ(DetectLanguage("Поздоровался ли оператор с клиентом?"), Language::kRussian);
  EXPECT_EQ(DetectLanguage("Operator mijoz bilan salomlashdimi?"), Language::kUzbek);
  EXPECT_EQ(DetectLanguage("Оператор мижоз билан саломлашдими, қандай ёрдам керак?"), Language::kUzbek);
}

TEST(DetectLanguage, DoesNotGuess) {
  EXPECT_FALSE(DetectLanguage("").has_value());
  EXPECT_FALSE(
      DetectLanguage("Zwölf Boxkämpfer jagten Viktor quer über den großen Sylter Deich").has_value());
  EXPECT_FALSE(DetectLanguage("12345 67890").has_value());
}

TEST(Lexicon, HasEverySectionTheEngineUsesInEveryLanguage) {
  for (const Language language : {Language::kEnglish, Language::kRussian, Language::kUzbek}) {
    const Lexicon& lexicon = Lexicon::Of(language);
    for (const char* section :
         {"greeting", "farewell",   "introduction",  "offer_help",      "anything_else",
          "ask_name", "ask_phone",  "ask_address",   "ask_budget",      "thanks",
          "apology",  "politeness", "hold",          "next_step",       "closing_deal",
          "recap",    "complaint",  "rude",          "operator_phrase", "customer_phrase",
          "heard_of", "sentiment",  "not_sentiment", "conditional"}) {
      EXPECT_FALSE(lexicon.Section(section).empty()) << TagOf(language) << " " << section;
    }
    EXPECT_EQ(lexicon.Askable().size(), 17u) << TagOf(language);
    for (const std::string& asked : lexicon.Askable()) {
      EXPECT_FALSE(lexicon.Section(asked).empty()) << TagOf(language) << " " << asked;
      EXPECT_FALSE(lexicon.Section("asks:" + asked).empty()) << TagOf(language) << " " << asked;
    }
  }
}

TEST(Lexicon, WeighsEverySentimentPhrase) {
  for (const Language language : {Language::kEnglish, Language::kRussian, Language::kUzbek}) {
    for (const Phrase& phrase : Lexicon::Of(language).Section("sentiment").phrases()) {
      EXPECT_TRUE(phrase.weight != 0 && phrase.weight >= -3 && phrase.weight <= 3) << phrase.stems.front();
    }
  }
}

TEST(Similarity, ForgivesALetterInALongWordOnly) {
  EXPECT_EQ(Similarity("deliveri", "deliveri"), 1);
  EXPECT_GT(Similarity("deliveri", "delivri"), 0.8);
  EXPECT_GT(Similarity("холодильник", "холадилник"), 0);
  EXPECT_EQ(Similarity("price", "prize"), 0);
  EXPECT_EQ(Similarity("number", "lumber"), 0);
  EXPECT_EQ(Similarity("refund", "refuse"), 0);
}

}  // namespace
}  // namespace dialix::analysis
