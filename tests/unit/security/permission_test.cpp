#include "security/permission.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace dialix::security {
namespace {

constexpr Role kRoles[] = {Role::kAdmin, Role::kCompanyAdmin, Role::kSupervisor,
                           Role::kUser,  Role::kViewer,       Role::kOperator};
constexpr const char* kParent = "0197a1b2-0000-7000-8000-000000000001";
constexpr const char* kOpen = "0197a1b2-0000-7000-8000-000000000002";
constexpr const char* kBlocked = "0197a1b2-0000-7000-8000-000000000003";
constexpr const char* kElsewhere = "0197a1b2-0000-7000-8000-000000000004";

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '|');) {
    const auto first = cell.find_first_not_of(" `");
    const auto last = cell.find_last_not_of(" `");
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  if (!cells.empty()) cells.erase(cells.begin());  // before the first bar
  return cells;
}

// The table under "Roles and permissions" of docs/security.md: role → the permissions that it is said to
// hold.
std::map<std::string, std::set<std::string>> DocumentedRoles() {
  std::ifstream file(std::string(DIALIX_SOURCE_DIR) + "/docs/security.md");
  std::map<std::string, std::set<std::string>> roles;
  std::vector<std::string> head;
  bool in_section = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("## ", 0) == 0) in_section = line == "## Roles and permissions";
    if (!head.empty() && line.rfind('|', 0) != 0) break;  // the section's first table
    if (!in_section || line.rfind('|', 0) != 0) continue;
    const auto cells = Cells(line);
    if (head.empty()) {
      head = cells;
    } else if (ParsePermission(cells.at(0))) {
      for (std::size_t i = 1; i < head.size(); ++i) {
        auto& held = roles[head[i]];
        if (cells.at(i) == "yes") held.insert(cells[0]);
      }
    } else {
      EXPECT_EQ(cells.at(0).find_first_not_of("-:"), std::string::npos) << line;
    }
  }
  return roles;
}

TEST(RolePermissions, AreThoseOfTheTableInTheSecurityDocument) {
  const auto documented = DocumentedRoles();
  EXPECT_EQ(documented.size(), std::size(kRoles));
  for (const Role role : kRoles) {
    const auto found = documented.find(std::string(RoleName(role)));
    ASSERT_NE(found, documented.end()) << RoleName(role);
    const auto names = RolePermissions(role).Names();
    EXPECT_EQ(found->second, std::set<std::string>(names.begin(), names.end())) << RoleName(role);
  }
}

TEST(EffectivePermissions, NoGrantGivesAdminToAnybodyAndADenialAlwaysWins) {
  const auto every = RolePermissions(Role::kAdmin).Names();
  const std::vector<std::string> all(every.begin(), every.end());
  for (const Role role : kRoles) {
    if (role != Role::kAdmin) {
      EXPECT_FALSE(EffectivePermissions(role, all, {}).Has(Permission::kAdmin)) << RoleName(role);
      EXPECT_EQ(EffectivePermissions(role, all, {}).Names().size(), all.size() - 1);
    }
    EXPECT_TRUE(EffectivePermissions(role, all, all).Names().empty()) << RoleName(role);
    for (const std::string& name : all) {
      EXPECT_FALSE(EffectivePermissions(role, {name}, {name}).Has(*ParsePermission(name))) << name;
    }
  }
}

TEST(PermissionSet, ATokensScopesOnlyNarrow) {
  for (const Role role : kRoles) {
    const PermissionSet held = RolePermissions(role);
    for (std::uint32_t scopes = 0; scopes < (1U << 12); ++scopes) {
      for (const auto name : held.And(PermissionSet(scopes)).Names()) {
        const Permission permission = *ParsePermission(name);
        ASSERT_TRUE(held.Has(permission) && PermissionSet(scopes).Has(permission));
      }
    }
  }
}

TEST(OnlyOperator, IsTheOwnOneOfRoleOperatorWhateverWasGranted) {
  Principal principal;
  principal.account_id = kParent;
  principal.role = Role::kOperator;
  principal.permissions = PermissionSet(~0U);
  EXPECT_EQ(principal.OnlyOperator(), kNobodysCalls);
  principal.operator_id = kOpen;
  EXPECT_EQ(principal.OnlyOperator(), kOpen);
  for (const Role role : kRoles) {
    principal.role = role;
    EXPECT_EQ(principal.OnlyOperator().has_value(), role == Role::kOperator) << RoleName(role);
  }
}

Principal PersonOf(Role role) {
  Principal principal;
  principal.account_id = kElsewhere;
  principal.company_id = kParent;
  principal.role = role;
  principal.branches =
      std::make_shared<const Branches>(std::string(kOpen) + "+" + std::string(kBlocked) + "-");
  return principal;
}

TEST(Reach, IsTheOwnCompanyAndForItsAdministratorsWhatIsBelow) {
  const Principal admin = PersonOf(Role::kCompanyAdmin);
  EXPECT_TRUE(admin.Reaches(kParent) && admin.Reaches(kOpen) && admin.Reaches(kBlocked));
  EXPECT_TRUE(admin.MayActIn(kParent) && admin.MayActIn(kOpen));
  EXPECT_FALSE(admin.MayActIn(kBlocked));
  EXPECT_FALSE(admin.Reaches(kElsewhere) || admin.MayActIn(kElsewhere));
  EXPECT_TRUE(admin.IsAbove(kOpen));
  EXPECT_FALSE(admin.IsAbove(kParent));
  for (const Role role : {Role::kSupervisor, Role::kUser, Role::kViewer, Role::kOperator}) {
    const Principal person = PersonOf(role);
    EXPECT_TRUE(person.Reaches(kParent) && person.MayActIn(kParent));
    EXPECT_FALSE(person.Reaches(kOpen) || person.MayActIn(kOpen) || person.IsAbove(kOpen)) << RoleName(role);
  }
}

TEST(Reach, OfThePlatformIsEverythingAndOfNobodyNothing) {
  Principal platform;
  EXPECT_FALSE(platform.Reaches("") || platform.MayActIn("") || platform.Reaches(kParent));
  platform.role = Role::kAdmin;
  EXPECT_FALSE(platform.Reaches(kParent) || platform.MayActIn(kParent)) << "nobody is logged in";
  platform.account_id = kElsewhere;
  EXPECT_TRUE(platform.Reaches(kParent) && platform.MayActIn(kBlocked));
}

TEST(Branches, FindsEachOfThousandsAndNoOther) {
  std::string packed;
  char id[37];
  for (unsigned i = 0; i < 5000; ++i) {
    std::snprintf(id, sizeof id, "0197a1b2-0000-7000-8000-%012x", 2 * i);
    packed += std::string(id) + (i % 3 == 0 ? '-' : '+');
  }
  const Branches branches(packed);
  ASSERT_EQ(branches.size(), 5000U);
  for (unsigned i = 0; i < 10000; ++i) {
    std::snprintf(id, sizeof id, "0197a1b2-0000-7000-8000-%012x", i);
    ASSERT_EQ(branches.Has(id), i % 2 == 0) << id;
    ASSERT_EQ(branches.IsOpen(id), i % 2 == 0 && i / 2 % 3 != 0) << id;
  }
  EXPECT_EQ(branches.Ids().front(), packed.substr(0, 36));
  EXPECT_EQ(branches.Ids().size(), 5000U);
}

TEST(Branches, TakesNothingFromTextThatIsNotAList) {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(kOpen), std::string(38, 'a')}) {
    const Branches branches(text);
    EXPECT_EQ(branches.size(), 0U);
    EXPECT_FALSE(branches.Has(kOpen) || branches.Has("") || branches.IsOpen(text));
  }
}

}  // namespace
}  // namespace dialix::security
