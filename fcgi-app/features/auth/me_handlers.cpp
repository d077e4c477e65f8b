#include "features/auth/auth_handlers.h"
#include "features/auth/me_store.h"
#include "features/auth/proof.h"
#include "features/auth/session_cookie.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "security/password_rules.h"
#include "security/token.h"

namespace dialix::features {
namespace {

Result<http::Response> HandleGetMe(Call& call) {
  auto key = KeyOf(call, "me");
  key.Add(call.principal.account_id);
  return CachedJson(call, std::move(key), [&] { return ReadMe(call); });
}

Result<http::Response> HandlePatchMe(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"name", "language"});
  fields.RequireAny();
  fields.RefuseNull({"name", "language"});
  const auto name = fields.OptionalText("name", 1, 200);
  const auto language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string me, UpdateMe(call, name, language));
  http::Response response = http::Response::Json(std::move(me));
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<http::Response> HandleSecurityEvents(Call& call) {
  DIALIX_TRY(std::string body, ReadSecurityEvents(call));
  http::Response response = http::Response::Json(std::move(body));
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<http::Response> HandleChangePassword(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"current_password", "new_password", "revoke_tokens"});
  fields.RefuseNull({"revoke_tokens"});
  const std::string current = fields.RequiredText("current_password", 1, 256);
  const std::string wanted = fields.RequiredText("new_password", 1, 256);
  const bool revoke_tokens = fields.OptionalBool("revoke_tokens").value_or(false);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_CHECK(ProvePassword(call, current, "current_password"));
  const std::string complaint =
      security::PasswordComplaint(wanted, {call.principal.email, call.principal.name, call.own.company_name});
  if (!complaint.empty()) fields.Add("new_password", "weak", complaint);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(const std::string hash, call.services.hasher.Hash(wanted));
  const std::string token = security::NewToken();
  DIALIX_CHECK(ChangePassword(call, hash, token, revoke_tokens));
  http::Response response = http::Response::NoContent();
  AddSessionCookie(response, call, token);
  AddDeviceCookie(response, call, call.principal.email, Now());  // those of before are worth nothing now
  return response;
}

}  // namespace

void AppendMeEndpoints(EndpointTable& table) {
  using cache::Kind;
  using http::Method;
  table.push_back({Method::kGet,
                   "/api/v1/me",
                   Access::Authenticated().BeforeEnrolment(),
                   HandleGetMe,
                   {Kind::kAccount, Kind::kAccess, Kind::kSettings}});
  table.push_back({Method::kGet, "/api/v1/me/security-events", Access::OwnSession(), HandleSecurityEvents});
  table.push_back({Method::kPatch, "/api/v1/me", Access::OwnSession(), HandlePatchMe});
  table.push_back(
      {Method::kPost, "/api/v1/me/password", Access::OwnSession().WithSecrets(), HandleChangePassword});
}

}  // namespace dialix::features
