// The route table: every endpoint of the product, with its access. Nothing is routed that is not in here.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::app {

[[nodiscard]] features::EndpointTable AllEndpoints();

}  // namespace dialix::app
