#include "security/fernet.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "base/text.h"
#include "base/uuid.h"

namespace dialix::security {
namespace {

// generate.json, verify.json and invalid.json of https://github.com/fernet/spec.
constexpr const char* kSecret = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
constexpr const char* kToken =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
constexpr const char* kGenerated = "1985-10-26T01:20:00-07:00";
constexpr const char* kVerified = "1985-10-26T01:20:01-07:00";

struct Refused {
  const char* description;
  const char* token;
  const char* now;
};
constexpr Refused kRefused[] = {
    {"incorrect mac",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
     kVerified},
    {"too short", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==", kVerified},
    {"invalid base64",
     "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
     kVerified},
    {"payload size not multiple of block size",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
     kVerified},
    {"payload padding error",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
     kVerified},
    {"far-future TS (unacceptable clock skew)",
     "gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==",
     kVerified},
    {"expired TTL",
     "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
     "1985-10-26T01:21:31-07:00"},
    {"incorrect IV (causes padding error)",
     "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==",
     kVerified},
    {"trailing characters after b64 padding",
     "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="
     "trailingdata",
     kVerified},
    {"invalid characters in b64",
     "*gAAAAAAdwJ6wAAECAwQFBgcI!CQoLDA0ODy021?cpGVWKZ_eEwC@GM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA="
     "=",
     kVerified},
    {"invalid non-urlsafe characters in b64",
     "gAAAAAAdwJ6wAAEC/"
     "AwQFBgcICQoLDA0ODy+021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
     kVerified},
};

Fernet::Age AgeAt(const char* now) { return {*ParseUtc(now), std::chrono::seconds(60)}; }

TEST(Fernet, GeneratesTheTokenOfTheSpecification) {
  Fernet::Iv iv;
  std::iota(iv.begin(), iv.end(), static_cast<unsigned char>(0));
  EXPECT_EQ(Fernet::FromText(kSecret)->EncryptAt("hello", *ParseUtc(kGenerated), iv), kToken);
}

TEST(Fernet, VerifiesTheTokenOfTheSpecification) {
  EXPECT_EQ(Fernet::FromText(kSecret)->Decrypt(kToken, AgeAt(kVerified)), "hello");
}

TEST(Fernet, RefusesEveryInvalidTokenOfTheSpecification) {
  const auto fernet = Fernet::FromText(kSecret);
  for (const Refused& vector : kRefused)
    EXPECT_EQ(fernet->Decrypt(vector.token, AgeAt(vector.now)), std::nullopt) << vector.description;
}

TEST(Fernet, LooksAtTheAgeOnlyWhereItIsAsked) {
  const auto fernet = Fernet::FromText(kSecret);
  for (const Refused& vector : {kRefused[5], kRefused[6]})
    EXPECT_EQ(fernet->Decrypt(vector.token), "") << vector.description;
}

TEST(Fernet, OpensWhatItClosedWhateverItsLength) {
  const Fernet fernet(RandomBytes(32));
  for (const std::size_t length : {0U, 1U, 15U, 16U, 17U, 4096U, 1048577U}) {
    const std::string plain = RandomBytes(length);
    EXPECT_EQ(fernet.Decrypt(fernet.Encrypt(plain)), plain) << length;
  }
}

TEST(Fernet, NeverMakesTheSameTokenTwice) {
  const Fernet fernet(RandomBytes(32));
  EXPECT_NE(fernet.Encrypt("same"), fernet.Encrypt("same"));
}

TEST(Fernet, RefusesATokenWithAnyBitChanged) {
  const Fernet fernet(RandomBytes(32));
  const std::string bytes = *FromBase64Url(fernet.Encrypt("0123456789"));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string altered = bytes;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << bit % 8));
    std::string token = ToBase64Url(altered);
    token.append((4 - token.size() % 4) % 4, '=');
    EXPECT_EQ(fernet.Decrypt(token), std::nullopt) << bit;
    EXPECT_FALSE(fernet.Made(token)) << bit;
  }
}

TEST(Fernet, RefusesATokenOfAnotherKey) {
  const Fernet one(RandomBytes(32));
  const Fernet other(RandomBytes(32));
  EXPECT_EQ(other.Decrypt(one.Encrypt("x")), std::nullopt);
  EXPECT_FALSE(other.Made(one.Encrypt("x")));
  EXPECT_TRUE(one.Made(one.Encrypt("x")));
}

TEST(Fernet, ReadsBase64InOneWayOnly) {
  const Fernet fernet(std::string(32, 'k'));
  std::string token;  // one that ends in padding
  do {
    token = fernet.Encrypt("abc");
  } while (token.back() != '=');
  const std::string bare = token.substr(0, token.find('='));
  ASSERT_EQ(fernet.Decrypt(token), "abc");
  const std::vector<std::string> others = {bare,
                                           token + "=",
                                           token + "====",
                                           token + "\n",
                                           " " + token,
                                           "",
                                           "=",
                                           "====",
                                           bare.substr(0, bare.size() - 1) + "=" + bare.back() + "=",
                                           std::string(token.size(), '=')};
  for (const std::string& text : others) EXPECT_EQ(fernet.Decrypt(text), std::nullopt) << text;
  // The unused bits of the last character are zero: another character with the same used bits is refused.
  std::string stray = token;
  ++stray[bare.size() - 1];
  EXPECT_EQ(fernet.Decrypt(stray), std::nullopt);
}

TEST(Fernet, TakesAKeyOf32BytesOnly) {
  EXPECT_THROW(Fernet(std::string(31, 'k')), std::invalid_argument);
  EXPECT_THROW(Fernet(std::string(33, 'k')), std::invalid_argument);
  EXPECT_THROW(Fernet(""), std::invalid_argument);
  EXPECT_FALSE(Fernet::FromText("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4").ok());
  EXPECT_FALSE(Fernet::FromText("cw/0x689RpI+jtRR7oE8h/eQsKImvJapLeSbXpwF4e4=").ok());
}

}  // namespace
}  // namespace dialix::security
