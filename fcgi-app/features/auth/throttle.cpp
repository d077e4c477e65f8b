#include "features/auth/throttle.h"

#include <algorithm>

#include "security/throttle.h"

namespace dialix::features {
namespace {

constexpr store::Statement kFail{"throttle_fail", "SELECT throttle_fail($1::text, $2::integer)"};

}  // namespace

Error TooManyTries(int wait_s) {
  Error error = Fail(Error::Code::kTooManyRequests, "Too many wrong tries. Wait before the next one.");
  error.slug = "too_many_tries";
  error.retry_after_s = std::max(wait_s, 1);
  return error;
}

Status CountWrongTry(Call& call, const std::string& key, int free) {
  DIALIX_TRY(const auto rows, call.services.db.Query(store::Scope::None(), kFail, {key, free}, &call.cost,
                                                     store::Batch::Mode::kReadWrite));
  const int wait_s = static_cast<int>(rows.Int(0, 0));
  if (wait_s > 0) return TooManyTries(wait_s);
  return Ok();
}

std::string CallersNetwork(const Call& call) { return security::NetworkOf(call.request.remote_addr); }

}  // namespace dialix::features
