#include "security/password_rules.h"

#include <gtest/gtest.h>

namespace dialix::security {
namespace {

TEST(PasswordComplaint, AsksForTwelveCharactersNotTwelveBytes) {
  EXPECT_NE(PasswordComplaint("vkz8-pluq-3t"), "must have at least 12 characters");
  EXPECT_EQ(PasswordComplaint("vkz8-pluq-3"), "must have at least 12 characters");
  EXPECT_EQ(PasswordComplaint("синий-чайник"), "");                                // 12 characters, 23 bytes
  EXPECT_NE(PasswordComplaint("синий-чайни"), "");                                 // 11 characters, 21 bytes
  EXPECT_NE(PasswordComplaint("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"), "");  // six letters in form NFC
}

TEST(PasswordComplaint, TakesLongOnesAndAnyPrintableCharacter) {
  EXPECT_EQ(PasswordComplaint("tovuq 🐔 ko‘prik ostida uxlaydi"), "");
  std::string long_one;
  while (long_one.size() < 128) long_one += "pine 7 over moss ";
  EXPECT_EQ(PasswordComplaint(long_one.substr(0, 64)), "");
  EXPECT_EQ(PasswordComplaint(long_one.substr(0, 128)), "");
  EXPECT_EQ(PasswordComplaint(long_one.substr(0, 128) + "x"), "must have at most 128 characters");
  EXPECT_EQ(PasswordComplaint("quiet river\nkettle"), "must not have control characters");
  EXPECT_EQ(PasswordComplaint("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "must be valid UTF-8");
}

TEST(PasswordComplaint, AsksForNoComposition) {
  EXPECT_EQ(PasswordComplaint("quiet river kettle"), "");
  EXPECT_EQ(PasswordComplaint("902847561038472"), "");
}

class Weak : public testing::TestWithParam<const char*> {};
TEST_P(Weak, IsRefused) {
  EXPECT_NE(PasswordComplaint(GetParam()).find("too easy to guess"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(CommonAndBreached, Weak,
                         testing::Values("password1234", "passwordpassword", "P@ssw0rd2024!", "qwertyuiop123",
                                         "qwertyuiop[]", "123456789012", "1q2w3e4r5t6y", "1qaz2wsx3edc",
                                         "iloveyou1234", "welcome12345", "administrator", "aaaaaaaaaaaa",
                                         "abcdefghijkl", "Dialix2026!!", "Samarkand2024"));
INSTANTIATE_TEST_SUITE_P(RussianKeyboard, Weak,
                         testing::Values("пароль123456", "йцукенгшщзхъ", "ПАРОЛЬПАРОЛЬ", "фывапролджэ1"));

TEST(PasswordComplaint, KnowsWhoseItIs) {
  const std::vector<std::string> about = {"dilnoza.karimova@mebel.uz", "Dilnoza Karimova", "Mebel Dunyosi"};
  for (const char* password :
       {"dilnozakarimova", "Karimova-Dilnoza-1", "mebel dunyosi 2026", "D1ln0za.Mebel"}) {
    EXPECT_EQ(PasswordComplaint(password), "") << "without knowing: " << password;
    EXPECT_NE(PasswordComplaint(password, about), "") << password;
  }
  EXPECT_EQ(PasswordComplaint("quiet river kettle", about), "");
  EXPECT_NE(PasswordComplaint("Дилноза-1990", {"Дилноза Каримова"}), "");
}

}  // namespace
}  // namespace dialix::security
