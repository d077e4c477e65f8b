// Where the server may connect to on behalf of a tenant (webhooks, a PBX, a CRM): https to public addresses
// on ports 443 and 8443. An address is judged when the socket to it is made (HttpClient), so neither a name
// that resolves to the inside, nor one that resolves differently the second time, nor a redirect, nor an
// unusual way to write an address gets around it. Immutable; may be used from many threads.
#pragma once

#include <string_view>
#include <vector>

#include "base/cidr.h"
#include "base/config.h"
#include "base/result.h"

namespace dialix::net {

// What a connection would be for, beside its address.
struct Target {
  bool is_https = true;
  int port = 443;
};

class AddressPolicy {
 public:
  AddressPolicy(std::vector<Cidr> allowed, bool allow_http)
      : allowed_(std::move(allowed)), allow_http_(allow_http) {}
  // OUTBOUND_ALLOW_CIDRS and OUTBOUND_ALLOW_HTTP of a configuration that passed LoadConfig.
  static AddressPolicy Of(const Config& config);

  // Public addresses: https on ports 443 and 8443. Addresses of the allow-list: any port, and http where that
  // is allowed at all.
  [[nodiscard]] bool MayConnect(const IpAddress& address, const Target& target) const;

  // What can be told of a URL before its name is resolved, so that a person learns of it early: scheme, no
  // user info, port, an address written out. Errors: kInvalid, slug "address_not_allowed"; the message fits
  // behind a field's name.
  [[nodiscard]] Status CheckUrl(std::string_view url) const;

 private:
  std::vector<Cidr> allowed_;
  bool allow_http_;
};

// Whether an address belongs to the public internet: none of the blocks of IANA's registries of special
// addresses, no cloud's metadata service. IPv6 that embeds an IPv4 address is refused, but for NAT64's
// well-known prefix (RFC 6052), where the embedded address is judged.
[[nodiscard]] bool IsPublic(const IpAddress& address);

}  // namespace dialix::net
