#include "features/auth/auth_handlers.h"

namespace dialix::features {

void AppendAuthEndpoints(EndpointTable& table) {
  AppendLoginEndpoints(table);
  AppendMeEndpoints(table);
  AppendSessionEndpoints(table);
  AppendTokenEndpoints(table);
  AppendTotpEndpoints(table);
}

}  // namespace dialix::features
