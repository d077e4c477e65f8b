// The route table: every endpoint, the router over them, and what each demands. Made once before fork,
// constant after.
#pragma once

#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"
#include "http/router.h"
#include "monitoring/metrics.h"

namespace dialix::app {

struct Routes {
  features::EndpointTable endpoints;
  http::Router router;

  // Of all endpoints. Throws std::logic_error for one that must not be served: a method and a pattern that
  // are there already (the names of parameters do not matter), no handler, or a permission that is none.
  static Routes Make();
  static Routes Of(features::EndpointTable endpoints);

  [[nodiscard]] std::vector<monitoring::RouteLabel> Labels() const;
  // A JSON array, one route a line: {"method","pattern","access","permission","tenancy"}; access is "public",
  // "authenticated" or "permission", permission is null but for the last, tenancy is "none", "optional" or
  // "required".
  [[nodiscard]] std::string ToJson() const;
};

}  // namespace dialix::app
