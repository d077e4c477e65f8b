// Links by which somebody chooses a password: invitations, and resets of a password. The administrator is
// shown the token once and hands it over, since there is no mail server; only its SHA-256 is stored.
// Thread-safe.
#pragma once

#include <string>

#include "features/accounts/accounts_store.h"

namespace dialix::features::accounts {

struct NewLink {
  std::string token;  // 256 bits; for its holder alone
  Link link;
};
// As long as INVITATION_TTL or PASSWORD_RESET_TTL says.
[[nodiscard]] NewLink MakeLink(const Call& call, Link::Purpose purpose);
// {"token", "expires_at"} of a link that was stored.
[[nodiscard]] std::string LinkJson(const NewLink& link, const Changed& stored);

// In the place of a hash, for whoever has no password: nothing verifies against it, in the time of any other.
inline constexpr const char* kNoPassword = "none";

}  // namespace dialix::features::accounts
