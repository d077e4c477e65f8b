// /activity-logs: who did what, newest first, as a list and as a file. A platform administrator who names no
// company reads those of all companies, and the platform's own.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendActivityEndpoints(EndpointTable& table);

}  // namespace dialix::features
