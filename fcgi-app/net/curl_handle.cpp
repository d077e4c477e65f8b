#include "net/curl_handle.h"

namespace dialix::net {

void EnsureCurl() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)initialised;
}

CurlEasy CurlPool::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      CurlEasy handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return CurlEasy(curl_easy_init());
}

void CurlPool::Give(CurlEasy handle) {
  // Keeps live connections, the session cache and the DNS cache; drops every option, so no secret stays
  // behind.
  curl_easy_reset(handle.get());
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(handle));
}

}  // namespace dialix::net
