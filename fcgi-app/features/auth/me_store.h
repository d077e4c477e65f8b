// One's own account in PostgreSQL. One round trip each.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features {

// The rows that MeJson reads; its parameter is the account.
extern const store::Statement kReadMe;
// The /me document: {account, company, permissions}. REQUIRES: one row.
[[nodiscard]] std::string MeJson(const store::Rows& rows);

Result<std::string> ReadMe(Call& call);
Result<std::string> UpdateMe(Call& call, const std::optional<std::string>& name,
                             const std::optional<std::string>& language);
// {items}: what happened to the caller's way in lately, whoever did it: log-ins and failed ones, password,
// second factor, tokens, sessions, permissions. Of 90 days, the newest first, at most 50.
Result<std::string> ReadSecurityEvents(Call& call);
// Stores the new hash, ends every session of the account (its API tokens too, where that is wanted) and opens
// one for `token`.
Status ChangePassword(Call& call, const std::string& password_hash, const std::string& token,
                      bool revoke_tokens);

}  // namespace dialix::features
