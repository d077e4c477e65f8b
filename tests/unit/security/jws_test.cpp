#include "security/jws.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "security/ed25519.h"

namespace dialix::security {
namespace {

// RFC 8037, appendix A.
const std::string kSeed = *FromBase64Url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
const std::string kPublic = *FromBase64Url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
constexpr std::string_view kSigned = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view kSignature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

TEST(Ed25519, GivesTheKeyAndTheSignatureOfRfc8037) {
  EXPECT_EQ(Ed25519PublicKey(kSeed), kPublic);
  EXPECT_EQ(ToBase64Url(Ed25519Sign(kSeed, kSigned)), kSignature);
  EXPECT_TRUE(Ed25519Verify(kPublic, kSigned, *FromBase64Url(kSignature)));
  EXPECT_FALSE(Ed25519Verify(kPublic, std::string(kSigned) + "x", *FromBase64Url(kSignature)));
  EXPECT_FALSE(Ed25519Verify(kPublic, kSigned, ""));
}

TEST(Jws, ReadsTheDocumentOfRfc8037) {
  const auto payload = VerifyJws(std::string(kSigned) + "." + std::string(kSignature), {{"any", kPublic}});
  ASSERT_TRUE(payload.ok());
  EXPECT_EQ(*payload, "Example of Ed25519 signing");
}

TEST(Jws, TakesItsOwnAndNoOther) {
  const std::string compact = SignJws(kSeed, "k1", "test", R"({"a":1})");
  EXPECT_EQ(*VerifyJws(compact, {{"k0", std::string(32, 'x')}, {"k1", kPublic}}), R"({"a":1})");
  EXPECT_FALSE(VerifyJws(compact, {{"k2", kPublic}}).ok()) << "another key's name";
  EXPECT_FALSE(VerifyJws(compact, {{"k1", Ed25519PublicKey(std::string(32, 's'))}}).ok());
  const auto dot = compact.find('.');
  const std::string other_payload =
      compact.substr(0, dot + 1) + ToBase64Url(R"({"a":2})") + compact.substr(compact.rfind('.'));
  EXPECT_FALSE(VerifyJws(other_payload, {{"k1", kPublic}}).ok());
  const std::string none = ToBase64Url(R"({"alg":"none"})") + compact.substr(dot);
  EXPECT_FALSE(VerifyJws(none, {{"k1", kPublic}}).ok());
  for (const char* text : {"", ".", "..", "a.b.c", "a.b", "a.b.c.d"}) {
    EXPECT_FALSE(VerifyJws(text, {{"k1", kPublic}}).ok()) << text;
  }
}

TEST(Jwks, IsReadAsItIsWritten) {
  const auto keys = ReadJwks(WriteJwks({{"k1", kPublic}, {"k2", std::string(32, 'x')}}));
  ASSERT_TRUE(keys.ok());
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ((*keys)[0].id, "k1");
  EXPECT_EQ((*keys)[0].public_key, kPublic);
  EXPECT_FALSE(ReadJwks(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}]})").ok());
  EXPECT_FALSE(ReadJwks("{}").ok());
}

}  // namespace
}  // namespace dialix::security
