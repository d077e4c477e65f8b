#include "net/outbound.h"

namespace dialix::net {

Result<HttpResponse> Outbound::Send(HttpRequest request) {
  if (!slots_.try_acquire()) {
    Error error = Fail(Error::Code::kTooManyRequests, "Too many services are being asked at this moment.");
    error.retry_after_s = 10;
    return error;
  }
  request.connect_timeout = std::chrono::seconds(5);
  request.total_timeout = std::chrono::seconds(10);
  request.max_response_bytes = std::size_t{1} << 20;
  auto response = client_.Send(request);
  slots_.release();
  return response;
}

}  // namespace dialix::net
