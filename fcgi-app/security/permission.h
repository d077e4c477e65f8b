// Who may do what: permissions, the roles that carry them, and the person (or token) behind a request.
// Plain values, thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/branches.h"

namespace dialix::security {

enum class Permission : std::uint32_t {
  kManageUsers = 1U << 0,
  kManageCompany = 1U << 1,
  kViewAnalytics = 1U << 2,
  kManageChecklists = 1U << 3,
  kManageOperators = 1U << 4,
  kViewRecords = 1U << 5,
  kUpdateRecords = 1U << 6,
  kDeleteRecords = 1U << 7,
  kManageBilling = 1U << 8,
  kViewAudit = 1U << 9,
  kManageIntegrations = 1U << 10,
  kAdmin = 1U << 11,  // the platform's own: companies, top-up, every tenant
};

enum class Role { kAdmin, kCompanyAdmin, kSupervisor, kUser, kViewer, kOperator };

[[nodiscard]] std::string_view PermissionName(Permission permission);  // "view_records"
[[nodiscard]] std::optional<Permission> ParsePermission(std::string_view name);
[[nodiscard]] std::string_view RoleName(Role role);  // "company_admin"
[[nodiscard]] std::optional<Role> ParseRole(std::string_view name);

class PermissionSet {
 public:
  constexpr PermissionSet() = default;
  constexpr explicit PermissionSet(std::uint32_t bits) : bits_(bits) {}

  [[nodiscard]] constexpr bool Has(Permission permission) const {
    return (bits_ & static_cast<std::uint32_t>(permission)) != 0;
  }
  constexpr PermissionSet With(Permission permission) const {
    return PermissionSet(bits_ | static_cast<std::uint32_t>(permission));
  }
  constexpr PermissionSet Without(Permission permission) const {
    return PermissionSet(bits_ & ~static_cast<std::uint32_t>(permission));
  }
  constexpr PermissionSet And(PermissionSet other) const { return PermissionSet(bits_ & other.bits_); }
  [[nodiscard]] std::vector<std::string_view> Names() const;

 private:
  std::uint32_t bits_ = 0;
};

// What a role may do before single permissions are granted or taken.
[[nodiscard]] PermissionSet RolePermissions(Role role);

// Who is behind a request. Default-made: nobody.
struct Principal {
  std::string account_id;   // empty: anonymous
  std::string company_id;   // empty for a platform administrator
  std::string session_id;   // empty for an API token
  bool must_enrol = false;  // their company asks for a second factor, and they have none
  std::string email;
  std::string name;
  std::string language;
  std::string operator_id;  // of role operator: whose calls they may see; may be empty
  Role role = Role::kViewer;
  PermissionSet permissions;
  std::shared_ptr<const Branches>
      branches;  // of role company_admin: what is below their company; may be null

  [[nodiscard]] bool IsAnonymous() const { return account_id.empty(); }
  [[nodiscard]] bool IsPlatform() const { return role == Role::kAdmin && !IsAnonymous(); }
  [[nodiscard]] bool Can(Permission permission) const {
    return !IsAnonymous() && permissions.Has(permission);
  }
  // Whether the company (in lower case) is a branch of the one that this person administers, at any depth.
  [[nodiscard]] bool IsAbove(std::string_view company) const {
    return role == Role::kCompanyAdmin && branches != nullptr && branches->Has(company);
  }
  // Whether they may know the company: their own, or one below it, or any.
  [[nodiscard]] bool Reaches(std::string_view company) const {
    return IsPlatform() || (!company_id.empty() && company == company_id) || IsAbove(company);
  }
  // Whether they may act in it: also, nothing from there up to their own company is blocked.
  [[nodiscard]] bool MayActIn(std::string_view company) const {
    return IsPlatform() || (!company_id.empty() && company == company_id) ||
           (IsAbove(company) && branches->IsOpen(company));
  }
  // Whose calls alone they may see, in whatever reads calls, counts them or speaks of them: an operator's
  // own, whatever else was granted. An operator who is not linked to one gets kNobodysCalls. Nothing:
  // everybody's. What is cached under it must have it in its key.
  [[nodiscard]] std::optional<std::string> OnlyOperator() const;
};

inline constexpr const char* kNobodysCalls = "00000000-0000-0000-0000-000000000000";

// Role's permissions + granted − denied; nobody gains kAdmin by a grant.
[[nodiscard]] PermissionSet EffectivePermissions(Role role, const std::vector<std::string>& granted,
                                                 const std::vector<std::string>& denied);

}  // namespace dialix::security
