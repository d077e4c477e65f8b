// The company itself, its people, its settings, its money.
#include "privacy/export/tables.h"

namespace dialix::privacy {
namespace {

constexpr const char* kSecret = "a secret";
constexpr const char* kMachine = "how the programs go about it";

std::vector<ExportKey> ByCompany() { return {{"company_id", "uuid", kNil}}; }

ExportTable Company() {
  return {
      "company",
      "The company. Money is in minor units of its currency.",
      ExportBy::kCompany,
      "t.id = $1::uuid",
      ById(),
      {{"id"},
       {"parent_id", "the company that it is a branch of"},
       {"name"},
       {"is_active"},
       {"blocked_by", "who blocked it: platform or parent"},
       {"block_reason"},
       {"currency", "ISO 4217"},
       {"balance_minor", "what is left of what was paid in"},
       {"reserved_minor", "of it, held for calls under way"},
       {"price_per_minute_minor"},
       {"shares_parent_balance", "its calls are paid by the company above"},
       {"limits", "set by the platform"},
       {"limits_by_parent", "set by the company above"},
       {"created_at"},
       {"updated_at"},
       {"deleted_at"}},
      {{"path", "ids of companies above, which parent_id leads to"}, {"is_open", "follows from is_active"}}};
}

ExportTable CompanySettings() {
  return {"company_settings",
          "What the company wants.",
          ExportBy::kCompany,
          kOfCompany,
          ByCompany(),
          {{"company_id"},
           {"language"},
           {"timezone", "of its days"},
           {"purposes", "of calls, asked for in each"},
           {"products"},
           {"lead_sources"},
           {"operator_channel", "of stereo recordings; null: found out"},
           {"require_totp", "its people need a second factor"},
           {"encrypt_transcripts"},
           {"audio_days", "how long recordings are kept; null: for ever"},
           {"transcript_days"},
           {"chat_days"},
           {"record_days"},
           {"audit_retention_days", "how long activity_log is kept; null: as the installation has it"},
           {"redact_cards", "numbers of payment cards are taken out of calls"},
           {"redact_phones"},
           {"redact_emails"},
           {"redact_audio", "and silenced in the recording"},
           {"updated_at"}},
          {{"transcript_encryption_pending", kMachine}, {"transcript_encryption_after", kMachine}}};
}

ExportTable Account() {
  return {"account",
          "People. Their passwords are not here, nor what stands for them.",
          ExportBy::kCompany,
          kOfCompany,
          ByAge(),
          {{"id"},
           {"company_id"},
           {"email"},
           {"name"},
           {"role"},
           {"operator_id", "whose calls are theirs"},
           {"language"},
           {"permissions_granted", "beside those of the role"},
           {"permissions_denied"},
           {"is_active"},
           {"is_invited", "has not come in yet"},
           {"blocked_at"},
           {"block_reason"},
           {"password_changed_at"},
           {"last_login_at"},
           {"created_at"},
           {"updated_at"},
           {"deleted_at"}},
          {{"password_hash", kSecret}}};
}

ExportTable Totp() {
  return {"account_totp",
          "Who has a second factor.",
          ExportBy::kCompany,
          kOfCompany,
          {{"account_id", "uuid", kNil}},
          {{"account_id"},
           {"company_id"},
           {"created_at"},
           {"confirmed_at", "in use since; null: never finished"}},
          {{"secret_cipher", kSecret}, {"last_step", kMachine}}};
}

ExportTable ApiToken() {
  return {"api_token",
          "Names and rights of API tokens, without the tokens.",
          ExportBy::kCompany,
          kOfCompany,
          ById(),
          {{"id"},
           {"account_id"},
           {"company_id"},
           {"name"},
           {"scopes", "permissions"},
           {"created_at"},
           {"last_used_at"},
           {"expires_at"},
           {"revoked_at"}},
          {{"token_hash", kSecret}}};
}

ExportTable Transfer() {
  return {"account_transfer",
          "People who came from another company or went to one.",
          ExportBy::kCompany,
          "$1::uuid IN (t.from_company_id, t.to_company_id)",
          ById(),
          {{"id"},
           {"account_id"},
           {"from_company_id"},
           {"to_company_id"},
           {"email"},
           {"from_role"},
           {"to_role"},
           {"moved_by", "account"},
           {"created_at"}},
          {}};
}

ExportTable Ledger() {
  return {"transaction",
          "The ledger.",
          ExportBy::kCompany,
          kOfCompany,
          ByAge(),
          {{"id"},
           {"company_id"},
           {"type", "topup, charge, adjustment"},
           {"amount_minor", "added to the balance; negative for a charge"},
           {"balance_after_minor"},
           {"record_id", "the call that was charged"},
           {"job_id"},
           {"account_id", "who paid in or adjusted"},
           {"branch_id", "whose call it was, where a branch shares the balance"},
           {"comment"},
           {"created_at"}},
          {{"idempotency_key", "what a client called its request"}}};
}

ExportTable Activity() {
  return {"activity_log",
          "Who did what, when and from where. Secrets and digits of phone numbers are masked.",
          ExportBy::kCompany,
          kOfCompany,
          ByAge(),
          {{"id"},
           {"company_id"},
           {"account_id", "null: nobody known, or the system"},
           {"action"},
           {"resource_type"},
           {"resource_id"},
           {"before", "fields as they were"},
           {"after", "and as they became"},
           {"remote_addr"},
           {"user_agent"},
           {"request_id"},
           {"created_at"}},
          {}};
}

}  // namespace

std::vector<ExportTable> ExportTablesOfCompany() {
  ExportTable usage{"company_usage",
                    "How much was analysed, a month.",
                    ExportBy::kCompany,
                    kOfCompany,
                    {{"month", "date", "-infinity"}},
                    {{"company_id"}, {"month", "its first day"}, {"audio_ms"}},
                    {}};
  ExportTable operators{"operator",
                        "Operators: whose calls they are.",
                        ExportBy::kCompany,
                        kOfCompany,
                        ById(),
                        {{"id"},
                         {"company_id"},
                         {"code", "three digits, in file names of recordings"},
                         {"name"},
                         {"is_active"},
                         {"created_at"},
                         {"updated_at"},
                         {"deleted_at"}},
                        {}};
  ExportTable own_choices{"user_settings",
                          "What a person has chosen in the browser.",
                          ExportBy::kCompany,
                          kOfCompany,
                          {{"account_id", "uuid", kNil}},
                          {{"account_id"}, {"company_id"}, {"settings"}, {"updated_at"}},
                          {}};
  return {Company(), CompanySettings(), std::move(usage), std::move(operators),   Account(),
          Totp(),    ApiToken(),        Transfer(),       std::move(own_choices), Ledger(),
          Activity()};
}

}  // namespace dialix::privacy
