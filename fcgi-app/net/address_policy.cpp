#include "net/address_policy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/socket_guard.h"

namespace dialix::net {
namespace {

constexpr std::size_t kLongestUrl = 2000;

template <std::size_t N>
std::array<Cidr, N> Blocks(const std::array<const char*, N>& texts) {
  std::array<Cidr, N> blocks;
  std::transform(texts.begin(), texts.end(), blocks.begin(),
                 [](const char* text) { return *Cidr::Parse(text); });
  return blocks;
}

template <std::size_t N>
bool InAny(const std::array<Cidr, N>& blocks, const IpAddress& address) {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const Cidr& block) { return block.Contains(address); });
}

// IANA IPv4 Special-Purpose Address Registry, multicast, and Azure's host agent, which has a public address.
bool IsPublicV4(const IpAddress& address) {
  static const auto refused = Blocks<17>(
      {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16", "169.254.0.0/16",
       "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
       "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"});
  return !InAny(refused, address);
}

// Global unicast (RFC 4291 §2.4) without IANA's special blocks: protocol assignments with Teredo,
// documentation, 6to4, AS112.
bool IsPublicV6(const IpAddress& address) {
  static const Cidr global = *Cidr::Parse("2000::/3");
  static const Cidr nat64 = *Cidr::Parse("64:ff9b::/96");
  static const auto refused =
      Blocks<5>({"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"});
  if (nat64.Contains(address)) return IsPublicV4(IpAddress::V4(address.bytes.data() + 12));
  return global.Contains(address) && !InAny(refused, address);
}

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  return CurlString(text).get();
}

bool IsUsualPort(int port) { return port == 443 || port == 8443; }

}  // namespace

bool IsPublic(const IpAddress& address) { return address.is_v6 ? IsPublicV6(address) : IsPublicV4(address); }

AddressPolicy AddressPolicy::Of(const Config& config) {
  std::vector<Cidr> allowed;
  for (const std::string& text : config.outbound_allow_cidrs) {
    if (const auto cidr = Cidr::Parse(text)) allowed.push_back(*cidr);
  }
  return {std::move(allowed), config.outbound_allow_http};
}

bool AddressPolicy::MayConnect(const IpAddress& address, const Target& target) const {
  if (!target.is_https && !allow_http_) return false;
  if (std::any_of(allowed_.begin(), allowed_.end(), [&](const Cidr& c) { return c.Contains(address); }))
    return true;
  return target.is_https && IsUsualPort(target.port) && IsPublic(address);
}

Status AddressPolicy::CheckUrl(std::string_view url) const {
  const CurlUrl parsed(curl_url());
  if (!parsed || url.size() > kLongestUrl || !IsValidUtf8(url) ||
      std::any_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' ' || c == 0x7F; }) ||
      curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK) {
    return AddressNotAllowed("must be an https URL");
  }
  const std::string scheme = Part(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "https" && !(scheme == "http" && allow_http_))
    return AddressNotAllowed("must be an https URL");
  if (!Part(parsed.get(), CURLUPART_USER).empty() || !Part(parsed.get(), CURLUPART_PASSWORD).empty())
    return AddressNotAllowed("must not hold a user name or a password");
  const auto port = ParseInt(Part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
  const Target target{scheme == "https", static_cast<int>(port.value_or(0))};
  if (allowed_.empty() && !IsUsualPort(target.port)) return AddressNotAllowed("must use port 443 or 8443");
  std::string host = Part(parsed.get(), CURLUPART_HOST);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (const auto address = IpAddress::Parse(host); address && !MayConnect(*address, target))
    return AddressNotAllowed("is not an address that this server may connect to");
  return Ok();
}

}  // namespace dialix::net
