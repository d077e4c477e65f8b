#include "features/integrations/secret_view.h"

#include <algorithm>

#include "base/json.h"

namespace dialix::features::integrations {
namespace {

constexpr std::size_t kShown = 4;
constexpr std::size_t kShortest = 16;

bool IsPlain(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

std::string SecretJson(std::string_view secret) {
  while (!secret.empty() && secret.back() == '/') secret.remove_suffix(1);  // a Bitrix24 address
  JsonWriter json;
  json.BeginObject().Field("is_set", true).Key("ends_with");
  const std::string_view end = secret.substr(secret.size() - std::min(secret.size(), kShown));
  secret.size() >= kShortest&& IsPlain(end) ? json.String(end) : json.Null();
  return json.EndObject().Take();
}

std::string UnreadableSecretJson() { return R"({"is_set":true,"ends_with":null})"; }

std::string WithMembers(std::string object, const std::vector<std::pair<std::string, std::string>>& members) {
  for (const auto& [name, value] : members) {
    object.pop_back();
    object += ",\"" + name + "\":" + value + "}";
  }
  return object;
}

}  // namespace dialix::features::integrations
