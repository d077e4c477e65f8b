// What load balancers and Prometheus ask: /health, /health/detailed, /metrics, /metrics/reset.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendOpsEndpoints(EndpointTable& table);

}  // namespace dialix::features
