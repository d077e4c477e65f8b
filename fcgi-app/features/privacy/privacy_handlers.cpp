#include "features/privacy/privacy_handlers.h"

namespace dialix::features {

void AppendPrivacyEndpoints(EndpointTable& table) { AppendErasureEndpoints(table); }

}  // namespace dialix::features
