// Changing, deleting and re-analysing a call, and reading what belongs to it. One round trip each.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"
#include "features/records/record_access.h"

namespace dialix::features {

// A field of a PATCH: not given, given as null, or given.
template <typename T>
struct Change {
  bool given = false;
  std::optional<T> value;
};

struct RecordChange {
  Change<std::string> title;
  Change<std::string> operator_code;
  Change<std::string> call_type;
  Change<std::string> client_phone_number;
  Change<std::string> checklist_id;
  Change<TimePoint> started_at;
};

Result<std::string> ReadRecord(Call& call, const std::string& id);
// An operator keeps their calls. Errors: kNotFound; kInvalid (operator_code, checklist_id).
Result<std::string> UpdateRecord(Call& call, const std::string& id, const RecordChange& change);
// Marks it deleted, removes what was found in it, gives a running job up. Gives the name of its audio file.
Result<std::string> DeleteRecord(Call& call, const std::string& id);
// Queues it again. Errors: kNotFound, kConflict (already_processing, limit_reached), kPaymentRequired.
Result<std::string> ReprocessRecord(Call& call, const std::string& id);

// Errors for both: kNotFound, kConflict (record_not_ready), kGone (removed after its time).
// Notes that it was read.
Result<std::string> ReadTranscript(Call& call, const std::string& id);
Result<std::string> ReadWaveform(Call& call, const std::string& id);
// Its file in the audio store; notes that it is heard, or taken away. Errors: kNotFound.
Result<std::string> ReadAudioName(Call& call, const std::string& id, RecordAccess access);

}  // namespace dialix::features
