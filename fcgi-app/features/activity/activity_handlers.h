// /activity-logs: who did what, newest first. A platform administrator who names no company reads the
// platform's own entries.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendActivityEndpoints(EndpointTable& table);

}  // namespace dialix::features
