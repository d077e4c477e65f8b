#include "app/routes.h"

#include <stdexcept>
#include <utility>

#include "app/endpoints.h"
#include "base/json.h"

namespace dialix::app {
namespace {

using features::Access;

std::string_view NameOf(Access::Kind kind) {
  switch (kind) {
    case Access::Kind::kPublic:
      return "public";
    case Access::Kind::kAuthenticated:
      return "authenticated";
    case Access::Kind::kPermission:
      return "permission";
  }
  return "";
}

std::string_view NameOf(Access::Tenancy tenancy) {
  switch (tenancy) {
    case Access::Tenancy::kNone:
      return "none";
    case Access::Tenancy::kOptional:
      return "optional";
    case Access::Tenancy::kRequired:
      return "required";
  }
  return "";
}

void Check(const features::Endpoint& endpoint) {
  const auto refuse = [&endpoint](const char* why) {
    throw std::logic_error(std::string(why) + ": " + std::string(http::MethodName(endpoint.method)) + " " +
                           endpoint.pattern);
  };
  const Access& access = endpoint.access;
  if (!endpoint.handler) refuse("route without a handler");
  if (access.kind == Access::Kind::kPermission && security::PermissionName(access.permission).empty()) {
    refuse("route that demands no known permission");
  }
  if (access.kind == Access::Kind::kPublic && access.tenancy != Access::Tenancy::kNone) {
    refuse("public route in a company");
  }
}

}  // namespace

Routes Routes::Make() { return Of(AllEndpoints()); }

Routes Routes::Of(features::EndpointTable endpoints) {
  Routes routes{std::move(endpoints), {}};
  for (const features::Endpoint& endpoint : routes.endpoints) {
    Check(endpoint);
    routes.router.Add(endpoint.method, endpoint.pattern);
  }
  return routes;
}

std::vector<monitoring::RouteLabel> Routes::Labels() const {
  std::vector<monitoring::RouteLabel> labels;
  for (const auto& endpoint : endpoints)
    labels.push_back({std::string(http::MethodName(endpoint.method)), endpoint.pattern});
  return labels;
}

std::string Routes::ToJson() const {
  std::string text = "[";
  for (const features::Endpoint& endpoint : endpoints) {
    const Access& access = endpoint.access;
    JsonWriter writer;
    writer.BeginObject()
        .Field("method", http::MethodName(endpoint.method))
        .Field("pattern", endpoint.pattern);
    writer.Field("access", NameOf(access.kind)).Key("permission");
    if (access.kind == Access::Kind::kPermission) {
      writer.String(security::PermissionName(access.permission));
    } else {
      writer.Null();
    }
    writer.Field("tenancy", NameOf(access.tenancy)).EndObject();
    text += (text.size() > 1 ? ",\n " : "") + std::move(writer).Take();
  }
  return text + "]";
}

}  // namespace dialix::app
