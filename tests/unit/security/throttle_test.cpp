#include "security/throttle.h"

#include <gtest/gtest.h>

namespace dialix::security {
namespace {

TEST(NetworkOf, IsAnIpv4AddressItself) {
  EXPECT_EQ(NetworkOf("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(NetworkOf("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_NE(NetworkOf("192.0.2.7"), NetworkOf("192.0.2.8"));
}

TEST(NetworkOf, IsTheSlash64OfAnIpv6Address) {
  EXPECT_EQ(NetworkOf("2001:db8:1:2::1"), "2001:db8:1:2::/64");
  EXPECT_EQ(NetworkOf("2001:DB8:1:2:ffff:ffff:ffff:ffff"), "2001:db8:1:2::/64");
  EXPECT_NE(NetworkOf("2001:db8:1:3::1"), NetworkOf("2001:db8:1:2::1"));
  EXPECT_EQ(NetworkOf("::1"), "::/64");
}

TEST(NetworkOf, IsOneForWhateverIsNoAddress) {
  for (const char* text : {"", "unix:", "localhost", "192.0.2", "192.0.2.7:80", "[::1]", "fe80::1%eth0"}) {
    EXPECT_EQ(NetworkOf(text), "unknown") << text;
  }
}

}  // namespace
}  // namespace dialix::security
