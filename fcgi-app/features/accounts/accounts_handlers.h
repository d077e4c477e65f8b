// /accounts: who may use a company. A platform administrator who names no company sees and makes platform
// administrators.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendAccountsEndpoints(EndpointTable& table);

}  // namespace dialix::features
