// net::Outbound::Send for fuzz targets, linked in place of the real one: nothing is ever sent to an address
// that an input names. What would be sent is looked at.
#include "net/outbound.h"
#include "support/check.h"

namespace dialix::net {

Result<HttpResponse> Outbound::Send(HttpRequest request) {
  FUZZ_CHECK(policy_.CheckUrl(request.url).ok());
  for (const auto& [name, value] : request.headers)
    FUZZ_CHECK(fuzz::IsCleanLine(name) && fuzz::IsCleanLine(value));
  return Fail(Error::Code::kUnavailable, "Nothing outside can be reached.", "fuzzing");
}

}  // namespace dialix::net
