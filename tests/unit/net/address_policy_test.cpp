#include "net/address_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_client.h"
#include "provider_process.h"

namespace dialix::net {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kPath[] = "/v1/chat/completions";

bool Public(const char* text) { return IsPublic(*IpAddress::Parse(text)); }

AddressPolicy Policy(std::initializer_list<const char*> allowed = {}, bool http = false) {
  std::vector<Cidr> blocks;
  for (const char* text : allowed) blocks.push_back(*Cidr::Parse(text));
  return {std::move(blocks), http};
}

TEST(IsPublic, RefusesEveryBlockThatIsNotThePublicInternet) {
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.100.100.200",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.254",
                              "168.63.129.16",
                              "169.254.169.254",
                              "169.254.0.1",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.192",
                              "192.0.2.1",
                              "192.88.99.1",
                              "192.168.0.1",
                              "192.168.255.255",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "239.255.255.255",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:127.0.0.1",
                              "::ffff:8.8.8.8",
                              "::127.0.0.1",
                              "::8.8.8.8",
                              "64:ff9b::127.0.0.1",
                              "64:ff9b::10.0.0.1",
                              "64:ff9b::169.254.169.254",
                              "64:ff9b:1::8.8.8.8",
                              "100::1",
                              "2001::1",
                              "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                              "2001:db8::1",
                              "2002:7f00:1::1",
                              "2002:a00:1::1",
                              "2002:808:808::1",
                              "3fff::1",
                              "fc00::1",
                              "fd00:ec2::254",
                              "fdff::1",
                              "fe80::1",
                              "febf::1",
                              "fec0::1",
                              "ff02::1",
                              "4000::1"})
    EXPECT_FALSE(Public(address)) << address;
}

TEST(IsPublic, LetsThePublicInternetPass) {
  for (const char* address :
       {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255",
        "128.0.0.1", "172.15.255.255", "172.32.0.1", "192.167.255.255", "192.169.0.1", "198.17.255.255",
        "198.20.0.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "2400:cb00::1",
        "64:ff9b::8.8.8.8"})
    EXPECT_TRUE(Public(address)) << address;
}

TEST(Cidr, ReadsBlocksAndRefusesWhatIsNone) {
  EXPECT_TRUE(Cidr::Parse("10.1.2.0/24")->Contains(*IpAddress::Parse("10.1.2.255")));
  EXPECT_FALSE(Cidr::Parse("10.1.2.0/24")->Contains(*IpAddress::Parse("10.1.3.0")));
  EXPECT_TRUE(Cidr::Parse("10.1.2.3")->Contains(*IpAddress::Parse("10.1.2.3")));
  EXPECT_FALSE(Cidr::Parse("10.1.2.3")->Contains(*IpAddress::Parse("10.1.2.2")));
  EXPECT_TRUE(Cidr::Parse("10.1.2.128/25")->Contains(*IpAddress::Parse("10.1.2.200")));
  EXPECT_FALSE(Cidr::Parse("10.1.2.128/25")->Contains(*IpAddress::Parse("10.1.2.100")));
  EXPECT_TRUE(Cidr::Parse("0.0.0.0/0")->Contains(*IpAddress::Parse("8.8.8.8")));
  EXPECT_FALSE(Cidr::Parse("0.0.0.0/0")->Contains(*IpAddress::Parse("::ffff:8.8.8.8")));
  EXPECT_TRUE(Cidr::Parse("fd00::/8")->Contains(*IpAddress::Parse("fdab::1")));
  for (const char* text : {"", "10.1.2.3/24", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0",
                           "10.0.0.0/8/8", "fd00::1/8", "::/129", "localhost", "010.0.0.1"})
    EXPECT_FALSE(Cidr::Parse(text)) << text;
}

TEST(AddressPolicy, AllowsOnlyHttpsOnTheUsualPortsToPublicAddresses) {
  const IpAddress out = *IpAddress::Parse("8.8.8.8");
  EXPECT_TRUE(Policy().MayConnect(out, {true, 443}));
  EXPECT_TRUE(Policy().MayConnect(out, {true, 8443}));
  for (const int port : {22, 25, 80, 5432, 6379, 8080})
    EXPECT_FALSE(Policy().MayConnect(out, {true, port})) << port;
  EXPECT_FALSE(Policy({}, true).MayConnect(out, {false, 443})) << "http goes to allowed blocks only";
}

TEST(AddressPolicy, AllowsTheBlocksOfItsListAndNoOthers) {
  const AddressPolicy policy = Policy({"10.1.2.0/24"});
  EXPECT_TRUE(policy.MayConnect(*IpAddress::Parse("10.1.2.3"), {true, 5061}));
  EXPECT_FALSE(policy.MayConnect(*IpAddress::Parse("10.1.2.3"), {false, 80}));
  EXPECT_FALSE(policy.MayConnect(*IpAddress::Parse("10.1.3.3"), {true, 443}));
  EXPECT_TRUE(Policy({"10.1.2.0/24"}, true).MayConnect(*IpAddress::Parse("10.1.2.3"), {false, 80}));
}

TEST(AddressPolicy, SaysOfAUrlWhatIsWrongBeforeItIsUsed) {
  for (const char* url : {"https://example.org/hook?a=b", "https://example.org:8443/", "https://8.8.8.8/"})
    EXPECT_TRUE(Policy().CheckUrl(url).ok()) << url;
  for (const char* url : {"",
                          "example.org",
                          "http://example.org/",
                          "ftp://example.org/",
                          "file:///etc/passwd",
                          "gopher://example.org/",
                          "https://user@example.org/",
                          "https://user:word@example.org/",
                          "https://example.org:22/",
                          "https://127.0.0.1/",
                          "https://2130706433/",
                          "https://0x7f000001/",
                          "https://0177.0.0.1/",
                          "https://127.1/",
                          "https://[::1]/",
                          "https://[::ffff:127.0.0.1]/",
                          "https://169.254.169.254/latest/meta-data/",
                          "https://10.0.0.1/",

                          "https://exa mple.org/",
                          "https://example.org/\r\nX: y"})
    EXPECT_FALSE(Policy().CheckUrl(url).ok()) << url;
}

// What the client does with an address is tried against a real server on this machine.
class GuardedClientTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { provider_ = new tests::ProviderProcess; }
  static void TearDownTestSuite() {
    delete provider_;
    provider_ = nullptr;
  }
  void SetUp() override { provider_->Reset(); }

  static HttpRequest Post(const std::string& host) {
    HttpRequest request;
    request.method = "POST";
    request.url = "http://" + host + ":" + std::to_string(provider_->Port()) + kPath;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = R"({"model":"m","messages":[]})";
    return request;
  }
  static std::string Slug(const HttpClient& client, const HttpRequest& request) {
    const auto response = client.Send(request);
    return response ? "connected" : response.error().slug;
  }
  static tests::ProviderProcess* provider_;
};
tests::ProviderProcess* GuardedClientTest::provider_ = nullptr;

TEST_F(GuardedClientTest, ReachesAnAddressOfTheAllowList) {
  const HttpClient client(Policy({"127.0.0.1"}, true));
  EXPECT_EQ(Slug(client, Post("127.0.0.1")), "connected");
}

TEST_F(GuardedClientTest, SsrfToPrivateRangesIsRefusedHoweverTheAddressIsWritten) {
  const HttpClient client(Policy({"127.0.0.2"}, true));
  for (const char* host : {"127.0.0.1", "2130706433", "0x7f.0.0.1", "0177.1", "127.1", "localhost", "0.0.0.0",
                           "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"})
    EXPECT_EQ(Slug(client, Post(host)), "address_not_allowed") << host;
  EXPECT_EQ(provider_->Requests().Root().Size(), 0U);
}

TEST_F(GuardedClientTest, SsrfByANameThatResolvesToTheInsideIsRefusedAtTheSocket) {
  const HttpClient client(Policy({"127.0.0.2"}, true));
  HttpRequest request = Post("inside.example");
  request.resolve = {"inside.example:" + std::to_string(provider_->Port()) + ":127.0.0.1"};
  EXPECT_EQ(Slug(client, request), "address_not_allowed");
  EXPECT_EQ(provider_->Requests().Root().Size(), 0U);
}

TEST_F(GuardedClientTest, SsrfByDnsRebindingIsRefused) {
  // The name is good when it is first used, and leads elsewhere the second time.
  const HttpClient client(Policy({"127.0.0.1"}, true));
  HttpRequest request = Post("rebind.example");
  const std::string name = "rebind.example:" + std::to_string(provider_->Port());
  request.resolve = {name + ":127.0.0.1"};
  EXPECT_EQ(Slug(client, request), "connected");
  request.resolve = {name + ":127.0.0.2"};
  EXPECT_EQ(Slug(client, request), "address_not_allowed");
  EXPECT_EQ(provider_->Requests().Root().Size(), 1U);
}

TEST_F(GuardedClientTest, SsrfByARedirectIsNotFollowed) {
  const HttpClient client(Policy({"127.0.0.1"}, true));
  const std::string inside = "http://127.0.0.1:" + std::to_string(provider_->Port()) + "/v1/inside";
  provider_->Script(kPath, R"([{"mode":"status","status":302,"headers":{"Location":")" + inside + R"("}}])");
  const auto response = client.Send(Post("127.0.0.1"));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(provider_->Requests().Root().Size(), 1U);
}

TEST_F(GuardedClientTest, SsrfThroughAProxyOfTheEnvironmentIsNotPossible) {
  const std::string proxy = "http://127.0.0.1:" + std::to_string(provider_->Port());
  for (const char* name : {"http_proxy", "all_proxy"}) setenv(name, proxy.c_str(), 1);
  const HttpClient client(Policy({"127.0.0.1"}, true));
  HttpRequest request = Post("inside.example");
  request.resolve = {"inside.example:" + std::to_string(provider_->Port()) + ":127.0.0.2"};
  EXPECT_EQ(Slug(client, request), "address_not_allowed");
  for (const char* name : {"http_proxy", "all_proxy"}) unsetenv(name);
  EXPECT_EQ(provider_->Requests().Root().Size(), 0U);
}

TEST_F(GuardedClientTest, ReachesNoUnixSocket) {
  const HttpClient client(Policy({"127.0.0.1"}, true));
  HttpRequest request = Post("127.0.0.1");
  request.unix_socket = "/run/dialix/fcgi.sock";
  EXPECT_EQ(Slug(client, request), "address_not_allowed");
}

TEST_F(GuardedClientTest, TellsTheHostAndNothingElseOfTheAddress) {
  const HttpClient client(Policy());
  HttpRequest request;
  request.url = "https://localhost/rest/1/s3cret-in-the-path/";
  const auto response = client.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().slug, "address_not_allowed");
  EXPECT_THAT(response.error().public_message, HasSubstr("localhost"));
  for (const std::string& text : {response.error().public_message, response.error().internal_detail})
    EXPECT_THAT(text, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace dialix::net
