#include "security/permission.h"

#include <array>
#include <utility>

namespace dialix::security {
namespace {

constexpr std::array<std::pair<Permission, std::string_view>, 12> kPermissions{{
    {Permission::kManageUsers, "manage_users"},
    {Permission::kManageCompany, "manage_company"},
    {Permission::kViewAnalytics, "view_analytics"},
    {Permission::kManageChecklists, "manage_checklists"},
    {Permission::kManageOperators, "manage_operators"},
    {Permission::kViewRecords, "view_records"},
    {Permission::kUpdateRecords, "update_records"},
    {Permission::kDeleteRecords, "delete_records"},
    {Permission::kManageBilling, "manage_billing"},
    {Permission::kViewAudit, "view_audit"},
    {Permission::kManageIntegrations, "manage_integrations"},
    {Permission::kAdmin, "admin"},
}};

constexpr std::array<std::pair<Role, std::string_view>, 6> kRoles{{
    {Role::kAdmin, "admin"},
    {Role::kCompanyAdmin, "company_admin"},
    {Role::kSupervisor, "supervisor"},
    {Role::kUser, "user"},
    {Role::kViewer, "viewer"},
    {Role::kOperator, "operator"},
}};

constexpr PermissionSet kEverything((1U << kPermissions.size()) - 1);

}  // namespace

std::string_view PermissionName(Permission permission) {
  for (const auto& [value, name] : kPermissions) {
    if (value == permission) return name;
  }
  return "";
}

std::optional<Permission> ParsePermission(std::string_view text) {
  for (const auto& [value, name] : kPermissions) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string_view RoleName(Role role) {
  for (const auto& [value, name] : kRoles) {
    if (value == role) return name;
  }
  return "";
}

std::optional<Role> ParseRole(std::string_view text) {
  for (const auto& [value, name] : kRoles) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> PermissionSet::Names() const {
  std::vector<std::string_view> names;
  for (const auto& [value, name] : kPermissions) {
    if (Has(value)) names.push_back(name);
  }
  return names;
}

std::optional<std::string> Principal::OnlyOperator() const {
  if (role != Role::kOperator) return std::nullopt;
  return operator_id.empty() ? std::string(kNobodysCalls) : operator_id;
}

PermissionSet RolePermissions(Role role) {
  using P = Permission;
  const PermissionSet none;
  switch (role) {
    case Role::kAdmin:
      return kEverything;
    case Role::kCompanyAdmin:
      return kEverything.Without(P::kAdmin);
    case Role::kSupervisor:
      return none.With(P::kViewAnalytics)
          .With(P::kManageChecklists)
          .With(P::kManageOperators)
          .With(P::kViewRecords)
          .With(P::kUpdateRecords)
          .With(P::kDeleteRecords);
    case Role::kUser:
      return none.With(P::kViewAnalytics).With(P::kViewRecords).With(P::kUpdateRecords);
    case Role::kViewer:
      return none.With(P::kViewAnalytics).With(P::kViewRecords);
    case Role::kOperator:
      return none.With(P::kViewRecords);
  }
  return none;
}

PermissionSet EffectivePermissions(Role role, const std::vector<std::string>& granted,
                                   const std::vector<std::string>& denied) {
  PermissionSet permissions = RolePermissions(role);
  for (const std::string& name : granted) {
    const auto permission = ParsePermission(name);
    if (permission && *permission != Permission::kAdmin) permissions = permissions.With(*permission);
  }
  for (const std::string& name : denied) {
    if (const auto permission = ParsePermission(name)) permissions = permissions.Without(*permission);
  }
  return permissions;
}

}  // namespace dialix::security
