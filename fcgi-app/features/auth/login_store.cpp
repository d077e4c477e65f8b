#include "features/auth/login_store.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "features/auth/me_store.h"
#include "features/auth/throttle.h"
#include "features/endpoint/audit.h"
#include "security/token.h"

namespace dialix::features {
namespace {

using store::Statement;

constexpr Statement kBegin{"auth_begin_login",
                           "SELECT account_id, company_id, password_hash, is_active, company_active, "
                           "totp_cipher, totp_last_step, wait_s, device_known, network_known "
                           "FROM auth_begin_login($1::text, $2::text, $3::text, $4::timestamptz)"};
constexpr Statement kFail{"auth_login_failed",
                          "SELECT auth_login_failed($1::jsonb, $2::text, $3::text, $4::uuid, $5::uuid, "
                          "$6::text, $7::integer, $8::integer, $9::text)"};
constexpr Statement kLogIn{
    "auth_log_in",
    "SELECT verdict, wait_s FROM auth_log_in($1::jsonb, $2::text, $3::text, $4::uuid, $5::uuid, $6::bytea, "
    "make_interval(secs => $7::int), $8::bytea, $9::text, $10::text, $11::bigint, $12::bytea, $13::integer, "
    "$14::integer, $15::text)"};

store::Param BytesOrNull(const std::string& bytes) {
  return bytes.empty() ? store::Param(std::nullopt) : store::Bytea(bytes);
}

}  // namespace

Result<Login> BeginLogin(Call& call, const std::string& email,
                         const std::optional<security::Device>& device) {
  const std::string device_id = device ? device->id : "";
  const std::string since = device ? FormatUtc(device->issued_at) : "";
  DIALIX_TRY(const auto rows,
             call.services.db.Query(
                 store::Scope::None(), kBegin,
                 {email, CallersNetwork(call), store::NullIfEmpty(device_id), store::NullIfEmpty(since)},
                 &call.cost));
  if (rows.empty()) return Internal("auth_begin_login gave no row");
  Login login;
  login.email = email;
  login.account_id = rows.String(0, 0);
  login.company_id = rows.String(0, 1);
  login.password_hash = rows.String(0, 2);
  login.account_active = rows.Bool(0, 3);
  login.company_active = rows.Bool(0, 4);
  login.totp_cipher = rows.String(0, 5);
  login.totp_last_step = rows.OptInt(0, 6).value_or(0);
  login.wait_s = static_cast<int>(rows.Int(0, 7));
  if (rows.Bool(0, 8)) login.device_id = device_id;
  login.network_known = rows.Bool(0, 9);
  return login;
}

Status FailLogin(Call& call, const Login& login, const std::string& reason) {
  const Config& config = call.services.config;
  DIALIX_TRY(const auto rows,
             call.services.db.Query(
                 store::Scope::None(), kFail,
                 {AuditContext(call), login.email, CallersNetwork(call), store::NullIfEmpty(login.account_id),
                  store::NullIfEmpty(login.company_id), reason, config.login_account_failures,
                  config.login_address_failures, store::NullIfEmpty(login.device_id)},
                 &call.cost, store::Batch::Mode::kReadWrite));
  const int wait_s = static_cast<int>(rows.Int(0, 0));
  if (wait_s > 0) return TooManyTries(wait_s);
  return Ok();
}

Result<LoggedIn> FinishLogin(Call& call, const Login& login, const std::string& token,
                             const std::string& old_token_hash, const SecondFactor& factor,
                             const std::string& new_hash) {
  const Config& config = call.services.config;
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kLogIn,
            {AuditContext(call), login.email, CallersNetwork(call), login.account_id, NewUuid(),
             store::Bytea(security::HashToken(token)), config.session_max_s, BytesOrNull(old_token_hash),
             login.password_hash, store::NullIfEmpty(new_hash), factor.step,
             BytesOrNull(factor.recovery_hash.value_or("")), config.login_account_failures,
             config.login_address_failures, store::NullIfEmpty(login.device_id)});
  batch.Add(kReadMe, {login.account_id});
  DIALIX_TRY(const auto rows, call.Run(batch));
  const std::string verdict = rows[0].String(0, 0);
  const int wait_s = static_cast<int>(rows[0].OptInt(0, 1).value_or(0));
  if (wait_s > 0) return TooManyTries(wait_s);
  return LoggedIn{verdict, verdict == "ok" ? MeJson(rows[1]) : std::string()};
}

}  // namespace dialix::features
