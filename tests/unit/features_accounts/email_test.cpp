#include "features/accounts/email.h"

#include <gtest/gtest.h>

#include <string>

namespace dialix::features::accounts {
namespace {

TEST(Email, AcceptsWhatPeopleHave) {
  for (const char* text : {"a@b", "dilnoza.karimova@registon.uz", "qa+dialix@sub.example.co.uk",
                           "o'neil@x-y.org", "1@2.3", "admin@dialix.local"}) {
    EXPECT_TRUE(IsEmail(text)) << text;
  }
}

TEST(Email, RefusesWhatIsNone) {
  for (const char* text : {"", "@", "a", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a@-b", "a@b-", "a@b..c",
                           "a@.b", "a@b.", "a@b_c", "a\n@b", "имя@b", "a@имя", "<a@b>", "a,b@c"}) {
    EXPECT_FALSE(IsEmail(text)) << text;
  }
}

TEST(Email, KeepsToTheLengthsOfTheStandards) {
  EXPECT_TRUE(IsEmail(std::string(64, 'a') + "@b"));
  EXPECT_FALSE(IsEmail(std::string(65, 'a') + "@b"));
  EXPECT_TRUE(IsEmail("a@" + std::string(63, 'b')));
  EXPECT_FALSE(IsEmail("a@" + std::string(64, 'b')));
  std::string longest = "a@" + std::string(60, 'b');
  while (longest.size() + 61 <= 254) longest += "." + std::string(60, 'b');
  longest += "." + std::string(254 - longest.size() - 1, 'c');
  ASSERT_EQ(longest.size(), 254U);
  EXPECT_TRUE(IsEmail(longest));
  EXPECT_FALSE(IsEmail(longest + "c"));
}

}  // namespace
}  // namespace dialix::features::accounts
