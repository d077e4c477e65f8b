// Who read a call's transcript, heard it or took it away: noted once for each person, call and action in a
// quarter of an hour. A player asks for many pieces of a recording, and which ones makes no difference.
#pragma once

#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features {

enum class RecordAccess { kTranscript, kPlay, kDownload };

// A batch with this note in it writes now and then, and does no harm sent twice: Mode::kIdempotent. There is
// an entry where the caller may see the call and it has what was asked for. Its result row says nothing.
void AddRecordAccess(store::Batch& batch, const Call& call, RecordAccess access, const std::string& id);

}  // namespace dialix::features
