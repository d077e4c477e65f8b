// The SQL of a company's settings. The row is made with the company. One round trip each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"
#include "features/settings/privacy_settings.h"

namespace dialix::features::settings {

// A member that is not there stays as it is.
struct Change {
  std::optional<std::string> language;
  std::optional<std::string> timezone;
  std::optional<std::vector<std::string>> purposes;
  std::optional<std::vector<std::string>> products;
  std::optional<std::vector<std::string>> lead_sources;
  bool sets_operator_channel = false;
  std::optional<bool> encrypt_transcripts;
  std::optional<bool> require_totp;
  bool sets_audit_retention = false;
  std::optional<std::int64_t> audit_retention_days;  // nothing: the installation's
  std::optional<std::int64_t> operator_channel;      // nothing: decided per call
  PrivacyChange privacy;
};

// The settings as JSON. Errors: kInvalid at "company_id" where there is no such company.
[[nodiscard]] Result<std::string> Read(Call& call);
// Errors: also kInvalid at "timezone" where the IANA database has no such zone.
[[nodiscard]] Result<std::string> Update(Call& call, const Change& change);

}  // namespace dialix::features::settings
