#include "features/settings/settings_handlers.h"

#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "features/settings/settings_store.h"

namespace dialix::features {
namespace {

constexpr std::size_t kMaxTerms = 200;
constexpr std::size_t kMaxTermLength = 100;
constexpr int kLeastAuditDays = 90;  // the table and audit_remove_entries hold to it as well

void ReadChannelMap(Fields& fields, settings::Change& change) {
  const JsonView map = fields.Get("channel_map");
  if (!map.Exists()) return;
  if (!map.IsObject()) {
    fields.Add("channel_map", "type", "must be an object");
    return;
  }
  for (const std::string_view key : map.Keys()) {
    if (key != "operator_channel") {
      fields.Add("channel_map." + std::string(key), "unknown_field", "is not a field of this request");
    }
  }
  const JsonView channel = map["operator_channel"];
  change.sets_operator_channel = true;
  if (!channel.Exists()) {
    fields.Add("channel_map.operator_channel", "required", "is required");
  } else if (!channel.IsNull()) {
    change.operator_channel = channel.Int();
    if (channel.IntOr(-1) != 0 && channel.IntOr(-1) != 1) {
      fields.Add("channel_map.operator_channel", "not_allowed", "must be 0, 1 or null");
    }
  }
}

Result<http::Response> GetSettings(Call& call) {
  return CachedJson(call, KeyOf(call, "settings"), [&] { return settings::Read(call); });
}

Result<http::Response> UpdateSettings(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(),
                {"language", "timezone", "purposes", "products", "lead_sources", "channel_map", "retention",
                 "redaction", "encrypt_transcripts", "require_totp", "audit_retention_days"});
  fields.RequireAny();
  fields.RefuseNull({"language", "timezone", "purposes", "products", "lead_sources", "encrypt_transcripts",
                     "require_totp"});
  settings::Change change;
  change.language = fields.OptionalOneOf("language", {"uz", "ru", "en"});
  change.timezone = fields.OptionalText("timezone", 1, 64);
  change.purposes = fields.OptionalTextList("purposes", kMaxTerms, kMaxTermLength);
  change.products = fields.OptionalTextList("products", kMaxTerms, kMaxTermLength);
  change.lead_sources = fields.OptionalTextList("lead_sources", kMaxTerms, kMaxTermLength);
  change.encrypt_transcripts = fields.OptionalBool("encrypt_transcripts");
  change.require_totp = fields.OptionalBool("require_totp");
  change.sets_audit_retention = fields.Get("audit_retention_days").Exists();
  // Shorter than the installation keeps it, never shorter than whoever does something wrong waits it out.
  change.audit_retention_days =
      fields.OptionalInt("audit_retention_days", kLeastAuditDays, call.services.config.audit_retention_days);
  ReadChannelMap(fields, change);
  ReadPrivacy(fields, change.privacy);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, settings::Update(call, change));
  return http::Response::Json(std::move(body));
}

}  // namespace

void AppendSettingsEndpoints(EndpointTable& table) {
  using cache::Kind;
  using http::Method;
  table.push_back({Method::kGet,
                   "/api/v1/settings",
                   Access::Authenticated(Access::Tenancy::kRequired),
                   GetSettings,
                   {Kind::kSettings, Kind::kAccess}});
  table.push_back({Method::kPatch, "/api/v1/settings", Access::Needs(security::Permission::kManageCompany),
                   UpdateSettings});
}

}  // namespace dialix::features
