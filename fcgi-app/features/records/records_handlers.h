// Calls: /records and everything below it.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendRecordEndpoints(EndpointTable& table);

// Parts of it, by file.
void AppendUploadEndpoints(EndpointTable& table);    // POST /records, POST /records/estimate
void AppendPlaybackEndpoints(EndpointTable& table);  // /audio, /transcript, /waveform

}  // namespace dialix::features
