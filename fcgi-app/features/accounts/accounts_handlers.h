// /accounts: who may use a company. A platform administrator who names no company sees and makes platform
// administrators.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendAccountsEndpoints(EndpointTable& table);

namespace accounts {

// Parts of the room, which AppendAccountsEndpoints calls. Access: block, unblock, permissions. Links:
// invitations and resets, for administrators and for those who hold one.
void AppendAccess(EndpointTable& table, const Access& manage);
void AppendLinks(EndpointTable& table, const Access& manage);
void AppendTransfers(EndpointTable& table);

}  // namespace accounts
}  // namespace dialix::features
