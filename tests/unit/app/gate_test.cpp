#include "app/gate.h"

#include <gtest/gtest.h>

#include "app/worker.h"

namespace dialix::app {
namespace {

http::Request From(std::map<std::string, std::string, std::less<>> headers) {
  http::Request request;
  request.method = http::Method::kPost;
  request.host = "dialix.example:8443";
  request.headers = std::move(headers);
  return request;
}

TEST(SameOrigin, GoesByOriginFirst) {
  EXPECT_TRUE(IsSameOrigin(From({{"origin", "https://dialix.example:8443"}}), false));
  EXPECT_TRUE(IsSameOrigin(From({{"origin", "https://DIALIX.example:8443"}}), false));
  for (const char* origin :
       {"https://evil.example", "null", "https://dialix.example", "https://dialix.example:8443.evil.example",
        "https://evil.example/dialix.example:8443", "dialix.example:8443"}) {
    EXPECT_FALSE(IsSameOrigin(From({{"origin", origin}, {"sec-fetch-site", "same-origin"}}), true)) << origin;
  }
}

TEST(SameOrigin, ThenByFetchMetadataThenByReferer) {
  EXPECT_TRUE(IsSameOrigin(From({{"sec-fetch-site", "same-origin"}}), false));
  EXPECT_FALSE(IsSameOrigin(From({{"sec-fetch-site", "cross-site"}}), true));
  EXPECT_FALSE(IsSameOrigin(From({{"sec-fetch-site", "none"}}), true));
  EXPECT_TRUE(IsSameOrigin(From({{"referer", "https://dialix.example:8443/calls?x=1"}}), false));
  EXPECT_FALSE(IsSameOrigin(From({{"referer", "https://evil.example/?dialix.example:8443"}}), true));
}

TEST(SameOrigin, WithoutAnyHeaderOnlyANonBrowserMayPass) {
  EXPECT_FALSE(IsSameOrigin(From({}), false));
  EXPECT_TRUE(IsSameOrigin(From({}), true));
}

TEST(Routes, AreUniqueAndOnlyTheKnownOnesArePublic) {
  const Routes routes = Routes::Make();
  EXPECT_GT(routes.endpoints.size(), 20U);
  std::vector<std::string> open;
  for (const auto& endpoint : routes.endpoints) {
    if (endpoint.access.kind == features::Access::Kind::kPublic) open.push_back(endpoint.pattern);
  }
  EXPECT_EQ(open,
            (std::vector<std::string>{"/health", "/health/detailed", "/metrics", "/api/v1/auth/login"}));
}

}  // namespace
}  // namespace dialix::app
