// What a reader may learn of a stored secret: that there is one, and its last four characters, by which
// people tell keys apart. Never more, and of a short secret not even those.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialix::features::integrations {

// {"is_set":true,"ends_with":"1a2b"}; ends_with is null where the secret has fewer than 16 characters.
[[nodiscard]] std::string SecretJson(std::string_view secret);
// The same of a secret that can't be decrypted.
[[nodiscard]] std::string UnreadableSecretJson();
// A JSON object with more members, whose values are JSON.
[[nodiscard]] std::string WithMembers(std::string object,
                                      const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace dialix::features::integrations
