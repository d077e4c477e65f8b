#include "features/settings/settings_store.h"

#include "features/endpoint/audit.h"

// The settings as the API shows them, of rows of company_settings and company.
#define SETTINGS_JSON(settings, company)                                                                     \
  "json_build_object('language', " #settings ".language, 'timezone', " #settings                             \
  ".timezone, 'purposes', to_json(" #settings ".purposes), 'products', to_json(" #settings                   \
  ".products), 'lead_sources', to_json(" #settings                                                           \
  ".lead_sources), 'channel_map', json_build_object('operator_channel', " #settings                          \
  ".operator_channel), 'price_per_minute_minor', " #company ".price_per_minute_minor, 'currency', " #company \
  ".currency, 'encrypt_transcripts', " #settings ".encrypt_transcripts, 'require_totp', " #settings          \
  ".require_totp, 'audit_retention_days', " #settings ".audit_retention_days" PRIVACY_JSON(settings) ")"

namespace dialix::features::settings {
namespace {

using store::Statement;

constexpr Statement kRead{"settings_read",
                          "SELECT " SETTINGS_JSON(s, c) "::text FROM company_settings s "
                          "JOIN company c ON c.id = s.company_id AND c.deleted_at IS NULL "
                          "WHERE s.company_id = $1::uuid"};

constexpr Statement kUpdate{
    "settings_update",
    "WITH old AS (SELECT * FROM company_settings WHERE company_id = $2::uuid FOR NO KEY UPDATE), "
    "zone AS (SELECT $4::text IS NULL OR is_timezone($4) AS known), "
    PRIVACY_NEXT
    "wrong AS (SELECT " PRIVACY_WRONG " FROM next), "
    "s AS (UPDATE company_settings s SET " PRIVACY_SET ", language = coalesce($3::text, s.language), "
    "timezone = coalesce($4, s.timezone), purposes = coalesce($5::text[], s.purposes), "
    "products = coalesce($6::text[], s.products), lead_sources = coalesce($7::text[], s.lead_sources), "
    "encrypt_transcripts = coalesce($22::boolean, s.encrypt_transcripts), "
    "require_totp = coalesce($23::boolean, s.require_totp), "
    "audit_retention_days = CASE WHEN $24::boolean THEN $25::integer ELSE s.audit_retention_days END, "
    "operator_channel = CASE WHEN $8::boolean THEN $9::smallint ELSE s.operator_channel END "
    "FROM old, zone, next, wrong WHERE s.company_id = old.company_id AND zone.known "
    "AND NOT (wrong.audio OR wrong.transcript OR wrong.chat OR wrong.silence) RETURNING s.*) "
    "SELECT zone.known, " SETTINGS_JSON(s, c) "::text, wrong.audio, wrong.transcript, wrong.chat, wrong.silence, "
    "CASE WHEN s.company_id IS NOT NULL THEN note_activity($1::jsonb, c.id, 'settings.update', 'company_settings', "
    "c.id, " SETTINGS_JSON(old, c) "::jsonb, " SETTINGS_JSON(s, c) "::jsonb) END "
    "FROM old JOIN company c ON c.id = old.company_id AND c.deleted_at IS NULL CROSS JOIN zone CROSS JOIN wrong LEFT JOIN s ON true"};

// Where the time zone changed: moves calls to their new days, the newest first. What is more than this the
// analyzers go on with.
constexpr int kMoveAtOnce = 5000;
constexpr Statement kRezone{"settings_rezone", "SELECT rollup_rezone($1::uuid, $2::integer)"};

}  // namespace

Result<std::string> Read(Call& call) {
  DIALIX_TRY(const store::Rows rows, call.Query(kRead, {call.company_id}));
  if (rows.empty()) return Invalid({{"company_id", "not_found", "there is no such company"}});
  return rows.String(0, 0);
}

Result<std::string> Update(Call& call, const Change& change) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  std::vector<store::Param> params = {
      AuditContext(call),     call.company_id, change.language,     change.timezone,
      change.purposes,        change.products, change.lead_sources, change.sets_operator_channel,
      change.operator_channel};
  change.privacy.AddParams(params);
  params.emplace_back(change.encrypt_transcripts);
  params.emplace_back(change.require_totp);
  params.emplace_back(change.sets_audit_retention);
  params.emplace_back(change.audit_retention_days);
  batch.Add(kUpdate, std::move(params));
  if (change.timezone) batch.Add(kRezone, {call.company_id, kMoveAtOnce});
  DIALIX_TRY(const auto results, call.Change(batch));
  const store::Rows& rows = results.front();
  if (rows.empty()) return Invalid({{"company_id", "not_found", "there is no such company"}});
  std::vector<FieldError> errors = PrivacyErrors(rows, 2);
  if (!rows.Bool(0, 0))
    errors.push_back({"timezone", "not_found", "is not a time zone of the IANA database"});
  if (!errors.empty()) return Invalid(std::move(errors));
  return rows.String(0, 1);
}

}  // namespace dialix::features::settings
