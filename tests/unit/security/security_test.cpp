#include <gtest/gtest.h>

#include <set>

#include "security/permission.h"
#include "security/token.h"

namespace dialix::security {
namespace {

TEST(NewToken, Is256BitsThatDoNotRepeat) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(NewToken());
  EXPECT_EQ(tokens.size(), 100U);
  EXPECT_EQ(tokens.begin()->size(), 43U);
  EXPECT_EQ(HashToken("abc").size(), 32U);
}

TEST(RolePermissions, NobodyButThePlatformAdministratorHoldsAdmin) {
  for (const Role role :
       {Role::kCompanyAdmin, Role::kSupervisor, Role::kUser, Role::kViewer, Role::kOperator}) {
    EXPECT_FALSE(RolePermissions(role).Has(Permission::kAdmin)) << RoleName(role);
  }
  EXPECT_TRUE(RolePermissions(Role::kAdmin).Has(Permission::kAdmin));
}

TEST(EffectivePermissions, GrantsAndDeniesButNeverGrantsAdmin) {
  const auto permissions =
      EffectivePermissions(Role::kViewer, {"update_records", "admin", "no_such"}, {"view_analytics"});
  EXPECT_TRUE(permissions.Has(Permission::kUpdateRecords));
  EXPECT_TRUE(permissions.Has(Permission::kViewRecords));
  EXPECT_FALSE(permissions.Has(Permission::kViewAnalytics));
  EXPECT_FALSE(permissions.Has(Permission::kAdmin));
}

TEST(Principal, AnonymousCanNothingWhateverItsBits) {
  Principal nobody;
  nobody.role = Role::kAdmin;
  nobody.permissions = RolePermissions(Role::kAdmin);
  EXPECT_FALSE(nobody.Can(Permission::kViewRecords));
  EXPECT_FALSE(nobody.IsPlatform());
}

TEST(Names, GoThereAndBack) {
  for (const auto name : RolePermissions(Role::kAdmin).Names()) {
    const auto permission = ParsePermission(name);
    ASSERT_TRUE(permission) << name;
    EXPECT_EQ(PermissionName(*permission), name);
  }
  EXPECT_FALSE(ParsePermission("root"));
  EXPECT_FALSE(ParseRole("root"));
}

}  // namespace
}  // namespace dialix::security
