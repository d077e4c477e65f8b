// /integrations: the outside services of a company (PBX, Bitrix24, amoCRM), and /webhooks: whom it tells.
// What is secret of them goes in and never comes out: it is stored encrypted, and a reader learns its last
// four characters.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendIntegrationsEndpoints(EndpointTable& table);
void AppendWebhooksEndpoints(EndpointTable& table);

}  // namespace dialix::features
