#include "net/socket_guard.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "base/text.h"

namespace dialix::net {
namespace {

int PortOf(const sockaddr& address) {
  sockaddr_in v4{};  // the port is at the same place in both families
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  std::memcpy(&v4, &address, sizeof(sockaddr));
  return ntohs(v4.sin_port);
}

}  // namespace

Error AddressNotAllowed(const std::string& what) {
  Error error = Fail(Error::Code::kInvalid, what);
  error.slug = "address_not_allowed";
  return error;
}

Status SocketGuard::Attach(CURL* handle, const AddressPolicy& policy, const std::string& url) {
  DIALIX_CHECK(policy.CheckUrl(url));
  policy_ = &policy;
  is_https_ = ToLowerAscii(std::string_view(url).substr(0, 6)) == "https:";
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, is_https_ ? "https" : "http");
  curl_easy_setopt(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &SocketGuard::Open);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  return Ok();
}

curl_socket_t SocketGuard::Open(void* user, curlsocktype purpose, curl_sockaddr* address) {
  auto& guard = *static_cast<SocketGuard*>(user);
  const auto ip = purpose == CURLSOCKTYPE_IPCXN ? IpAddress::Of(&address->addr) : std::nullopt;
  if (!ip || !guard.policy_->MayConnect(*ip, {guard.is_https_, PortOf(address->addr)})) {
    guard.refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace dialix::net
