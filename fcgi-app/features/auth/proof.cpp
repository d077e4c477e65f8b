#include "features/auth/proof.h"

#include "base/clock.h"
#include "features/auth/throttle.h"
#include "features/endpoint/audit.h"
#include "security/totp.h"

namespace dialix::features {
namespace {

using store::Statement;

constexpr int kFreeTries = 5;

constexpr Statement kWrong{
    "proof_wrong",
    "WITH counted AS MATERIALIZED (SELECT throttle_fail($2::text, $3::integer) AS wait_s) "
    "SELECT wait_s, CASE WHEN wait_s = 0 THEN note_activity($1::jsonb, $4::uuid, 'auth.proof_failed', "
    "'account', "
    "$5::uuid, NULL, jsonb_build_object('reason', $6::text)) END FROM counted"};
// The same, as long as the second factor is still on: behind a statement that ends it with a code.
constexpr Statement kWrongWhileOn{
    "proof_wrong_while_on",
    "WITH counted AS MATERIALIZED (SELECT throttle_fail($2::text, $3::integer) AS wait_s WHERE EXISTS "
    "(SELECT FROM "
    "account_totp t WHERE t.account_id = $5::uuid AND t.confirmed_at IS NOT NULL)) "
    "SELECT wait_s, CASE WHEN wait_s = 0 THEN note_activity($1::jsonb, $4::uuid, 'auth.proof_failed', "
    "'account', "
    "$5::uuid, NULL, jsonb_build_object('reason', $6::text)) END FROM counted"};
constexpr Statement kClear{"throttle_clear", "SELECT throttle_clear($1::text)"};

std::string Key(const Call& call) { return "password:" + call.principal.account_id; }

std::vector<store::Param> WrongParams(const Call& call, const char* reason) {
  return {AuditContext(call),        Key(call), kFreeTries, store::NullIfEmpty(call.principal.company_id),
          call.principal.account_id, reason};
}

// Ok() where the try was counted.
Status Counted(const store::Rows& rows) {
  const int wait_s = static_cast<int>(rows.Int(0, 0));
  if (wait_s > 0) return TooManyTries(wait_s);
  return Ok();
}

}  // namespace

Status ProvePassword(Call& call, const std::string& password, const std::string& field) {
  if (call.own.wait_s > 0) return TooManyTries(call.own.wait_s);
  DIALIX_TRY(const bool right, call.services.hasher.Verify(password, call.own.password_hash));
  if (right) return Ok();
  DIALIX_TRY(const auto rows, call.Change(kWrong, WrongParams(call, "wrong password")));
  DIALIX_CHECK(Counted(rows));
  return Invalid({{field, "wrong", "is not your password"}});
}

Result<SecondFactor> ReadSecondFactor(Call& call, const std::string& typed, const std::string& totp_cipher,
                                      std::int64_t last_step) {
  DIALIX_TRY(const std::string secret, call.services.encryption.Decrypt(totp_cipher));
  SecondFactor factor;
  const std::int64_t now_s =
      std::chrono::duration_cast<std::chrono::seconds>(Now().time_since_epoch()).count();
  factor.step = security::MatchTotp(secret, typed, now_s, last_step);
  if (!factor.step) factor.recovery_hash = security::HashRecoveryCode(typed);
  return factor;
}

Error WrongCode(Call& call) {
  auto rows = call.Change(kWrong, WrongParams(call, "wrong code"));
  return rows ? WrongCode(*rows) : std::move(rows).error();
}

Error WrongCode(const store::Rows& counted) {
  if (auto done = Counted(counted); !done) return std::move(done).error();
  return Invalid({{"code", "wrong", "is no code of now, was used before, or is no recovery code"}});
}

void AddWrongWhileOn(store::Batch& batch, const Call& call) {
  batch.Add(kWrongWhileOn, WrongParams(call, "wrong code"));
}

void AddProven(store::Batch& batch, const Call& call) { batch.Add(kClear, {Key(call)}); }

}  // namespace dialix::features
