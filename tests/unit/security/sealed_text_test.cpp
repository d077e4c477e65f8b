#include "security/sealed_text.h"

#include <gtest/gtest.h>

namespace dialix::security {
namespace {

EncryptionService Service(char key = 'k') {
  return EncryptionService(*KeyRing::Make(std::string(32, key), {}));
}

TEST(OpenSealed, GivesTheMemberItsNameAndItsText) {
  const auto service = Service();
  const std::string text = "says \"hi\"\n\\ and O\xCA\xBBzbek";
  const auto opened = OpenSealed(service, R"({"id" : 1, "summary_sealed" : ")" + service.Encrypt(text) +
                                              R"(", "segments_sealed_json" : ")" +
                                              service.Encrypt("[{\"text\":\"hi\"}]") + R"("})");
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(*opened,
            "{\"id\" : 1, \"summary\" : \"says \\\"hi\\\"\\n\\\\ and O\xCA\xBBzbek\", \"segments\" : "
            "[{\"text\":\"hi\"}]}");
}

TEST(OpenSealed, LeavesWhatIsNotSealedAsItIs) {
  const std::string json = R"({"summary" : "x", "title" : "_sealed", "other" : null})";
  EXPECT_EQ(*OpenSealed(Service(), json), json);
}

TEST(OpenSealed, TakesNoTextOfAUsersForASealedMember) {
  // A title that holds a stolen token, written as the JSON of it is.
  const auto service = Service();
  const std::string json = R"({"title" : "\"summary_sealed\" : \")" + service.Encrypt("secret") +
                           R"(\"", "note" : "_sealed", "x" : "y"})";
  EXPECT_EQ(*OpenSealed(service, json), json);
}

TEST(OpenSealed, FailsRatherThanShowAToken) {
  const auto opened =
      OpenSealed(Service('a'), R"({"quote_sealed" : ")" + Service('b').Encrypt("x") + R"("})");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().slug, "undecryptable");
}

}  // namespace
}  // namespace dialix::security
