#include "app/gate.h"

#include <gtest/gtest.h>

#include "app/worker.h"
#include "base/json.h"

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

TEST(SameOrigin, IsNobodysWithoutAHost) {
  for (const char* header : {"origin", "referer"}) {
    http::Request request = From({{header, "null"}});
    request.host.clear();
    EXPECT_FALSE(IsSameOrigin(request, true)) << header;
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
  EXPECT_EQ(open, (std::vector<std::string>{"/health", "/health/detailed", "/metrics", "/api/v1/auth/login",
                                            "/api/v1/auth/link", "/api/v1/auth/invitation",
                                            "/api/v1/auth/reset-password", "/api/v1/privacy/receipt-keys"}));
}

features::EndpointTable With(features::Endpoint endpoint) {
  features::EndpointTable table;
  table.push_back({http::Method::kGet, "/api/v1/things/{id}", features::Access::Authenticated(),
                   [](features::Call&) -> Result<http::Response> { return http::Response(); }});
  table.push_back(std::move(endpoint));
  return table;
}

TEST(Routes, ThatMustNotBeServedAreRefusedAtStart) {
  const features::Handler handler = [](features::Call&) -> Result<http::Response> {
    return http::Response();
  };
  const auto needs = [](security::Permission permission) { return features::Access::Needs(permission); };
  const auto view = needs(security::Permission::kViewRecords);
  EXPECT_NO_THROW(Routes::Of(With({http::Method::kPost, "/api/v1/things/{id}", view, handler})));
  EXPECT_THROW(Routes::Of(With({http::Method::kGet, "/api/v1/things/{id}", view, handler})),
               std::logic_error);
  EXPECT_THROW(Routes::Of(With({http::Method::kGet, "/api/v1/things/{name}", view, handler})),
               std::logic_error);
  EXPECT_THROW(Routes::Of(With({http::Method::kGet, "/other", view, nullptr})), std::logic_error);
  for (const std::uint32_t bits : {0U, 3U, 1U << 31}) {
    const auto access = needs(static_cast<security::Permission>(bits));
    EXPECT_THROW(Routes::Of(With({http::Method::kGet, "/other", access, handler})), std::logic_error) << bits;
  }
}

TEST(Routes, ArePrintedWithWhatTheyDemand) {
  const auto printed = JsonDocument::Parse(Routes::Make().ToJson());
  ASSERT_TRUE(printed.ok());
  const auto routes = printed->Root();
  EXPECT_EQ(routes.Size(), Routes::Make().endpoints.size());
  bool seen = false;
  for (std::size_t i = 0; i < routes.Size(); ++i) {
    const auto route = routes[i];
    if (route["pattern"].StringOr("") != "/api/v1/records" || route["method"].StringOr("") != "POST")
      continue;
    seen = true;
    EXPECT_EQ(route["access"].StringOr(""), "permission");
    EXPECT_EQ(route["permission"].StringOr(""), "update_records");
    EXPECT_EQ(route["tenancy"].StringOr(""), "required");
  }
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace dialix::app
