#include "features/accounts/accounts_handlers.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/uuid.h"
#include "features/accounts/accounts_store.h"
#include "features/accounts/email.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

using http::Response;
using security::Role;

constexpr std::array kRoles = {Role::kAdmin, Role::kCompanyAdmin, Role::kSupervisor,
                               Role::kUser,  Role::kViewer,       Role::kOperator};

std::optional<std::string> ReadRole(Fields& fields) {
  return fields.OptionalOneOf("role", {"admin", "company_admin", "supervisor", "user", "viewer", "operator"});
}

// Whether the caller holds all that the role brings: nobody gives, or takes over, more than they have.
bool MayManage(const security::Principal& principal, Role role) {
  const auto names = security::RolePermissions(role).Names();
  return std::all_of(names.begin(), names.end(),
                     [&](std::string_view name) { return principal.Can(*security::ParsePermission(name)); });
}

std::vector<std::string> ManageableRoles(const security::Principal& principal) {
  std::vector<std::string> names;
  for (const Role role : kRoles) {
    if (MayManage(principal, role)) names.emplace_back(security::RoleName(role));
  }
  return names;
}

// Platform administrators belong to no company, everyone else to one. Errors: kForbidden where the caller may
// not give the role at all; a field error where it does not fit the company that was (or was not) named.
Status CheckRole(const Call& call, const std::string& role_name, Fields& fields) {
  const Role role = *security::ParseRole(role_name);
  if (!MayManage(call.principal, role)) return Fail(Error::Code::kForbidden, "You may not give this role.");
  if (role == Role::kAdmin && !call.company_id.empty()) {
    fields.Add("role", "not_allowed",
               "is given without company_id only: a platform administrator has no company");
  } else if (role != Role::kAdmin && call.company_id.empty()) {
    fields.Add("role", "not_allowed", "needs a company: name it by ?company_id=");
  }
  return Ok();
}

// Without its hash, which is dear: that is made when everything else is right.
std::optional<std::string> ReadPassword(Fields& fields) {
  auto password = fields.OptionalText("password", 1, 256);
  if (!password) return std::nullopt;
  if (const std::string complaint = security::PasswordComplaint(*password); !complaint.empty()) {
    fields.Add("password", "weak", complaint);
  }
  return password;
}

std::string ReadEmail(Fields& fields) {
  const auto email = fields.OptionalText("email", 0, 1000);
  if (!email) return {};
  const std::string_view trimmed = Trim(*email);
  if (!accounts::IsEmail(trimmed)) fields.Add("email", "format", "must be an e-mail address");
  return std::string(trimmed);
}

Result<Response> ListAccounts(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "q", "role"});
  accounts::Filter filter;
  filter.limit = query.Limit();
  filter.text = query.Text("q", 1, 200);
  filter.role = query.OneOf("role", {"admin", "company_admin", "supervisor", "user", "viewer", "operator"});
  if (const auto cursor = ReadCursor(query, {CursorPart::kText, CursorPart::kUuid})) {
    filter.after_email = (*cursor)[0];
    filter.after_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  auto key = KeyOf(call, "accounts");
  key.Add(filter.limit).Add(filter.text).Add(filter.role).Add(filter.after_email).Add(filter.after_id);
  return CachedJson(call, std::move(key), [&]() -> Result<std::string> {
    DIALIX_TRY(const store::Rows rows, accounts::List(call, filter));
    return PageJson(rows, filter.limit, 2);
  });
}

Result<Response> CreateAccount(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"email", "name", "role", "password", "language", "operator_id"});
  fields.RequireAll({"email", "name", "role", "password"});
  fields.RefuseNull({"email", "name", "role", "password", "language"});
  accounts::NewAccount account;
  account.id = NewUuid();
  account.email = ReadEmail(fields);
  account.name = fields.OptionalName("name").value_or("");
  account.language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  account.operator_id = fields.OptionalUuid("operator_id");
  const auto password = ReadPassword(fields);
  if (const auto role = ReadRole(fields)) {
    account.role = *role;
    DIALIX_CHECK(CheckRole(call, *role, fields));
    if (*role == "operator" && (!fields.Has("operator_id") || fields.IsNull("operator_id"))) {
      fields.Add("operator_id", "required", "is required for role operator");
    }
  }
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(account.password_hash, call.services.hasher.Hash(*password));
  DIALIX_TRY(std::string body, accounts::Insert(call, account));
  return Created(std::move(body), "/api/v1/accounts/" + account.id);
}

Result<Response> GetAccount(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, accounts::Find(call, id));
  return Response::Json(std::move(body));
}

Result<Response> UpdateAccount(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"name", "role", "language", "operator_id", "active", "password"});
  fields.RequireAny();
  fields.RefuseNull({"name", "role", "language", "active", "password"});
  accounts::Change change;
  change.name = fields.OptionalName("name");
  change.role = ReadRole(fields);
  change.language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  change.sets_operator = fields.Has("operator_id");
  change.operator_id = fields.OptionalUuid("operator_id");
  change.active = fields.OptionalBool("active");
  const auto password = ReadPassword(fields);
  if (change.role) DIALIX_CHECK(CheckRole(call, *change.role, fields));
  if (!fields.ok()) return fields.TakeError();
  if (password) {
    DIALIX_TRY(change.password_hash, call.services.hasher.Hash(*password));
  }
  DIALIX_TRY(std::string body, accounts::Update(call, id, change, ManageableRoles(call.principal)));
  return Response::Json(std::move(body));
}

Result<Response> DeleteAccount(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_CHECK(accounts::Erase(call, id, ManageableRoles(call.principal)));
  return Response::NoContent();
}

}  // namespace

void AppendAccountsEndpoints(EndpointTable& table) {
  using http::Method;
  const Access manage = Access::Needs(security::Permission::kManageUsers, Access::Tenancy::kOptional);
  table.push_back({Method::kGet, "/api/v1/accounts", manage, ListAccounts, {cache::Kind::kPeople}});
  table.push_back({Method::kPost, "/api/v1/accounts", manage, CreateAccount});
  table.push_back({Method::kGet, "/api/v1/accounts/{id}", manage, GetAccount});
  table.push_back({Method::kPatch, "/api/v1/accounts/{id}", manage, UpdateAccount});
  table.push_back({Method::kDelete, "/api/v1/accounts/{id}", manage, DeleteAccount});
}

}  // namespace dialix::features
