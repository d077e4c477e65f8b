#include "features/privacy/privacy_handlers.h"

namespace dialix::features {

void AppendPrivacyEndpoints(EndpointTable& table) {
  AppendErasureEndpoints(table);
  AppendExportEndpoints(table);
}

}  // namespace dialix::features
