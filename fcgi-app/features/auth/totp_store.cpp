#include "features/auth/totp_store.h"

#include "base/text.h"
#include "features/auth/proof.h"
#include "features/auth/session_sql.h"
#include "features/endpoint/audit.h"

// Inserts the recovery codes whose hashes are in the parameter (hex texts), for rows of account_totp in
// `row`.
#define INSERT_CODES(row, parameter)                                                                        \
  "INSERT INTO account_recovery_code (account_id, company_id, code_hash) SELECT " #row ".account_id, " #row \
  ".company_id, decode(hash, 'hex') FROM " #row ", unnest(" parameter "::text[]) AS hash"

namespace dialix::features {
namespace {

using store::Statement;

constexpr Statement kRead{
    "totp_read",
    "SELECT json_build_object('enabled', t.account_id IS NOT NULL, 'confirmed_at', iso(t.confirmed_at), "
    "'recovery_codes_left', (SELECT count(*) FROM account_recovery_code r WHERE r.account_id = t.account_id "
    "AND r.used_at IS NULL), 'required', coalesce(s.require_totp, $2::boolean AND a.company_id IS "
    "NULL))::text "
    "FROM account a LEFT JOIN account_totp t ON t.account_id = a.id AND t.confirmed_at IS NOT NULL "
    "LEFT JOIN company_settings s ON s.company_id = a.company_id WHERE a.id = $1::uuid"};
constexpr Statement kBegin{"totp_begin",
                           "WITH t AS (INSERT INTO account_totp AS t (account_id, company_id, secret_cipher) "
                           "VALUES ($2::uuid, $3::uuid, $4::text) "
                           "ON CONFLICT (account_id) DO UPDATE SET secret_cipher = excluded.secret_cipher, "
                           "last_step = 0, created_at = now() "
                           "WHERE t.confirmed_at IS NULL RETURNING *) "
                           "SELECT note_activity($1::jsonb, t.company_id, 'totp.begin', 'account', "
                           "t.account_id, NULL, NULL) FROM t"};
constexpr Statement kConfirm{
    "totp_confirm",
    "WITH t AS (UPDATE account_totp t SET confirmed_at = now(), last_step = $3::bigint WHERE t.account_id = $2::uuid "
    "AND t.confirmed_at IS NULL AND t.secret_cipher = $4::text RETURNING *), "
    "old AS (DELETE FROM account_recovery_code r USING t WHERE r.account_id = t.account_id), "
    "codes AS (" INSERT_CODES(t, "$5") "), " ROTATE_SESSIONS("t", "$6", "$7", "$8", "$9", "$10") " "
    "SELECT note_activity($1::jsonb, t.company_id, 'totp.enable', 'account', t.account_id, NULL, NULL) FROM t"};
// The recovery codes go with it.
constexpr Statement kEnd{
    "totp_end",
    "WITH t AS (DELETE FROM account_totp t WHERE t.account_id = $2::uuid AND t.confirmed_at IS NOT NULL "
    "AND (t.last_step < $3::bigint OR EXISTS (SELECT FROM account_recovery_code r WHERE r.account_id = "
    "t.account_id "
    "AND r.code_hash = $4::bytea AND r.used_at IS NULL)) RETURNING *), " ROTATE_SESSIONS("t", "$5", "$6", "$7", "$8", "$9") " "
    "SELECT note_activity($1::jsonb, t.company_id, 'totp.disable', 'account', t.account_id, NULL, NULL) FROM "
    "t"};
constexpr Statement kReplace{
    "totp_replace_codes",
    "WITH t AS (SELECT * FROM account_totp t WHERE t.account_id = $2::uuid AND t.confirmed_at IS NOT NULL FOR UPDATE), "
    "old AS (DELETE FROM account_recovery_code r USING t WHERE r.account_id = t.account_id), "
    "codes AS (" INSERT_CODES(t, "$3") ") "
    "SELECT note_activity($1::jsonb, t.company_id, 'totp.recovery_codes', 'account', t.account_id, NULL, NULL) FROM t"};

std::vector<std::string> Hex(const std::vector<std::string>& hashes) {
  std::vector<std::string> texts;
  for (const std::string& hash : hashes) texts.push_back(ToHex(hash));
  return texts;
}

}  // namespace

Result<std::string> ReadTotp(Call& call) {
  DIALIX_TRY(const auto rows,
             call.Query(kRead, {call.principal.account_id, call.services.config.platform_require_totp}));
  if (rows.empty()) return NotFound("account");
  return rows.String(0, 0);
}

Status BeginTotp(Call& call, const std::string& secret_cipher) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kBegin, {AuditContext(call), call.principal.account_id,
                     store::NullIfEmpty(call.principal.company_id), secret_cipher});
  AddProven(batch, call);
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (rows[0].empty()) return Conflict("totp_on", "You have a second factor already.");
  return Ok();
}

Status ConfirmTotp(Call& call, std::int64_t step, const std::vector<std::string>& recovery_hashes,
                   const std::string& token) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kConfirm, WithNewSession(call, token,
                                     {AuditContext(call), call.principal.account_id, step,
                                      call.own.totp_cipher, Hex(recovery_hashes)}));
  AddProven(batch, call);
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (rows[0].empty()) return Conflict("totp_changed", "It was changed meanwhile. Log in and look again.");
  return Ok();
}

Status EndTotp(Call& call, const SecondFactor& factor, const std::string& token) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kEnd, WithNewSession(call, token,
                                 {AuditContext(call), call.principal.account_id, factor.step,
                                  factor.recovery_hash ? store::Bytea(*factor.recovery_hash)
                                                       : store::Param(std::nullopt)}));
  AddWrongWhileOn(batch, call);
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (!rows[1].empty()) return WrongCode(rows[1]);
  return Ok();
}

Status ReplaceRecoveryCodes(Call& call, const std::vector<std::string>& recovery_hashes) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(kReplace, {AuditContext(call), call.principal.account_id, Hex(recovery_hashes)});
  AddProven(batch, call);
  DIALIX_TRY(const auto rows, call.Change(batch));
  if (rows[0].empty()) return Conflict("totp_off", "You have no second factor.");
  return Ok();
}

}  // namespace dialix::features
