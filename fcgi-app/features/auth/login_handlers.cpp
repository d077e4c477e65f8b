#include "features/auth/auth_handlers.h"
#include "features/auth/login_store.h"
#include "features/auth/proof.h"
#include "features/auth/session_cookie.h"
#include "features/auth/session_store.h"
#include "features/auth/throttle.h"
#include "features/endpoint/fields.h"
#include "security/token.h"

namespace dialix::features {
namespace {

Error Unauthenticated(const char* slug, const char* message) {
  Error error = Fail(Error::Code::kUnauthenticated, message);
  error.slug = slug;
  return error;
}
Error InvalidCredentials() {
  return Unauthenticated("invalid_credentials", "The e-mail or the password is wrong.");
}
Error TotpRequired() {
  return Unauthenticated("totp_required", "Type the code of your second factor as well.");
}
Error TotpWrong() { return Unauthenticated("totp_wrong", "The code is wrong, or was used before."); }

Error Blocked(const Login& login) {
  Error error = Fail(Error::Code::kForbidden,
                     login.account_active ? "This company is blocked." : "This account is blocked.");
  error.slug = "blocked";
  return error;
}

// Notes the failure, then gives the answer for it, unless it must be another.
Error Failed(Call& call, const Login& login, const char* reason, Error answer) {
  if (auto noted = FailLogin(call, login, reason); !noted) return std::move(noted).error();
  return answer;
}

// Errors: those of a code that is missing or wrong. REQUIRES: the password was right.
Result<SecondFactor> CheckSecondFactor(Call& call, const Login& login,
                                       const std::optional<std::string>& typed) {
  if (login.totp_cipher.empty()) return SecondFactor{};
  if (!typed) {
    // Not told to who guessed too often meanwhile: it would tell that the password was right.
    DIALIX_TRY(const Login now, BeginLogin(call, login.email));
    if (now.wait_s > 0) return TooManyTries(now.wait_s);
    return TotpRequired();
  }
  DIALIX_TRY(SecondFactor factor, ReadSecondFactor(call, *typed, login.totp_cipher, login.totp_last_step));
  if (!factor.step && !factor.recovery_hash) return Failed(call, login, "wrong code", TotpWrong());
  return factor;
}

std::string NewHashIfDue(Call& call, const Login& login, const std::string& password) {
  if (!call.services.hasher.NeedsRehash(login.password_hash)) return {};
  const auto hash = call.services.hasher.Hash(password);
  return hash ? *hash : std::string();  // while it is busy, the old one will do
}

Result<http::Response> HandleLogin(Call& call) {
  const auto cookie = SessionCookieName(call.request, call.services.config);
  if (!cookie) return Fail(Error::Code::kForbidden, "Log in over https.");
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"login", "password", "totp"});
  const std::string email = fields.RequiredText("login", 1, 254);
  const std::string password = fields.RequiredText("password", 1, 256);
  const auto totp = fields.OptionalText("totp", 1, 40);
  if (!fields.ok()) return fields.TakeError();

  DIALIX_CHECK(call.services.hasher.Room());
  DIALIX_TRY(const Login login, BeginLogin(call, email));
  if (login.wait_s > 0) return TooManyTries(login.wait_s);
  // The same work is done for a name that does not exist, so that time does not tell.
  DIALIX_TRY(const bool right, call.services.hasher.Verify(password, login.password_hash));
  if (!right) {
    return Failed(call, login, login.account_id.empty() ? "unknown login" : "wrong password",
                  InvalidCredentials());
  }
  if (!login.account_active || !login.company_active) return Failed(call, login, "blocked", Blocked(login));
  DIALIX_TRY(const SecondFactor factor, CheckSecondFactor(call, login, totp));

  call.company_id = login.company_id;
  call.scope = login.company_id.empty() ? store::Scope::Platform() : store::Scope::Company(login.company_id);
  const std::string token = security::NewToken();
  const auto old = call.request.Cookie(*cookie);
  DIALIX_TRY(LoggedIn done, FinishLogin(call, login, token, old ? security::HashToken(*old) : std::string(),
                                        factor, NewHashIfDue(call, login, password)));
  if (done.verdict == "totp_required") return TotpRequired();
  if (done.verdict == "totp_wrong") return TotpWrong();
  if (done.verdict != "ok") return InvalidCredentials();
  http::Response response = http::Response::Json(std::move(done.me));
  AddSessionCookie(response, call, token);
  return response;
}

Result<http::Response> HandleLogout(Call& call) {
  DIALIX_CHECK(CloseSession(call));
  http::Response response = http::Response::NoContent();
  DropSessionCookie(response, call);
  return response;
}

}  // namespace

void AppendLoginEndpoints(EndpointTable& table) {
  using http::Method;
  table.push_back({Method::kPost, "/api/v1/auth/login", Access::Public(), HandleLogin});
  table.push_back(
      {Method::kPost, "/api/v1/auth/logout", Access::OwnSession().BeforeEnrolment(), HandleLogout});
}

}  // namespace dialix::features
