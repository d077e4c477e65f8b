#include "security/device_cookie.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "base/text.h"

namespace dialix::security {
namespace {

using namespace std::chrono_literals;

constexpr const char* kKey = "a key that is long enough to be one, at least";
constexpr const char* kOtherKey = "another key that is long enough to be one, too";
constexpr int kMaxAge = 3600;
const TimePoint kNow{1'800'000'000'123ms};

KeyRing Keys() { return *KeyRing::Make(kKey, {}); }

TEST(DeviceCookie, IsReadByWhoMadeItForTheNameItWasMadeFor) {
  const std::string cookie = NewDeviceCookie(Keys(), "Dilnoza@Example.uz", kNow);
  const auto device = ReadDeviceCookie(Keys(), cookie, "dilnoza@example.UZ", kNow + 1min, kMaxAge);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->issued_at, kNow);
  EXPECT_EQ(device->id.size(), 32U);
  EXPECT_FALSE(ReadDeviceCookie(Keys(), cookie, "dilnoza@example.u", kNow, kMaxAge));
  EXPECT_FALSE(ReadDeviceCookie(Keys(), cookie, "", kNow, kMaxAge));
}

TEST(DeviceCookie, NamesADeviceOfItsOwnEachTimeAndNobodysName) {
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    const std::string cookie = NewDeviceCookie(Keys(), "somebody@example.uz", kNow);
    ids.insert(ReadDeviceCookie(Keys(), cookie, "somebody@example.uz", kNow, kMaxAge)->id);
    EXPECT_EQ(FromBase64Url(cookie)->find("somebody"), std::string::npos);
  }
  EXPECT_EQ(ids.size(), 20U);
}

TEST(DeviceCookie, EndsAfterItsTimeAndIsNotOfTheFuture) {
  const std::string cookie = NewDeviceCookie(Keys(), "a@example.uz", kNow);
  EXPECT_TRUE(ReadDeviceCookie(Keys(), cookie, "a@example.uz", kNow + 3600s, kMaxAge));
  EXPECT_FALSE(ReadDeviceCookie(Keys(), cookie, "a@example.uz", kNow + 3600s + 1ms, kMaxAge));
  EXPECT_TRUE(ReadDeviceCookie(Keys(), cookie, "a@example.uz", kNow - 1min, kMaxAge));
  EXPECT_FALSE(ReadDeviceCookie(Keys(), cookie, "a@example.uz", kNow - 1min - 1ms, kMaxAge));
}

TEST(DeviceCookie, WithAnyBitChangedIsNone) {
  const std::string cookie = NewDeviceCookie(Keys(), "a@example.uz", kNow);
  const std::string bytes = *FromBase64Url(cookie);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(ReadDeviceCookie(Keys(), ToBase64Url(changed), "a@example.uz", kNow, kMaxAge)) << i;
    }
  }
}

TEST(DeviceCookie, OfAnotherLengthOrAlphabetIsNone) {
  const std::string cookie = NewDeviceCookie(Keys(), "a@example.uz", kNow);
  for (const std::string& text :
       {std::string(), std::string("x"), cookie.substr(1), cookie.substr(0, cookie.size() - 1), cookie + "A",
        cookie + cookie, " " + cookie, cookie + ".", std::string(100'000, 'A'), std::string(76, '\0')}) {
    EXPECT_FALSE(ReadDeviceCookie(Keys(), text, "a@example.uz", kNow, kMaxAge)) << text.size();
  }
}

// A name cannot borrow bytes of what stands before it: everything before it has a fixed length.
TEST(DeviceCookie, OfOneNameIsNoneOfALongerOne) {
  const std::string cookie = NewDeviceCookie(Keys(), "a@example.uz", kNow);
  const std::string bytes = *FromBase64Url(cookie);
  for (std::size_t i = 0; i < 25; ++i) {
    const std::string name = bytes.substr(25 - i, i) + "a@example.uz";
    if (i > 0) {
      EXPECT_FALSE(ReadDeviceCookie(Keys(), cookie, name, kNow, kMaxAge));
    }
  }
}

TEST(DeviceCookie, IsGoodWhileTheRingHasItsKey) {
  const std::string cookie = NewDeviceCookie(Keys(), "a@example.uz", kNow);
  EXPECT_TRUE(ReadDeviceCookie(*KeyRing::Make(kOtherKey, {kKey}), cookie, "a@example.uz", kNow, kMaxAge));
  EXPECT_FALSE(ReadDeviceCookie(*KeyRing::Make(kOtherKey, {}), cookie, "a@example.uz", kNow, kMaxAge));
}

}  // namespace
}  // namespace dialix::security
