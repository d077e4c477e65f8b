#include "features/auth/auth_handlers.h"
#include "features/auth/proof.h"
#include "features/auth/session_cookie.h"
#include "features/auth/throttle.h"
#include "features/auth/totp_store.h"
#include "features/endpoint/fields.h"
#include "security/token.h"
#include "security/totp.h"

namespace dialix::features {
namespace {

constexpr int kRecoveryCodes = 10;

struct RecoveryCodes {
  std::string json;  // {recovery_codes}
  std::vector<std::string> hashes;
};

RecoveryCodes NewRecoveryCodes() {
  RecoveryCodes made;
  JsonWriter body;
  body.BeginObject().Key("recovery_codes").BeginArray();
  for (int i = 0; i < kRecoveryCodes; ++i) {
    const std::string code = security::NewRecoveryCode();
    body.String(code);
    made.hashes.push_back(*security::HashRecoveryCode(code));
  }
  made.json = body.EndArray().EndObject().Take();
  return made;
}

http::Response Secret(std::string body) {
  http::Response response = http::Response::Json(std::move(body));
  response.Add("Cache-Control", "no-store");
  return response;
}

Error IsOn() { return Conflict("totp_on", "You have a second factor already."); }
Error IsOff() { return Conflict("totp_off", "You have no second factor."); }

Result<http::Response> HandleRead(Call& call) {
  DIALIX_TRY(std::string body, ReadTotp(call));
  return Secret(std::move(body));
}

Result<http::Response> HandleBegin(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"password"});
  const std::string password = fields.RequiredText("password", 1, 256);
  if (!fields.ok()) return fields.TakeError();
  if (call.own.totp_is_on) return IsOn();
  DIALIX_CHECK(ProvePassword(call, password, "password"));
  const std::string secret = security::NewTotpSecret();
  DIALIX_CHECK(BeginTotp(call, call.services.encryption.Encrypt(secret)));
  JsonWriter body;
  body.BeginObject()
      .Field("secret", security::ToBase32(secret))
      .Field("uri", security::TotpUri(secret, call.principal.email))
      .EndObject();
  return Secret(body.Take());
}

Result<http::Response> HandleConfirm(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"code"});
  const std::string code = fields.RequiredText("code", 1, 40);
  if (!fields.ok()) return fields.TakeError();
  if (call.own.totp_is_on) return IsOn();
  if (call.own.totp_cipher.empty()) return IsOff();
  if (call.own.wait_s > 0) return TooManyTries(call.own.wait_s);
  DIALIX_TRY(const SecondFactor factor, ReadSecondFactor(call, code, call.own.totp_cipher, 0));
  if (!factor.step) return WrongCode(call);
  RecoveryCodes codes = NewRecoveryCodes();
  const std::string token = security::NewToken();
  DIALIX_CHECK(ConfirmTotp(call, *factor.step, codes.hashes, token));
  http::Response response = Secret(std::move(codes.json));
  AddSessionCookie(response, call, token);
  return response;
}

Result<http::Response> HandleEnd(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"password", "code"});
  const std::string password = fields.RequiredText("password", 1, 256);
  const std::string code = fields.RequiredText("code", 1, 40);
  if (!fields.ok()) return fields.TakeError();
  if (!call.own.totp_is_on) return IsOff();
  DIALIX_CHECK(ProvePassword(call, password, "password"));
  DIALIX_TRY(const SecondFactor factor,
             ReadSecondFactor(call, code, call.own.totp_cipher, call.own.totp_last_step));
  if (!factor.step && !factor.recovery_hash) return WrongCode(call);
  const std::string token = security::NewToken();
  DIALIX_CHECK(EndTotp(call, factor, token));
  http::Response response = http::Response::NoContent();
  AddSessionCookie(response, call, token);
  return response;
}

Result<http::Response> HandleReplaceCodes(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"password"});
  const std::string password = fields.RequiredText("password", 1, 256);
  if (!fields.ok()) return fields.TakeError();
  if (!call.own.totp_is_on) return IsOff();
  DIALIX_CHECK(ProvePassword(call, password, "password"));
  RecoveryCodes codes = NewRecoveryCodes();
  DIALIX_CHECK(ReplaceRecoveryCodes(call, codes.hashes));
  return Secret(std::move(codes.json));
}

}  // namespace

void AppendTotpEndpoints(EndpointTable& table) {
  using http::Method;
  const Access read = Access::OwnSession().BeforeEnrolment();
  const Access prove = Access::OwnSession().WithSecrets().BeforeEnrolment();
  table.push_back({Method::kGet, "/api/v1/me/totp", read, HandleRead});
  table.push_back({Method::kPost, "/api/v1/me/totp", prove, HandleBegin});
  table.push_back({Method::kDelete, "/api/v1/me/totp", prove, HandleEnd});
  table.push_back({Method::kPost, "/api/v1/me/totp/confirm", prove, HandleConfirm});
  table.push_back({Method::kPost, "/api/v1/me/totp/recovery-codes", prove, HandleReplaceCodes});
}

}  // namespace dialix::features
