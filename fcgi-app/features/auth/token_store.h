// One's own API tokens in PostgreSQL. One round trip each; what changes notes itself in the activity log.
#pragma once

#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"

namespace dialix::features {

inline constexpr int kMostTokens = 100;

struct NewApiToken {
  std::string name;
  std::vector<std::string> scopes;  // names of permissions
  int days = 90;
  std::string secret;  // what the client will show; only its hash is stored
};

// {items}: those that were not revoked, the newest first.
Result<std::string> ListTokens(Call& call);
struct MadeToken {
  std::string id;
  std::string json;  // without the secret
};
// Errors: kConflict "too_many_tokens".
Result<MadeToken> InsertToken(Call& call, const NewApiToken& token);
// Errors: kNotFound.
Status RevokeToken(Call& call, const std::string& id);

}  // namespace dialix::features
