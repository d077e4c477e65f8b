#include "features/accounts/accounts_handlers.h"

#include "base/text.h"
#include "base/uuid.h"
#include "features/accounts/account_links.h"
#include "features/accounts/account_rules.h"
#include "features/accounts/accounts_store.h"
#include "features/accounts/email.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

using http::Response;
using security::Role;

std::optional<std::string> ReadRole(Fields& fields) {
  return fields.OptionalOneOf("role", {"admin", "company_admin", "supervisor", "user", "viewer", "operator"});
}

// Platform administrators belong to no company, everyone else to one: a field error where the role does not
// fit the company that was (or was not) named.
void CheckRoleFits(const Call& call, std::string_view role, Fields& fields) {
  if (role == "admin" && !call.company_id.empty()) {
    fields.Add("role", "not_allowed",
               "is given without company_id only: a platform administrator has no company");
  } else if (role != "admin" && call.company_id.empty()) {
    fields.Add("role", "not_allowed", "needs a company: name it by ?company_id=");
  }
}

// Without its hash, which is dear: that is made when everything else is right.
std::optional<std::string> ReadPassword(Fields& fields, const std::vector<std::string>& about) {
  auto password = fields.OptionalText("password", 1, 256);
  if (!password) return std::nullopt;
  if (const std::string complaint = security::PasswordComplaint(*password, about); !complaint.empty()) {
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

// What a new account is, however it comes by its password. Errors: kForbidden where the caller may not give
// the role at all.
Result<accounts::NewAccount> ReadNewAccount(const Call& call, Fields& fields) {
  DIALIX_CHECK(accounts::Held(call));
  accounts::NewAccount account;
  account.id = NewUuid();
  account.email = ReadEmail(fields);
  account.name = fields.OptionalName("name").value_or(account.email.substr(0, account.email.find('@')));
  account.language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  account.operator_id = fields.OptionalUuid("operator_id");
  if (const auto role = ReadRole(fields)) {
    account.role = *role;
    if (!accounts::MayGive(call.principal, *security::ParseRole(*role))) {
      return Fail(Error::Code::kForbidden, "You may not give this role.");
    }
    CheckRoleFits(call, *role, fields);
    if (*role == "operator" && (!fields.Has("operator_id") || fields.IsNull("operator_id"))) {
      fields.Add("operator_id", "required", "is required for role operator");
    }
  }
  return account;
}

accounts::Sort ReadSort(QueryFields& query) {
  const auto name =
      query.OneOf("sort", {"email", "name", "created_at", "-created_at", "last_login_at", "-last_login_at"});
  if (!name || *name == "email") return accounts::Sort::kEmail;
  if (*name == "name") return accounts::Sort::kName;
  if (*name == "created_at") return accounts::Sort::kCreated;
  if (*name == "-created_at") return accounts::Sort::kNewest;
  return *name == "last_login_at" ? accounts::Sort::kLastLogin : accounts::Sort::kLatestLogin;
}

Result<Response> ListAccounts(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "q", "role", "status", "operator_id", "sort"});
  accounts::Filter filter;
  filter.limit = query.Limit();
  filter.text = query.Text("q", 1, 200);
  filter.role = query.OneOf("role", {"admin", "company_admin", "supervisor", "user", "viewer", "operator"});
  filter.status = query.OneOf("status", {"active", "invited", "blocked"});
  filter.operator_id = query.Uuid("operator_id");
  filter.sort = ReadSort(query);
  if (const auto cursor = ReadCursor(query, {CursorPart::kText, CursorPart::kUuid})) {
    filter.after_key = (*cursor)[0];
    filter.after_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  return CachedJson(call, KeyOfQuery(call, "accounts"), [&]() -> Result<std::string> {
    DIALIX_TRY(const store::Rows rows, accounts::List(call, filter));
    return PageJson(rows, filter.limit, 2);
  });
}

Result<Response> CreateAccount(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"email", "name", "role", "password", "language", "operator_id"});
  fields.RequireAll({"email", "name", "role", "password"});
  fields.RefuseNull({"email", "name", "role", "password", "language"});
  DIALIX_TRY(accounts::NewAccount account, ReadNewAccount(call, fields));
  const auto password = ReadPassword(fields, {account.email, account.name});
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(account.password_hash, call.services.hasher.Hash(*password));
  DIALIX_TRY(accounts::Changed made, accounts::Insert(call, account));
  return Created(std::move(made.json), "/api/v1/accounts/" + account.id);
}

Result<Response> InviteAccount(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"email", "name", "role", "language", "operator_id"});
  fields.RequireAll({"email", "role"});
  fields.RefuseNull({"email", "name", "role", "language"});
  DIALIX_TRY(accounts::NewAccount account, ReadNewAccount(call, fields));
  if (!fields.ok()) return fields.TakeError();
  const accounts::NewLink link = accounts::MakeLink(call, accounts::Link::Purpose::kInvitation);
  account.link = link.link;
  account.password_hash = accounts::kNoPassword;
  DIALIX_TRY(const accounts::Changed made, accounts::Insert(call, account));
  JsonWriter body;
  body.BeginObject().RawField("account", made.json);
  body.RawField("invitation", accounts::LinkJson(link, made)).EndObject();
  Response response = Created(body.Take(), "/api/v1/accounts/" + account.id);
  response.Add("Cache-Control", "no-store");
  return response;
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
  const auto password = ReadPassword(fields, {change.name.value_or("")});
  if (change.role) CheckRoleFits(call, *change.role, fields);
  if (!fields.ok()) return fields.TakeError();
  if (password) {
    DIALIX_TRY(change.password_hash, call.services.hasher.Hash(*password));
  }
  DIALIX_TRY(accounts::Changed changed, accounts::Apply(call, id, change, "account.update"));
  return Response::Json(std::move(changed.json));
}

Result<Response> DeleteAccount(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  accounts::Change change;
  change.deleted = true;
  DIALIX_CHECK(accounts::Apply(call, id, change, "account.delete"));
  return Response::NoContent();
}

}  // namespace

void AppendAccountsEndpoints(EndpointTable& table) {
  using http::Method;
  const Access manage = Access::Needs(security::Permission::kManageUsers, Access::Tenancy::kOptional);
  table.push_back({Method::kGet, "/api/v1/accounts", manage, ListAccounts, {cache::Kind::kPeople}});
  table.push_back({Method::kPost, "/api/v1/accounts", manage, CreateAccount});
  table.push_back({Method::kPost, "/api/v1/accounts/invite", manage, InviteAccount});
  table.push_back({Method::kGet, "/api/v1/accounts/{id}", manage, GetAccount});
  table.push_back({Method::kPatch, "/api/v1/accounts/{id}", manage, UpdateAccount});
  table.push_back({Method::kDelete, "/api/v1/accounts/{id}", manage, DeleteAccount});
  accounts::AppendAccess(table, manage);
  accounts::AppendLinks(table, manage);
  accounts::AppendTransfers(table);
}

}  // namespace dialix::features
