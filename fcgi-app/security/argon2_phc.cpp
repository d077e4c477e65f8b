#include "security/argon2_phc.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/text.h"

namespace dialix::security {
namespace {

constexpr std::string_view kStart = "$argon2id$v=19$";

std::optional<std::uint32_t> ReadCost(std::string_view part, std::string_view name) {
  if (part.substr(0, name.size()) != name) return std::nullopt;
  const auto number = ParseInt(part.substr(name.size()));
  if (!number || *number < 1 || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

// PHC strings have the alphabet of RFC 4648 §4, without padding.
std::optional<std::string> FromBase64(std::string_view text) {
  std::string url(text);
  std::replace(url.begin(), url.end(), '+', '-');
  std::replace(url.begin(), url.end(), '/', '_');
  return FromBase64Url(url);
}

std::string ToBase64(std::string_view bytes) {
  std::string text = ToBase64Url(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  return text;
}

}  // namespace

std::optional<Argon2Costs> ReadPhc(std::string_view phc) {
  if (phc.size() > 512 || phc.substr(0, kStart.size()) != kStart) return std::nullopt;
  const auto parts = Split(phc.substr(kStart.size()), '$');
  if (parts.size() != 3) return std::nullopt;
  const auto costs = Split(parts[0], ',');
  if (costs.size() != 3) return std::nullopt;
  const auto memory = ReadCost(costs[0], "m=");
  const auto iterations = ReadCost(costs[1], "t=");
  const auto lanes = ReadCost(costs[2], "p=");
  const auto salt = FromBase64(parts[1]);
  const auto hash = FromBase64(parts[2]);
  if (!memory || !iterations || !lanes || !salt || !hash) return std::nullopt;
  if (salt->size() < 8 || hash->size() < 16 || hash->size() > 64) return std::nullopt;
  return Argon2Costs{*memory, *iterations, *lanes};
}

std::string FormatPhc(const Argon2Costs& costs, std::string_view salt, std::string_view hash) {
  return std::string(kStart) + "m=" + std::to_string(costs.memory_kib) +
         ",t=" + std::to_string(costs.iterations) + ",p=" + std::to_string(costs.lanes) + "$" +
         ToBase64(salt) + "$" + ToBase64(hash);
}

}  // namespace dialix::security
