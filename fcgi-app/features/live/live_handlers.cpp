#include "features/live/live_handlers.h"

namespace dialix::features {
namespace {

Result<http::Response> HandleEvents(Call& call) {
  if (call.services.config.events_publish_socket.empty()) {
    Error error = Fail(Error::Code::kUnavailable, "Live events are not set up on this server.");
    error.slug = "live_events_off";
    error.retry_after_s = 60;
    return error;
  }
  http::Response response;
  // An operator sees own calls only, so listens to own channel only.
  const bool own_only = call.principal.role == security::Role::kOperator;
  const std::string channel =
      own_only
          ? call.company_id + "." + (call.principal.operator_id.empty() ? "none" : call.principal.operator_id)
          : call.company_id;
  response.Add("X-Accel-Redirect", "/_events/" + channel);
  response.Add("Cache-Control", "no-store");
  return response;
}

}  // namespace

void AppendLiveEndpoints(EndpointTable& table) {
  table.push_back({http::Method::kGet, "/api/v1/events", Access::Needs(security::Permission::kViewRecords),
                   HandleEvents});
}

}  // namespace dialix::features
