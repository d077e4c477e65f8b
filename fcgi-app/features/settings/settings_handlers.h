// /settings: what the company asks about its calls, and how it wants to see them.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendSettingsEndpoints(EndpointTable& table);

}  // namespace dialix::features
