// /dashboard: the numbers of a period and of the one before it, the whole page in one answer.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendDashboardEndpoints(EndpointTable& table);

}  // namespace dialix::features
