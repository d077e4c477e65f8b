#include "features/auth/auth_handlers.h"

#include "features/auth/auth_store.h"
#include "features/auth/session_cookie.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "security/token.h"

namespace dialix::features {
namespace {

Error InvalidCredentials() {
  Error error = Fail(Error::Code::kUnauthenticated, "The e-mail or the password is wrong.");
  error.slug = "invalid_credentials";
  return error;
}

Result<http::Response> HandleLogin(Call& call) {
  const auto cookie = SessionCookieName(call.request, call.services.config);
  if (!cookie) return Fail(Error::Code::kForbidden, "Log in over https.");
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"login", "password"});
  const std::string email = fields.RequiredText("login", 1, 254);
  const std::string password = fields.RequiredText("password", 1, 256);
  if (!fields.ok()) return fields.TakeError();

  DIALIX_TRY(auto login, FindLogin(call, email));
  // The same work is done for a name that does not exist, so that time does not tell.
  DIALIX_TRY(const bool right, login ? call.services.hasher.Verify(password, login->password_hash)
                                     : call.services.hasher.VerifyNobody(password));
  if (!right) {
    DIALIX_CHECK(NoteFailedLogin(call, email, login ? "wrong password" : "unknown login"));
    return InvalidCredentials();
  }
  if (!login->account_active || !login->company_active) {
    DIALIX_CHECK(NoteFailedLogin(call, email, "blocked"));
    Error error = Fail(Error::Code::kForbidden,
                       login->account_active ? "This company is blocked." : "This account is blocked.");
    error.slug = "blocked";
    return error;
  }
  const std::string token = security::NewToken();
  call.company_id = login->company_id;
  call.scope =
      login->company_id.empty() ? store::Scope::Platform() : store::Scope::Company(login->company_id);
  DIALIX_TRY(std::string me, OpenSession(call, *login, token));
  http::Response response = http::Response::Json(std::move(me));
  response.Add("Set-Cookie",
               SetSessionCookie(call.request, *cookie, token, call.services.config.session_max_s));
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<http::Response> HandleLogout(Call& call) {
  DIALIX_CHECK(CloseSession(call));
  http::Response response = http::Response::NoContent();
  if (const auto cookie = SessionCookieName(call.request, call.services.config)) {
    response.Add("Set-Cookie", ClearSessionCookie(call.request, *cookie));
  }
  return response;
}

http::Response PrivateJson(std::string body) {
  http::Response response = http::Response::Json(std::move(body));
  response.Add("Cache-Control", "no-store");
  return response;
}

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
  return PrivateJson(std::move(me));
}

Result<http::Response> HandleChangePassword(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"current_password", "new_password"});
  const std::string current = fields.RequiredText("current_password", 1, 256);
  const std::string wanted = fields.RequiredText("new_password", 1, 256);
  if (!fields.ok()) return fields.TakeError();
  if (const std::string complaint =
          security::PasswordComplaint(wanted, {call.principal.email, call.principal.name});
      !complaint.empty()) {
    fields.Add("new_password", "weak", complaint);
  }
  DIALIX_TRY(const bool right, call.services.hasher.Verify(current, call.password_hash));
  if (!right) {
    return Invalid({{"current_password", "wrong", "is not your password"}});
  }
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(const std::string hash, call.services.hasher.Hash(wanted));
  DIALIX_CHECK(ChangePassword(call, hash));
  return http::Response::NoContent();
}

}  // namespace

void AppendAuthEndpoints(EndpointTable& table) {
  using cache::Kind;
  using http::Method;
  table.push_back({Method::kPost, "/api/v1/auth/login", Access::Public(), HandleLogin});
  table.push_back({Method::kPost, "/api/v1/auth/logout", Access::Authenticated(), HandleLogout});
  table.push_back({Method::kGet,
                   "/api/v1/me",
                   Access::Authenticated(),
                   HandleGetMe,
                   {Kind::kAccount, Kind::kAccess, Kind::kSettings}});
  table.push_back({Method::kPatch, "/api/v1/me", Access::Authenticated(), HandlePatchMe});
  table.push_back(
      {Method::kPost, "/api/v1/me/password", Access::Authenticated().WithPassword(), HandleChangePassword});
}

}  // namespace dialix::features
