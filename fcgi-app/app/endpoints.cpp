#include "app/endpoints.h"

#include "features/auth/auth_handlers.h"
#include "features/live/live_handlers.h"
#include "features/ops/ops_handlers.h"

namespace dialix::app {

features::EndpointTable AllEndpoints() {
  features::EndpointTable table;
  features::AppendOpsEndpoints(table);
  features::AppendAuthEndpoints(table);
  features::AppendLiveEndpoints(table);
  return table;
}

}  // namespace dialix::app
