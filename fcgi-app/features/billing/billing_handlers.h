// /balance and /transactions: a company's money and its ledger.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendBillingEndpoints(EndpointTable& table);

}  // namespace dialix::features
