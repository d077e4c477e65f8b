// /privacy: what is erased for good and its receipts, and a company's data handed over.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendPrivacyEndpoints(EndpointTable& table);

// Parts of it, one file each.
void AppendErasureEndpoints(EndpointTable& table);
void AppendExportEndpoints(EndpointTable& table);

}  // namespace dialix::features
