// Live events: the app says who may listen to which channel, nginx's nchan holds the connection.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendLiveEndpoints(EndpointTable& table);

}  // namespace dialix::features
