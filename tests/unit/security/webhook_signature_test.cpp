#include "security/webhook_signature.h"

#include <gtest/gtest.h>

#include <set>

namespace dialix::security {
namespace {

constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char kId[] = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kTime = 1614265330;
constexpr char kBody[] = R"({"test": 2432232314})";

// The example of the specification's libraries (https://www.standardwebhooks.com).
TEST(WebhookSignature, IsTheSpecifications) {
  EXPECT_EQ(SignWebhook(kSecret, kId, kTime, kBody), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, ChangesWithWhateverItSigns) {
  std::set<std::string> made = {SignWebhook(kSecret, kId, kTime, kBody),
                                SignWebhook(kSecret, kId, kTime + 1, kBody),
                                SignWebhook(kSecret, std::string(kId) + "x", kTime, kBody),
                                SignWebhook(kSecret, kId, kTime, std::string(kBody) + " "),
                                SignWebhook(kSecret, kId, kTime, ""),
                                SignWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx", kId, kTime, kBody),
                                SignWebhook(NewWebhookSecret(), kId, kTime, kBody)};
  EXPECT_EQ(made.size(), 7U);
}

TEST(WebhookSignature, OfASecretOfOursIsTheSameEachTime) {
  const std::string secret = NewWebhookSecret();
  EXPECT_EQ(secret.rfind("whsec_", 0), 0U);
  EXPECT_EQ(secret.size(), 6U + 44U);  // base64 of 32 bytes
  EXPECT_NE(secret, NewWebhookSecret());
  EXPECT_EQ(SignWebhook(secret, kId, kTime, kBody), SignWebhook(secret, kId, kTime, kBody));
}

// No key at all is still a key to HMAC: what is no secret must not sign like nothing.
TEST(WebhookSignature, TakesTheWholeSecret) {
  EXPECT_NE(SignWebhook("whsec_AAAA", kId, kTime, kBody), SignWebhook("whsec_AAAAAQ==", kId, kTime, kBody));
}

}  // namespace
}  // namespace dialix::security
