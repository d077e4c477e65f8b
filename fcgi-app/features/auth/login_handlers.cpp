#include "features/auth/auth_handlers.h"
#include "features/auth/login_store.h"
#include "features/auth/proof.h"
#include "features/auth/session_cookie.h"
#include "features/auth/session_store.h"
#include "features/auth/throttle.h"
#include "features/endpoint/fields.h"
#include "http/problem.h"
#include "security/device_cookie.h"
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
                                       const std::optional<security::Device>& device,
                                       const std::optional<std::string>& typed) {
  if (login.totp_cipher.empty()) return SecondFactor{};
  if (!typed) {
    // Not told to who guessed too often meanwhile: it would tell that the password was right.
    DIALIX_TRY(const Login now, BeginLogin(call, login.email, device));
    if (now.wait_s > 0) return TooManyTries(now.wait_s);
    return TotpRequired();
  }
  DIALIX_TRY(SecondFactor factor, ReadSecondFactor(call, *typed, login.totp_cipher, login.totp_last_step));
  if (!factor.step && !factor.recovery_hash) return Failed(call, login, "wrong code", TotpWrong());
  return factor;
}

// What the request's device cookie is worth for this e-mail.
struct ShownDevice {
  std::optional<security::Device> device;
  bool is_none = false;  // there is a cookie, and it is nothing: forged, too old, or somebody else's
};

ShownDevice ReadDevice(const Call& call, const std::string& email, TimePoint now) {
  const Config& config = call.services.config;
  const auto name = DeviceCookieName(call.request, config);
  const auto cookie = name ? call.request.Cookie(*name) : std::nullopt;
  if (!cookie || cookie->empty()) return {};
  ShownDevice shown;
  shown.device =
      security::ReadDeviceCookie(call.services.keys, *cookie, email, now, config.login_device_max_s);
  shown.is_none = !shown.device;
  return shown;
}

security::Lane LaneOf(const Login& login, bool is_none) {
  if (!login.device_id.empty()) return security::Lane::kKnown;
  if (login.network_known) return security::Lane::kNetwork;
  return is_none ? security::Lane::kSuspect : security::Lane::kStranger;
}

std::string NewHashIfDue(Call& call, const Login& login, const std::string& password, security::Lane lane) {
  if (!call.services.hasher.NeedsRehash(login.password_hash)) return {};
  const auto hash = call.services.hasher.Hash(password, lane);
  return hash ? *hash : std::string();  // while it is busy, the old one will do
}

// A browser with somebody else's or an old cookie is better off without it: its next try is a stranger's.
http::Response BusyWithoutDevice(const Call& call, const Error& busy) {
  http::Response response = http::ProblemResponse(busy, call.request.id);
  DropDeviceCookie(response, call);
  return response;
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

  const TimePoint now = Now();
  const ShownDevice shown = ReadDevice(call, email, now);
  security::PasswordHasher& hasher = call.services.hasher;
  // Who finds no room by any means does not cost PostgreSQL a question; nor does whatever shows a cookie that
  // is none while others wait: programs can make up as many as they like.
  if (shown.is_none) {
    if (const Status room = hasher.Room(security::Lane::kSuspect); !room) {
      return BusyWithoutDevice(call, room.error());
    }
  }
  DIALIX_CHECK(hasher.Room(shown.device ? security::Lane::kKnown : security::Lane::kNetwork));
  DIALIX_TRY(const Login login, BeginLogin(call, email, shown.device));
  if (login.wait_s > 0) return TooManyTries(login.wait_s);
  const security::Lane lane = LaneOf(login, shown.is_none);
  // The same work is done for a name that does not exist, so that time does not tell.
  const Result<bool> verified = hasher.Verify(password, login.password_hash, lane);
  if (!verified && lane == security::Lane::kSuspect) return BusyWithoutDevice(call, verified.error());
  DIALIX_TRY(const bool right, verified);
  if (!right) {
    return Failed(call, login, login.account_id.empty() ? "unknown login" : "wrong password",
                  InvalidCredentials());
  }
  if (!login.account_active || !login.company_active) return Failed(call, login, "blocked", Blocked(login));
  DIALIX_TRY(const SecondFactor factor, CheckSecondFactor(call, login, shown.device, totp));

  call.company_id = login.company_id;
  call.scope = login.company_id.empty() ? store::Scope::Platform() : store::Scope::Company(login.company_id);
  const std::string token = security::NewToken();
  const auto old = call.request.Cookie(*cookie);
  DIALIX_TRY(LoggedIn done, FinishLogin(call, login, token, old ? security::HashToken(*old) : std::string(),
                                        factor, NewHashIfDue(call, login, password, lane)));
  if (done.verdict == "totp_required") return TotpRequired();
  if (done.verdict == "totp_wrong") return TotpWrong();
  if (done.verdict != "ok") return InvalidCredentials();
  http::Response response = http::Response::Json(std::move(done.me));
  AddSessionCookie(response, call, token);
  AddDeviceCookie(response, call, email, now);
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
