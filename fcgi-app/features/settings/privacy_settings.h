// The settings of a company that are about privacy: how long what is kept, and what is taken out of calls.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "features/endpoint/fields.h"
#include "store/rows.h"
#include "store/statement.h"

namespace dialix::features::settings {

// `retention`: days, null for ever. In the order of PrivacyChange::days.
inline constexpr std::array<std::string_view, 4> kRetentionMembers = {"audio_days", "transcript_days",
                                                                      "chat_days", "record_days"};
// `redaction`: booleans, in the order of PrivacyChange::redact.
inline constexpr std::array<std::string_view, 4> kRedactionMembers = {"cards", "phones", "emails", "audio"};

// Members that are not there stay as they are.
struct PrivacyChange {
  struct Days {
    bool given = false;
    std::optional<std::int64_t> value;
  };
  std::array<Days, kRetentionMembers.size()> days;
  std::array<std::optional<bool>, kRedactionMembers.size()> redact;

  // $n … of PRIVACY_NEXT, in order.
  void AddParams(std::vector<store::Param>& params) const;
};

// Reads `retention` and `redaction`; what is wrong with them alone is noted in `fields`.
void ReadPrivacy(Fields& fields, PrivacyChange& change);

// What is wrong with the settings as they would be together: from the four columns of PRIVACY_WRONG at
// `column`.
[[nodiscard]] std::vector<FieldError> PrivacyErrors(const store::Rows& rows, int column);

}  // namespace dialix::features::settings

// As the API shows them, of a row of company_settings; the start is put behind other members.
#define PRIVACY_JSON(row)                                                                         \
  ", 'retention', json_build_object('audio_days', " #row ".audio_days, 'transcript_days', " #row  \
  ".transcript_days, 'chat_days', " #row ".chat_days, 'record_days', " #row                       \
  ".record_days), 'redaction', json_build_object('cards', " #row ".redact_cards, 'phones', " #row \
  ".redact_phones, 'emails', " #row ".redact_emails, 'audio', " #row ".redact_audio)"

// A row `next` of the values as they would be, from a row `old` and the parameters $10 … $21.
#define PRIVACY_NEXT                                                                                 \
  "next AS (SELECT CASE WHEN $10::boolean THEN $11::integer ELSE old.audio_days END AS audio_days, " \
  "CASE WHEN $12::boolean THEN $13::integer ELSE old.transcript_days END AS transcript_days, "       \
  "CASE WHEN $14::boolean THEN $15::integer ELSE old.chat_days END AS chat_days, "                   \
  "CASE WHEN $16::boolean THEN $17::integer ELSE old.record_days END AS record_days, "               \
  "coalesce($18::boolean, old.redact_cards) AS redact_cards, "                                       \
  "coalesce($19::boolean, old.redact_phones) AS redact_phones, "                                     \
  "coalesce($20::boolean, old.redact_emails) AS redact_emails, "                                     \
  "coalesce($21::boolean, old.redact_audio) AS redact_audio FROM old), "
#define PRIVACY_WRONG                                                        \
  "coalesce(next.audio_days > next.record_days, false) AS audio, "           \
  "coalesce(next.transcript_days > next.record_days, false) AS transcript, " \
  "coalesce(next.chat_days > next.record_days, false) AS chat, "             \
  "next.redact_audio AND NOT (next.redact_cards OR next.redact_phones OR next.redact_emails) AS silence"
#define PRIVACY_SET                                                                                        \
  "audio_days = next.audio_days, transcript_days = next.transcript_days, chat_days = next.chat_days, "     \
  "record_days = next.record_days, redact_cards = next.redact_cards, redact_phones = next.redact_phones, " \
  "redact_emails = next.redact_emails, redact_audio = next.redact_audio"
