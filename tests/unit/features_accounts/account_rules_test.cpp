#include "features/accounts/account_rules.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace dialix::features::accounts {
namespace {

using security::Permission;
using security::Principal;
using security::Role;

Principal WhoIs(Role role) {
  Principal principal;
  principal.account_id = "0197a1b2-0000-7000-8000-000000000001";
  principal.role = role;
  principal.permissions = security::RolePermissions(role);
  return principal;
}

TEST(AccountRules, ARoleIsGivenByWhoHoldsAllThatItCarries) {
  EXPECT_TRUE(MayGive(WhoIs(Role::kAdmin), Role::kAdmin));
  EXPECT_TRUE(MayGive(WhoIs(Role::kCompanyAdmin), Role::kCompanyAdmin));
  EXPECT_FALSE(MayGive(WhoIs(Role::kCompanyAdmin), Role::kAdmin));
  EXPECT_FALSE(MayGive(WhoIs(Role::kSupervisor), Role::kCompanyAdmin));
  EXPECT_FALSE(MayGive(Principal{}, Role::kOperator));
}

TEST(AccountRules, WhatTheCallerWasDeniedCountsNotTheNameOfTheirRole) {
  Principal deputy = WhoIs(Role::kCompanyAdmin);
  deputy.permissions = deputy.permissions.Without(Permission::kManageBilling);
  EXPECT_FALSE(MayGive(deputy, Role::kCompanyAdmin));
  EXPECT_TRUE(MayGive(deputy, Role::kSupervisor));
}

TEST(AccountRules, TheRolesForSqlAreThoseOfThePrograms) {
  const auto document = JsonDocument::Parse(RolesJson());
  ASSERT_TRUE(document);
  for (const std::string_view name : document->Root().Keys()) {
    const auto role = security::ParseRole(name);
    ASSERT_TRUE(role) << name;
    const auto carried = security::RolePermissions(*role).Names();
    const auto told = ParseTextArray(document->Root()[name].Dump());
    EXPECT_EQ(told, std::vector<std::string>(carried.begin(), carried.end())) << name;
  }
  EXPECT_EQ(document->Root().Size(), 6U);
}

TEST(AccountRules, EveryVerdictIsAnErrorOfItsOwnAndAnUnknownOneABug) {
  EXPECT_TRUE(Judge("ok"));
  EXPECT_EQ(Judge("forbidden").error().code, Error::Code::kForbidden);
  EXPECT_EQ(Judge("not_held").error().code, Error::Code::kForbidden);
  for (const char* slug : {"own_account", "last_admin", "invited", "not_invited", "email_taken"}) {
    EXPECT_EQ(Judge(slug).error().code, Error::Code::kConflict) << slug;
    EXPECT_EQ(Judge(slug).error().slug, slug);
  }
  EXPECT_EQ(Judge("probing").error().code, Error::Code::kTooManyRequests);
  EXPECT_GT(Judge("probing").error().retry_after_s, 0);
  for (const char* field : {"operator_required", "operator_unknown", "company_unknown"}) {
    EXPECT_EQ(Judge(field).error().code, Error::Code::kInvalid) << field;
  }
  EXPECT_EQ(Judge("anything else").error().code, Error::Code::kInternal);
}

}  // namespace
}  // namespace dialix::features::accounts
