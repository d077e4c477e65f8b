#include "features/settings/privacy_settings.h"

#include <algorithm>
#include <string>

namespace dialix::features::settings {
namespace {

constexpr std::int64_t kLongestDays = 36'500;

// The object at `name`; its unknown members are noted.
JsonView ReadObject(Fields& fields, std::string_view name, const std::array<std::string_view, 4>& members) {
  const JsonView object = fields.Get(name);
  if (!object.Exists()) return object;
  if (!object.IsObject()) {
    fields.Add(std::string(name), "type", "must be an object");
    return {};
  }
  for (const std::string_view key : object.Keys()) {
    if (std::find(members.begin(), members.end(), key) == members.end()) {
      fields.Add(std::string(name) + "." + std::string(key), "unknown_field",
                 "is not a field of this request");
    }
  }
  return object;
}

}  // namespace

void PrivacyChange::AddParams(std::vector<store::Param>& params) const {
  for (const Days& member : days) {
    params.emplace_back(member.given);
    params.emplace_back(member.value);
  }
  for (const auto& member : redact) params.emplace_back(member);
}

void ReadPrivacy(Fields& fields, PrivacyChange& change) {
  const JsonView retention = ReadObject(fields, "retention", kRetentionMembers);
  for (std::size_t i = 0; i < kRetentionMembers.size(); ++i) {
    const JsonView member = retention[kRetentionMembers[i]];
    if (!member.Exists()) continue;
    change.days[i].given = true;
    if (member.IsNull()) continue;
    change.days[i].value = member.Int();
    const std::string path = "retention." + std::string(kRetentionMembers[i]);
    if (!member.IsInt()) {
      fields.Add(path, "type", "must be a whole number of days or null");
    } else if (*member.Int() < 1 || *member.Int() > kLongestDays) {
      fields.Add(path, "out_of_range", "must lie between 1 and " + std::to_string(kLongestDays));
    }
  }
  const JsonView redaction = ReadObject(fields, "redaction", kRedactionMembers);
  for (std::size_t i = 0; i < kRedactionMembers.size(); ++i) {
    const JsonView member = redaction[kRedactionMembers[i]];
    if (!member.Exists()) continue;
    change.redact[i] = member.Bool();
    if (!member.IsBool()) {
      fields.Add("redaction." + std::string(kRedactionMembers[i]), "type", "must be true or false");
    }
  }
}

std::vector<FieldError> PrivacyErrors(const store::Rows& rows, int column) {
  std::vector<FieldError> errors;
  for (int i = 0; i < 3; ++i) {
    if (!rows.Bool(0, column + i)) continue;
    errors.push_back({"retention." + std::string(kRetentionMembers[static_cast<std::size_t>(i)]),
                      "out_of_range",
                      "must not be longer than retention.record_days, which removes all of a call"});
  }
  if (rows.Bool(0, column + 3)) {
    errors.push_back({"redaction.audio", "not_allowed", "needs cards, phones or emails to be redacted"});
  }
  return errors;
}

}  // namespace dialix::features::settings
