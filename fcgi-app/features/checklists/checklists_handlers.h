// /checklists: what calls are judged by. Changed questions make a new version; results keep theirs.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendChecklistsEndpoints(EndpointTable& table);

}  // namespace dialix::features
