// /operators: the people whose calls are judged, known by a three-digit code that is unique in the company.
#pragma once

#include "features/endpoint/endpoint.h"

namespace dialix::features {

void AppendOperatorsEndpoints(EndpointTable& table);

}  // namespace dialix::features
