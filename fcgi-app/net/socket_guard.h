// Makes the sockets of one exchange of libcurl's, and refuses those whose address the policy refuses.
// Internal to net/. One thread's.
#pragma once

#include <string>

#include "base/result.h"
#include "net/address_policy.h"
#include "net/curl_handle.h"

namespace dialix::net {

class SocketGuard {
 public:
  // Holds the handle to the policy until it is reset. The guard must outlive the exchange. Errors: see
  // AddressPolicy::CheckUrl.
  Status Attach(CURL* handle, const AddressPolicy& policy, const std::string& url);
  // An address was refused; where another one of the host was good, the exchange may have gone well.
  [[nodiscard]] bool refused() const { return refused_; }

 private:
  static curl_socket_t Open(void* user, curlsocktype purpose, curl_sockaddr* address);

  const AddressPolicy* policy_ = nullptr;
  bool is_https_ = true;
  bool refused_ = false;
};

[[nodiscard]] Error AddressNotAllowed(const std::string& what);

}  // namespace dialix::net
