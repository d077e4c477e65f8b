// Who stands behind a session's or an API token's secret, in PostgreSQL: for the gate.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "features/endpoint/endpoint.h"
#include "security/permission.h"
#include "store/database.h"

namespace dialix::features {

struct FoundSession {
  security::Principal principal;
  OwnSecrets own;  // where they were asked for
  // What may be kept in memory of it: the versions of the account and of the company's access at least, and
  // until when the session or token can end by itself at the earliest.
  cache::Version account_version = cache::kUnknown;
  cache::Version access_version = cache::kUnknown;
  std::chrono::milliseconds ends_in{0};
};

struct SessionRules {
  int idle_s = 1800;           // SESSION_IDLE
  bool platform_totp = false;  // PLATFORM_REQUIRE_TOTP
};

// Whose session has the token (the cookie's value) of this security::HashToken; nothing for an unknown, ended
// or blocked one. One round trip.
Result<std::optional<FoundSession>> FindSession(store::Database& db, const std::string& token_hash,
                                                const SessionRules& rules, bool with_secrets,
                                                store::Cost& cost);
// The same for an API token (Authorization: Bearer).
Result<std::optional<FoundSession>> FindApiToken(store::Database& db, const std::string& token_hash,
                                                 store::Cost& cost);

}  // namespace dialix::features
