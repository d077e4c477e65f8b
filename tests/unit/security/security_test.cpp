#include <gtest/gtest.h>

#include <set>

#include "security/password_hasher.h"
#include "security/permission.h"
#include "security/token.h"

namespace dialix::security {
namespace {

PasswordParameters Cheap() { return {64, 1, 1, 2}; }

TEST(PasswordHasher, VerifiesItsOwnHashAndNoOther) {
  PasswordHasher hasher(Cheap());
  const auto hash = hasher.Hash("correct horse battery");
  ASSERT_TRUE(hash.ok());
  EXPECT_EQ(hash->rfind("$argon2id$v=19$m=64,t=1,p=1$", 0), 0U);
  EXPECT_TRUE(hasher.Verify("correct horse battery", *hash));
  EXPECT_FALSE(hasher.Verify("correct horse batterz", *hash));
  EXPECT_FALSE(hasher.Verify("", *hash));
}

TEST(PasswordHasher, SaltsEveryHash) {
  PasswordHasher hasher(Cheap());
  EXPECT_NE(*hasher.Hash("same password"), *hasher.Hash("same password"));
}

TEST(PasswordHasher, RefusesStringsThatAreNoArgon2idHash) {
  PasswordHasher hasher(Cheap());
  for (const char* phc : {"", "plain", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$broken",
                          "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA"}) {
    EXPECT_FALSE(hasher.Verify("plain", phc)) << phc;
  }
  EXPECT_FALSE(hasher.VerifyNobody("anything"));
}

TEST(PasswordComplaint, AsksForTenCharactersNotTenBytes) {
  EXPECT_FALSE(PasswordComplaint("пароль123").empty());
  EXPECT_TRUE(PasswordComplaint("пароль1234").empty());
  EXPECT_FALSE(PasswordComplaint("aaaaaaaaaaaa").empty());
  EXPECT_FALSE(PasswordComplaint(std::string(201, 'a') + "b").empty());
  EXPECT_FALSE(PasswordComplaint("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF").empty());
}

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
