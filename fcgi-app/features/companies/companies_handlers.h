// /companies: the tenants and their branches. Topping up and moving is the platform's; a company's
// administrators see, add, limit and block what is below it; its own people see and change their own.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendCompaniesEndpoints(EndpointTable& table);

}  // namespace dialix::features
