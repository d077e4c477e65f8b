#include "features/accounts/account_links.h"
#include "features/accounts/accounts_handlers.h"
#include "features/endpoint/audit.h"
#include "features/endpoint/fields.h"
#include "security/token.h"

namespace dialix::features::accounts {
namespace {

using http::Response;

constexpr store::Statement kFindLink{
    "auth_find_link",
    "SELECT json_build_object('purpose', f.purpose, 'email', f.email, "
    "'name', f.name, 'language', f.language, "
    "'company_name', f.company_name, 'expires_at', iso(f.expires_at))::text, "
    "f.email, f.name, f.company_name FROM auth_find_link($1::bytea) f"};

constexpr store::Statement kUseLink{
    "auth_use_link", "SELECT auth_use_link($1::jsonb, $2::bytea, $3::text, $4::text, $5::text)"};

Response NoStore(Response response) {
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<Response> InviteAgain(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  const NewLink link = MakeLink(call, Link::Purpose::kInvitation);
  Change change;
  change.link = link.link;
  DIALIX_TRY(const Changed changed, Apply(call, id, change, "account.invite"));
  return NoStore(Response::Json(LinkJson(link, changed), 201));
}

Result<Response> RevokeInvitation(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  Change change;
  change.ends_link = true;
  DIALIX_CHECK(Apply(call, id, change, "account.revoke_invitation"));
  return Response::NoContent();
}

// The old password is worth nothing from here on, whether or not the link is used.
Result<Response> ResetPassword(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  const NewLink link = MakeLink(call, Link::Purpose::kReset);
  Change change;
  change.link = link.link;
  change.password_hash = kNoPassword;
  DIALIX_TRY(const Changed changed, Apply(call, id, change, "account.reset_password"));
  return NoStore(Response::Json(LinkJson(link, changed), 201));
}

// One answer for every link that is no good, so that it says nothing of why.
Error NoSuchLink() {
  Error error = Fail(Error::Code::kNotFound, "This link is not valid, or not any more. Ask for a new one.");
  error.slug = "link_invalid";
  return error;
}

std::string ReadToken(Fields& fields) { return fields.RequiredText("token", 1, 128); }

Result<Response> LookUp(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"token"});
  const std::string token = ReadToken(fields);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(const store::Rows rows, call.Query(kFindLink, {store::Bytea(security::HashToken(token))}));
  if (rows.empty()) return NoSuchLink();
  return NoStore(Response::Json(rows.String(0, 0)));
}

// The same work, whether or not the link is good: so the time tells nothing of it. Whose the link is, is
// asked for the sake of passwords that are made of it.
Result<Response> Use(Call& call, Fields& fields, std::string_view purpose, std::string_view password_field) {
  const std::string token = ReadToken(fields);
  const std::string password = fields.RequiredText(password_field, 1, 256);
  const auto name = fields.OptionalName("name");
  if (!fields.ok()) return fields.TakeError();
  const store::Param hash = store::Bytea(security::HashToken(token));
  DIALIX_TRY(const store::Rows whose, call.Query(kFindLink, {hash}));
  std::vector<std::string> about = {name.value_or("")};
  if (!whose.empty()) about.insert(about.end(), {whose.String(0, 1), whose.String(0, 2), whose.String(0, 3)});
  if (const std::string complaint = security::PasswordComplaint(password, about); !complaint.empty()) {
    return Invalid({{std::string(password_field), "weak", complaint}});
  }
  // Whoever holds a good link is no stranger.
  const security::Lane lane = whose.empty() ? security::Lane::kStranger : security::Lane::kKnown;
  DIALIX_TRY(const std::string password_hash, call.services.hasher.Hash(password, lane));
  DIALIX_TRY(const store::Rows rows,
             call.Change(kUseLink, {AuditContext(call), hash, purpose, password_hash, name}));
  if (!rows.Bool(0, 0)) return NoSuchLink();
  return Response::NoContent();
}

Result<Response> AcceptInvitation(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"token", "password", "name"});
  fields.RefuseNull({"name"});
  return Use(call, fields, "invitation", "password");
}

Result<Response> ChooseNewPassword(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"token", "new_password"});
  return Use(call, fields, "reset", "new_password");
}

}  // namespace

void AppendLinks(EndpointTable& table, const Access& manage) {
  using http::Method;
  table.push_back({Method::kPost, "/api/v1/accounts/{id}/invite", manage, InviteAgain});
  table.push_back({Method::kDelete, "/api/v1/accounts/{id}/invite", manage, RevokeInvitation});
  table.push_back({Method::kPost, "/api/v1/accounts/{id}/reset-password", manage, ResetPassword});
  table.push_back({Method::kPost, "/api/v1/auth/link", Access::Public(), LookUp});
  table.push_back({Method::kPost, "/api/v1/auth/invitation", Access::Public(), AcceptInvitation});
  table.push_back({Method::kPost, "/api/v1/auth/reset-password", Access::Public(), ChooseNewPassword});
}

}  // namespace dialix::features::accounts
