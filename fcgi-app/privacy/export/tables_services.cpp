// Outside services, erasures, exports.
#include "privacy/export/tables.h"

namespace dialix::privacy {
namespace {

constexpr const char* kSecret = "a secret";
constexpr const char* kMachine = "how the programs go about it";

std::vector<ExportKey> ByCompany() { return {{"company_id", "uuid", kNil}}; }

ExportTable Webhook() {
  return {"webhook",
          "Addresses that are told of events.",
          ExportBy::kCompany,
          kOfCompany,
          ById(),
          {{"id"},
           {"company_id"},
           {"url"},
           {"events"},
           {"is_active"},
           {"created_at"},
           {"updated_at"},
           {"deleted_at"}},
          {{"secret_cipher", kSecret}}};
}

ExportTable Delivery() {
  return {"webhook_delivery",
          "What they were told.",
          ExportBy::kCompany,
          kOfCompany,
          ByAge(),
          {{"id"},
           {"webhook_id"},
           {"company_id"},
           {"event"},
           {"payload", "as it was sent"},
           {"attempts"},
           {"next_try_at"},
           {"delivered_at"},
           {"response_code", "HTTP status"},
           {"last_error"},
           {"created_at"}},
          {}};
}

ExportTable Pbx() {
  return {"pbx_credentials",
          "The connection to OnlinePBX, without its key.",
          ExportBy::kCompany,
          kOfCompany,
          ByCompany(),
          {{"company_id"},
           {"host"},
           {"domain"},
           {"is_active"},
           {"synced_until", "calls up to then are known"},
           {"last_error"},
           {"checked_at"},
           {"created_at"},
           {"updated_at"}},
          {{"auth_key_cipher", kSecret}, {"session_cipher", kSecret}}};
}

ExportTable Bitrix() {
  return {"bitrix_credentials",
          "The connection to Bitrix24, without its address, which is its secret.",
          ExportBy::kCompany,
          kOfCompany,
          ByCompany(),
          {{"company_id"}, {"is_active"}, {"last_error"}, {"checked_at"}, {"created_at"}, {"updated_at"}},
          {{"webhook_url_cipher", kSecret}}};
}

ExportTable Amocrm() {
  return {"amocrm_credentials",
          "The connection to amoCRM, without its secret and tokens.",
          ExportBy::kCompany,
          kOfCompany,
          ByCompany(),
          {{"company_id"},
           {"subdomain"},
           {"client_id"},
           {"redirect_uri"},
           {"expires_at", "of its token"},
           {"is_active"},
           {"last_error"},
           {"checked_at"},
           {"created_at"},
           {"updated_at"}},
          {{"client_secret_cipher", kSecret},
           {"access_token_cipher", kSecret},
           {"refresh_token_cipher", kSecret}}};
}

ExportTable Erasure() {
  return {"erasure",
          "What was asked to be erased, and the signed receipts.",
          ExportBy::kCompany,
          kOfCompany,
          ByAge(),
          {{"id"},
           {"company_id"},
           {"requested_by", "account"},
           {"record_id", "one call,"},
           {"phone", "or a number; gone once it is done"},
           {"phone_hash", "of which number it was, for the receipt"},
           {"redact_spoken", "also out of what was said in other calls"},
           {"reason"},
           {"state"},
           {"record_ids"},
           {"counts", "how much of what was erased"},
           {"created_at"},
           {"started_at"},
           {"finished_at"},
           {"receipt", "JSON Web Signature (RFC 7515)"}},
          {{"looked_through", kMachine}}};
}

ExportTable Exports() {
  return {"company_export",
          "Archives like this one.",
          ExportBy::kCompany,
          kOfCompany,
          ByAge(),
          {{"id"},
           {"company_id"},
           {"requested_by", "account"},
           {"state"},
           {"with_audio"},
           {"progress", "percent"},
           {"size_bytes"},
           {"sha256", "of the archive"},
           {"failure_code"},
           {"failure"},
           {"created_at"},
           {"started_at"},
           {"finished_at"},
           {"expires_at"},
           {"deleted_at"}},
          {{"file", "its place in the store"},
           {"losses", kMachine},
           {"lease_token", kMachine},
           {"lease_until", kMachine}}};
}

}  // namespace

std::vector<ExportTable> ExportTablesOfServices() {
  return {Webhook(), Delivery(), Pbx(), Bitrix(), Amocrm(), Erasure(), Exports()};
}

}  // namespace dialix::privacy
