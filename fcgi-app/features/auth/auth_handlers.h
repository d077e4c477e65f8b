// Log in, log out, oneself: /auth/login, /auth/logout, /me, /me/password.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendAuthEndpoints(EndpointTable& table);

}  // namespace dialix::features
