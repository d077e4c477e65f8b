// Taking a recording in: the record, its job and the reservation of its price in one transaction, or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features {

struct NewRecord {
  std::string id;
  std::string title;
  std::optional<std::string> operator_code;
  bool operator_required = false;  // named by the caller, not taken from a file name: unknown is an error
  std::optional<std::string> call_type;
  std::optional<std::string> client_phone_number;
  std::optional<std::string> checklist_id;  // nothing: the active one
  bool general = false;                     // without a checklist
  std::optional<TimePoint> started_at;      // nothing: now
  std::optional<std::string> idempotency_key;
  std::int64_t duration_ms = 0;
  std::string audio_name;  // in the audio store
  std::int64_t audio_bytes = 0;
  std::string audio_type;
  int channels = 0;
  int sample_rate = 0;
};

struct Accepted {
  std::string json;  // the Record
  std::string id;
  bool replayed = false;  // the same Idempotency-Key was accepted before: this upload's file is not used
};

// One round trip. A call that an operator brings is their own. Errors: kPaymentRequired with cost_minor,
// available_minor, currency; kConflict "limit_reached"; kInvalid (operator_code, checklist_id); kNotFound
// (company).
Result<Accepted> AcceptRecord(Call& call, const NewRecord& record);

struct Estimate {
  std::int64_t cost_minor = 0;
  std::int64_t balance_minor = 0;
  std::int64_t available_minor = 0;
  std::string currency;
};
Result<Estimate> EstimateCost(Call& call, std::int64_t duration_ms);

// 402 as the API tells it.
[[nodiscard]] Error InsufficientBalance(std::int64_t cost_minor, std::int64_t available_minor,
                                        const std::string& currency);

// What billing_reserve() of migration 0014 says as the API tells it: `why` is "balance" or the limit that
// would be passed.
[[nodiscard]] Error Refused(std::string_view why, std::int64_t cost_minor,
                            std::optional<std::int64_t> available_minor, const std::string& currency,
                            std::optional<std::int64_t> limit);

}  // namespace dialix::features
