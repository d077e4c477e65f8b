#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace dialix::http {
namespace {

using Kind = RouteMatch::Kind;

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    list_ = router_.Add(Method::kGet, "/api/v1/records");
    create_ = router_.Add(Method::kPost, "/api/v1/records");
    export_ = router_.Add(Method::kGet, "/api/v1/records/export.csv");
    one_ = router_.Add(Method::kGet, "/api/v1/records/{id}");
    change_ = router_.Add(Method::kPatch, "/api/v1/records/{id}");
    transcript_ = router_.Add(Method::kGet, "/api/v1/records/{record_id}/transcript");
    nested_ = router_.Add(Method::kDelete, "/api/v1/companies/{id}/accounts/{account}");
    root_ = router_.Add(Method::kGet, "/");
  }
  Router router_;
  std::size_t list_, create_, export_, one_, change_, transcript_, nested_, root_;
};

TEST_F(RouterTest, FindsLiteralsByMethod) {
  EXPECT_EQ(router_.Match(Method::kGet, "/api/v1/records").index, list_);
  EXPECT_EQ(router_.Match(Method::kPost, "/api/v1/records").index, create_);
  EXPECT_EQ(router_.Match(Method::kGet, "/").index, root_);
}

TEST_F(RouterTest, GivesParametersByTheRoutesOwnNames) {
  const RouteMatch one = router_.Match(Method::kGet, "/api/v1/records/42");
  ASSERT_EQ(one.kind, Kind::kFound);
  EXPECT_EQ(one.index, one_);
  EXPECT_EQ(one.params.Get("id"), "42");
  const RouteMatch transcript = router_.Match(Method::kGet, "/api/v1/records/42/transcript");
  EXPECT_EQ(transcript.index, transcript_);
  EXPECT_EQ(transcript.params.Get("record_id"), "42");
  const RouteMatch nested = router_.Match(Method::kDelete, "/api/v1/companies/a/accounts/b");
  EXPECT_EQ(nested.index, nested_);
  EXPECT_EQ(nested.params.Get("id") + nested.params.Get("account"), "ab");
  EXPECT_THROW((void)nested.params.Get("nope"), std::logic_error);
}

TEST_F(RouterTest, PrefersALiteralButFallsBackToAParameterForAnotherMethod) {
  EXPECT_EQ(router_.Match(Method::kGet, "/api/v1/records/export.csv").index, export_);
  EXPECT_EQ(router_.Match(Method::kPatch, "/api/v1/records/export.csv").index, change_);
}

TEST_F(RouterTest, AnswersHeadWithGet) {
  const RouteMatch match = router_.Match(Method::kHead, "/api/v1/records");
  EXPECT_EQ(match.kind, Kind::kFound);
  EXPECT_EQ(match.index, list_);
}

TEST_F(RouterTest, TellsTheAllowedMethods) {
  const RouteMatch match = router_.Match(Method::kDelete, "/api/v1/records");
  EXPECT_EQ(match.kind, Kind::kMethodNotAllowed);
  EXPECT_EQ(match.allowed, (std::vector<Method>{Method::kGet, Method::kHead, Method::kPost}));
  EXPECT_EQ(router_.Match(Method::kOther, "/api/v1/records").kind, Kind::kMethodNotAllowed);
}

TEST_F(RouterTest, DoesNotMatchOtherPaths) {
  for (const char* path :
       {"", "api/v1/records", "/api/v1/records/", "/api/v1", "/api/v1/records//transcript", "//",
        "/api/v1/records/42/transcript/x", "/API/v1/records", "/api/v1/records/42/"}) {
    EXPECT_EQ(router_.Match(Method::kGet, path).kind, Kind::kNotFound) << path;
  }
}

TEST_F(RouterTest, RefusesBrokenAndRepeatedPatterns) {
  EXPECT_THROW(router_.Add(Method::kGet, "/api/v1/records"), std::logic_error);
  EXPECT_THROW(router_.Add(Method::kGet, "/api/v1/records/{other}"), std::logic_error) << "the same shape";
  EXPECT_THROW(router_.Add(Method::kGet, "no-slash"), std::logic_error);
  EXPECT_THROW(router_.Add(Method::kGet, ""), std::logic_error);
  EXPECT_THROW(router_.Add(Method::kGet, "/a//b"), std::logic_error);
  EXPECT_THROW(router_.Add(Method::kGet, "/a/x{id}"), std::logic_error);
  EXPECT_THROW(router_.Add(Method::kGet, "/a/{}"), std::logic_error);
  EXPECT_THROW(router_.Add(Method::kGet, "/{a}/{a}"), std::logic_error);
  EXPECT_THROW(router_.Add(Method::kOther, "/b"), std::logic_error);
}

}  // namespace
}  // namespace dialix::http
