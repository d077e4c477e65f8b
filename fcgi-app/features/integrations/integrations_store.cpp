#include "features/integrations/integrations_store.h"

#include "features/endpoint/audit.h"

#define COMMON_JSON(row)                                                                      \
  "'active', " #row ".is_active, 'checked_at', iso(" #row ".checked_at), 'last_error', " #row \
  ".last_error, 'created_at', iso(" #row ".created_at), 'updated_at', iso(" #row ".updated_at))"
#define PBX_JSON(row)                                                                             \
  "json_build_object('host', " #row ".host, 'domain', " #row ".domain, 'synced_until', iso(" #row \
  ".synced_until), " COMMON_JSON(row)
#define BITRIX_JSON(row) "json_build_object(" COMMON_JSON(row)
#define AMOCRM_JSON(row)                                                       \
  "json_build_object('subdomain', " #row ".subdomain, 'client_id', " #row      \
  ".client_id, 'redirect_uri', " #row ".redirect_uri, 'expires_at', iso(" #row \
  ".expires_at), " COMMON_JSON(row)

// What the activity log tells of a service; `secrets` says of each secret no more than whether it is a new
// one.
#define PBX_AUDIT(row, secrets)                                                          \
  "jsonb_build_object('host', " #row ".host, 'domain', " #row ".domain, 'active', " #row \
  ".is_active) || " secrets
#define BITRIX_AUDIT(row, secrets) "jsonb_build_object('active', " #row ".is_active) || " secrets
#define AMOCRM_AUDIT(row, secrets)                                         \
  "jsonb_build_object('subdomain', " #row ".subdomain, 'client_id', " #row \
  ".client_id, 'redirect_uri', " #row ".redirect_uri, 'active', " #row ".is_active) || " secrets
#define MASKED(name) "jsonb_build_object('" name "_changed', false)"
#define MASKED_NEW(name, param) "jsonb_build_object('" name "_changed', " param "::text IS NOT NULL)"

#define AMOCRM_MASKED MASKED("client_secret") " || " MASKED("access_token") " || " MASKED("refresh_token")
#define AMOCRM_MASKED_NEW           \
  MASKED_NEW("client_secret", "$6") \
  " || " MASKED_NEW("access_token", "$7") " || " MASKED_NEW("refresh_token", "$8")

#define NOTE_CREATE_OR_UPDATE(kind, before, after)                                                        \
  "note_activity($1::jsonb, n.company_id, CASE WHEN o.company_id IS NULL THEN 'integration.create' ELSE " \
  "'integration.update' END, '" kind                                                                      \
  "', n.company_id, CASE WHEN o.company_id IS NULL THEN NULL ELSE " before " END, " after ")"

namespace dialix::features::integrations {
namespace {

using store::Statement;

#define PBX_TOKENS ", n.auth_key_cipher"
#define BITRIX_TOKENS ", n.webhook_url_cipher"
#define AMOCRM_TOKENS ", n.client_secret_cipher, n.access_token_cipher, n.refresh_token_cipher"

#define READ(table, json, tokens) \
  "SELECT " json "::text" tokens " FROM " table " n WHERE n.company_id = $1::uuid"
#define ERASE(table, kind, audit)                                                                        \
  "WITH n AS (DELETE FROM " table                                                                        \
  " WHERE company_id = $2::uuid RETURNING *) "                                                           \
  "SELECT note_activity($1::jsonb, n.company_id, 'integration.delete', '" kind "', n.company_id, " audit \
  ", NULL) FROM n"
#define CHECK(table, kind, json, tokens)                                                                \
  "WITH n AS (UPDATE " table                                                                            \
  " SET checked_at = now(), last_error = NULL WHERE company_id = $2::uuid RETURNING *) "                \
  "SELECT " json "::text" tokens ", note_activity($1::jsonb, n.company_id, 'integration.check', '" kind \
  "', n.company_id, NULL, '{}') FROM n"

#define FAILED(table) "UPDATE " table " SET last_error = $2::text WHERE company_id = $1::uuid"

constexpr Statement kReadPbx{"pbx_read", READ("pbx_credentials", PBX_JSON(n), PBX_TOKENS)};
constexpr Statement kErasePbx{"pbx_erase", ERASE("pbx_credentials", "pbx", PBX_AUDIT(n, MASKED("auth_key")))};
constexpr Statement kCheckPbx{"pbx_check", CHECK("pbx_credentials", "pbx", PBX_JSON(n), PBX_TOKENS)};
constexpr Statement kFailedPbx{"pbx_failed", FAILED("pbx_credentials")};
// A key that is new, or for another PBX, ends the session that the old one opened.
constexpr Statement kPutPbx{
    "pbx_put",
    "WITH o AS (SELECT * FROM pbx_credentials WHERE company_id = $2::uuid FOR UPDATE), "
    "n AS (INSERT INTO pbx_credentials AS p (company_id, host, domain, auth_key_cipher, is_active) "
    "SELECT $2::uuid, $3::text, $4::text, coalesce($5::text, (SELECT auth_key_cipher FROM o)), "
    "coalesce($6::boolean, (SELECT is_active FROM o), true) WHERE $5::text IS NOT NULL OR EXISTS (SELECT "
    "FROM o) "
    "ON CONFLICT (company_id) DO UPDATE SET host = excluded.host, domain = excluded.domain, auth_key_cipher "
    "= "
    "excluded.auth_key_cipher, is_active = excluded.is_active, session_cipher = CASE WHEN $5::text IS NULL "
    "AND "
    "(p.host, p.domain) = (excluded.host, excluded.domain) THEN p.session_cipher END, last_error = NULL, "
    "updated_at = now() RETURNING *) "
    "SELECT " PBX_JSON(n) "::text" PBX_TOKENS ", " NOTE_CREATE_OR_UPDATE(
        "pbx", PBX_AUDIT(o, MASKED("auth_key")),
        PBX_AUDIT(n, MASKED_NEW("auth_key", "$5"))) " FROM n LEFT JOIN o ON true"};

constexpr Statement kReadBitrix{"bitrix_read", READ("bitrix_credentials", BITRIX_JSON(n), BITRIX_TOKENS)};
constexpr Statement kEraseBitrix{
    "bitrix_erase", ERASE("bitrix_credentials", "bitrix", BITRIX_AUDIT(n, MASKED("webhook_url")))};
constexpr Statement kCheckBitrix{"bitrix_check",
                                 CHECK("bitrix_credentials", "bitrix", BITRIX_JSON(n), BITRIX_TOKENS)};
constexpr Statement kFailedBitrix{"bitrix_failed", FAILED("bitrix_credentials")};
constexpr Statement kPutBitrix{
    "bitrix_put",
    "WITH o AS (SELECT * FROM bitrix_credentials WHERE company_id = $2::uuid FOR UPDATE), "
    "n AS (INSERT INTO bitrix_credentials (company_id, webhook_url_cipher, is_active) "
    "SELECT $2::uuid, coalesce($3::text, (SELECT webhook_url_cipher FROM o)), "
    "coalesce($4::boolean, (SELECT is_active FROM o), true) WHERE $3::text IS NOT NULL OR EXISTS (SELECT "
    "FROM o) "
    "ON CONFLICT (company_id) DO UPDATE SET webhook_url_cipher = excluded.webhook_url_cipher, is_active = "
    "excluded.is_active, last_error = NULL, updated_at = now() RETURNING *) "
    "SELECT " BITRIX_JSON(n) "::text" BITRIX_TOKENS ", " NOTE_CREATE_OR_UPDATE(
        "bitrix", BITRIX_AUDIT(o, MASKED("webhook_url")),
        BITRIX_AUDIT(n, MASKED_NEW("webhook_url", "$3"))) " FROM n LEFT JOIN o ON true"};

constexpr Statement kReadAmocrm{"amocrm_read", READ("amocrm_credentials", AMOCRM_JSON(n), AMOCRM_TOKENS)};
constexpr Statement kEraseAmocrm{"amocrm_erase",
                                 ERASE("amocrm_credentials", "amocrm", AMOCRM_AUDIT(n, AMOCRM_MASKED))};
constexpr Statement kCheckAmocrm{"amocrm_check",
                                 CHECK("amocrm_credentials", "amocrm", AMOCRM_JSON(n), AMOCRM_TOKENS)};
constexpr Statement kFailedAmocrm{"amocrm_failed", FAILED("amocrm_credentials")};
constexpr Statement kPutAmocrm{
    "amocrm_put",
    "WITH o AS (SELECT * FROM amocrm_credentials WHERE company_id = $2::uuid FOR UPDATE), "
    "n AS (INSERT INTO amocrm_credentials (company_id, subdomain, client_id, redirect_uri, "
    "client_secret_cipher, "
    "access_token_cipher, refresh_token_cipher, expires_at, is_active) "
    "SELECT $2::uuid, $3::text, $4::text, $5::text, coalesce($6::text, (SELECT client_secret_cipher FROM "
    "o)), "
    "coalesce($7::text, (SELECT access_token_cipher FROM o)), coalesce($8::text, (SELECT "
    "refresh_token_cipher FROM o)), "
    "coalesce($9::timestamptz, (SELECT expires_at FROM o), now()), coalesce($10::boolean, (SELECT is_active "
    "FROM o), true) "
    "WHERE ($6::text IS NOT NULL AND $7::text IS NOT NULL AND $8::text IS NOT NULL) OR EXISTS (SELECT FROM "
    "o) "
    "ON CONFLICT (company_id) DO UPDATE SET subdomain = excluded.subdomain, client_id = excluded.client_id, "
    "redirect_uri = excluded.redirect_uri, client_secret_cipher = excluded.client_secret_cipher, "
    "access_token_cipher "
    "= excluded.access_token_cipher, refresh_token_cipher = excluded.refresh_token_cipher, expires_at = "
    "excluded.expires_at, is_active = excluded.is_active, last_error = NULL, updated_at = now() RETURNING *) "
    "SELECT " AMOCRM_JSON(n) "::text" AMOCRM_TOKENS ", " NOTE_CREATE_OR_UPDATE(
        "amocrm", AMOCRM_AUDIT(o, AMOCRM_MASKED),
        AMOCRM_AUDIT(n, AMOCRM_MASKED_NEW)) " FROM n LEFT JOIN o ON true"};

Stored Take(const Kind& kind, const store::Rows& rows) {
  Stored stored{rows.String(0, 0), {}};
  for (std::size_t i = 0; i < kind.secrets.size(); ++i)
    stored.tokens.push_back(rows.String(0, static_cast<int>(i) + 1));
  return stored;
}

Error Absent(const Kind& kind) { return NotFound(std::string(kind.title) + " integration"); }

}  // namespace

const Kind& Pbx() {
  static const Kind kind{"pbx", "PBX", {"auth_key"}, kReadPbx, kPutPbx, kErasePbx, kCheckPbx, kFailedPbx};
  return kind;
}

const Kind& Bitrix() {
  static const Kind kind{"bitrix",   "Bitrix24",   {"webhook_url"}, kReadBitrix,
                         kPutBitrix, kEraseBitrix, kCheckBitrix,    kFailedBitrix};
  return kind;
}

const Kind& Amocrm() {
  static const Kind kind{"amocrm",     "amoCRM",     {"client_secret", "access_token", "refresh_token"},
                         kReadAmocrm,  kPutAmocrm,   kEraseAmocrm,
                         kCheckAmocrm, kFailedAmocrm};
  return kind;
}

Result<Stored> Read(Call& call, const Kind& kind) {
  DIALIX_TRY(const store::Rows rows, call.Query(kind.read, {call.company_id}));
  if (rows.empty()) return Absent(kind);
  return Take(kind, rows);
}

Result<std::optional<Stored>> Put(Call& call, const Kind& kind, std::vector<store::Param> params) {
  params.insert(params.begin(), {store::Param(AuditContext(call)), store::Param(call.company_id)});
  DIALIX_TRY(const store::Rows rows, call.Change(kind.put, std::move(params)));
  if (rows.empty()) return std::optional<Stored>();
  return std::optional(Take(kind, rows));
}

Status Erase(Call& call, const Kind& kind) {
  DIALIX_TRY(const store::Rows rows, call.Change(kind.erase, {AuditContext(call), call.company_id}));
  if (rows.empty()) return Absent(kind);
  return Ok();
}

Result<Stored> ReadForCheck(Call& call, const Kind& kind) {
  DIALIX_TRY(const store::Rows rows, call.Change(kind.check, {AuditContext(call), call.company_id}));
  if (rows.empty()) return Absent(kind);
  return Take(kind, rows);
}

Status NoteFailure(Call& call, const Kind& kind, const std::string& reason) {
  DIALIX_TRY(const store::Rows rows, call.Change(kind.failed, {call.company_id, reason}));
  (void)rows;
  return Ok();
}

}  // namespace dialix::features::integrations
