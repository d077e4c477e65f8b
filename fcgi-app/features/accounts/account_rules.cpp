#include "features/accounts/account_rules.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace dialix::features::accounts {
namespace {

using security::Role;

constexpr std::array kRoles = {Role::kAdmin, Role::kCompanyAdmin, Role::kSupervisor,
                               Role::kUser,  Role::kViewer,       Role::kOperator};

std::string MakeRolesJson() {
  JsonWriter writer;
  writer.BeginObject();
  for (const Role role : kRoles) {
    writer.Key(security::RoleName(role)).BeginArray();
    for (const std::string_view name : security::RolePermissions(role).Names()) writer.String(name);
    writer.EndArray();
  }
  return writer.EndObject().Take();
}

Error ProbedTooOften() {
  Error error =
      Fail(Error::Code::kTooManyRequests, "Too many of the e-mail addresses were taken. Go on in an hour.");
  error.retry_after_s = 3600;
  return error;
}

}  // namespace

Result<std::vector<std::string>> Held(const Call& call) {
  if (call.principal.role == Role::kOperator) {
    return Fail(Error::Code::kForbidden, "Who sees only their own calls manages nobody.");
  }
  const auto names = call.principal.permissions.Names();
  return std::vector<std::string>(names.begin(), names.end());
}

bool MayGive(const security::Principal& caller, Role role) {
  const auto names = security::RolePermissions(role).Names();
  return std::all_of(names.begin(), names.end(),
                     [&](std::string_view name) { return caller.Can(*security::ParsePermission(name)); });
}

const std::string& RolesJson() {
  static const std::string json = MakeRolesJson();
  return json;
}

Status Judge(std::string_view verdict) {
  if (verdict == "ok") return Ok();
  if (verdict == "forbidden") {
    return Fail(Error::Code::kForbidden, "This account may do, or would then do, more than you may.");
  }
  if (verdict == "not_held") {
    return Fail(Error::Code::kForbidden, "You may give and take only permissions that you have.");
  }
  if (verdict == "own_account") {
    return Conflict("own_account",
                    "Nobody changes their own role, permissions, password or right to log in here.");
  }
  if (verdict == "last_admin") {
    return Conflict("last_admin", "This is the last administrator; make another one first.");
  }
  if (verdict == "invited") return Conflict("invited", "This person has not accepted the invitation yet.");
  if (verdict == "not_invited") {
    return Conflict("not_invited", "This person waits for no invitation: reset the password instead.");
  }
  if (verdict == "email_taken") {
    return Conflict("email_taken", "Another account has this e-mail address.");
  }
  if (verdict == "probing") return ProbedTooOften();
  if (verdict == "company_unknown") {
    return Invalid({{"company_id", "not_found", "there is no such company"}});
  }
  if (verdict == "operator_required") {
    return Invalid({{"operator_id", "required", "is required for role operator"}});
  }
  if (verdict == "operator_unknown") {
    return Invalid({{"operator_id", "not_found", "there is no such operator in the company"}});
  }
  return Internal("accounts: unknown verdict " + std::string(verdict));
}

}  // namespace dialix::features::accounts
