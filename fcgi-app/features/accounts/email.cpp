#include "features/accounts/email.h"

#include <algorithm>

namespace dialix::features::accounts {
namespace {

constexpr std::size_t kMaxBytes = 254;  // RFC 5321 §4.5.3.1.3, less the angle brackets
constexpr std::size_t kMaxLocal = 64;   // RFC 5321 §4.5.3.1.1
constexpr std::size_t kMaxLabel = 63;   // RFC 1034 §3.1

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsLocal(std::string_view local) {
  return !local.empty() && local.size() <= kMaxLocal && std::all_of(local.begin(), local.end(), [](char c) {
    return IsAlphanumeric(c) || std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
  });
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return IsAlphanumeric(c) || c == '-'; });
}

}  // namespace

bool IsEmail(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.size() > kMaxBytes || at == std::string_view::npos || !IsLocal(text.substr(0, at))) return false;
  std::string_view domain = text.substr(at + 1);
  for (std::size_t dot = domain.find('.'); dot != std::string_view::npos; dot = domain.find('.')) {
    if (!IsLabel(domain.substr(0, dot))) return false;
    domain.remove_prefix(dot + 1);
  }
  return IsLabel(domain);
}

}  // namespace dialix::features::accounts
