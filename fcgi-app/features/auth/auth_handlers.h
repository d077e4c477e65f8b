// Log in, log out, oneself: /auth/login, /auth/logout, /me and what belongs to it.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendAuthEndpoints(EndpointTable& table);

// Its parts, one file each.
void AppendLoginEndpoints(EndpointTable& table);
void AppendMeEndpoints(EndpointTable& table);
void AppendSessionEndpoints(EndpointTable& table);
void AppendTokenEndpoints(EndpointTable& table);
void AppendTotpEndpoints(EndpointTable& table);

}  // namespace dialix::features
