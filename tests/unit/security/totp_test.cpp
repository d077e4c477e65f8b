#include "security/totp.h"

#include <gtest/gtest.h>

#include <set>

namespace dialix::security {
namespace {

const std::string kSecret = "12345678901234567890";  // of RFC 4226 appendix D and RFC 6238 appendix B

TEST(TotpCode, GivesTheVectorsOfRfc6238) {
  const std::pair<std::int64_t, const char*> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [time, code] : vectors) EXPECT_EQ(TotpCode(kSecret, time / 30, 8), code) << time;
}

TEST(TotpCode, GivesTheVectorsOfRfc4226) {
  const char* codes[] = {"755224", "287082", "359152", "969429", "338314",
                         "254676", "287922", "162583", "399871", "520489"};
  for (std::int64_t step = 0; step < 10; ++step) EXPECT_EQ(TotpCode(kSecret, step), codes[step]) << step;
}

TEST(MatchTotp, TakesTheStepBeforeAndTheOneAfterAndNoOther) {
  constexpr std::int64_t kNow = 1234567890;
  constexpr std::int64_t kStep = kNow / 30;
  for (std::int64_t off = -3; off <= 3; ++off) {
    const auto matched = MatchTotp(kSecret, TotpCode(kSecret, kStep + off), kNow, 0);
    if (off >= -1 && off <= 1) {
      EXPECT_EQ(matched, kStep + off) << off;
    } else {
      EXPECT_FALSE(matched) << off;
    }
  }
}

TEST(MatchTotp, TakesNoCodeOfAStepThatWasTaken) {
  constexpr std::int64_t kNow = 1234567890;
  constexpr std::int64_t kStep = kNow / 30;
  EXPECT_FALSE(MatchTotp(kSecret, TotpCode(kSecret, kStep), kNow, kStep));
  EXPECT_FALSE(MatchTotp(kSecret, TotpCode(kSecret, kStep - 1), kNow, kStep));
  EXPECT_EQ(MatchTotp(kSecret, TotpCode(kSecret, kStep + 1), kNow, kStep), kStep + 1);
}

TEST(MatchTotp, TakesNothingElse) {
  for (const char* typed : {"", "0", "00592", "0059244", " 005924", "89005924", "x05924"}) {
    EXPECT_FALSE(MatchTotp(kSecret, typed, 1234567890, 0)) << typed;
  }
  EXPECT_TRUE(MatchTotp(kSecret, "005924", 1234567890, 0));
}

TEST(ToBase32, GivesTheVectorsOfRfc4648WithoutPadding) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "MY"},
                                                         {"fo", "MZXQ"},
                                                         {"foo", "MZXW6"},
                                                         {"foob", "MZXW6YQ"},
                                                         {"fooba", "MZXW6YTB"},
                                                         {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : vectors) EXPECT_EQ(ToBase32(bytes), text);
  EXPECT_EQ(ToBase32(kSecret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

TEST(TotpUri, EscapesWhoseItIs) {
  EXPECT_EQ(
      TotpUri(kSecret, "a b+c@example.uz"),
      "otpauth://totp/Dialix:a%20b%2Bc%40example.uz?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Dialix"
      "&algorithm=SHA1&digits=6&period=30");
}

TEST(NewTotpSecret, Has160BitsThatDoNotRepeat) {
  EXPECT_EQ(NewTotpSecret().size(), 20U);
  EXPECT_NE(NewTotpSecret(), NewTotpSecret());
}

TEST(RecoveryCode, IsTheSameHoweverItIsTyped) {
  const auto hash = HashRecoveryCode("abcd-efgh-ijkl-mn27");
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->size(), 32U);
  for (const char* typed : {"ABCD-EFGH-IJKL-MN27", "abcdefghijklmn27", " abcd efgh ijkl mn27 "}) {
    EXPECT_EQ(HashRecoveryCode(typed), hash) << typed;
  }
  EXPECT_NE(HashRecoveryCode("abcd-efgh-ijkl-mn26"), hash);
  for (const char* typed :
       {"", "123456", "abcd-efgh-ijkl-mn2", "abcd-efgh-ijkl-mn277", "abcd-efgh-ijkl-mn28"}) {
    EXPECT_FALSE(HashRecoveryCode(typed)) << typed;
  }
}

TEST(RecoveryCode, MadeOnesDifferAndCanBeTyped) {
  std::set<std::string> codes;
  for (int i = 0; i < 100; ++i) {
    const std::string code = NewRecoveryCode();
    EXPECT_EQ(code.size(), 19U);
    EXPECT_TRUE(HashRecoveryCode(code)) << code;
    codes.insert(code);
  }
  EXPECT_EQ(codes.size(), 100U);
}

}  // namespace
}  // namespace dialix::security
