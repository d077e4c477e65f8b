// /companies: the tenants. Listing, adding and topping up is the platform's; a company's own people see and
// change their own.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendCompaniesEndpoints(EndpointTable& table);

}  // namespace dialix::features
