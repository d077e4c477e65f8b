// Sessions and one's own account in PostgreSQL. Also used by the middleware to find out who is calling.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "features/endpoint/endpoint.h"
#include "security/permission.h"
#include "store/database.h"

namespace dialix::features {

struct Login {
  std::string account_id;
  std::string company_id;  // empty for a platform administrator
  std::string password_hash;
  bool account_active = false;
  bool company_active = false;
};

struct FoundSession {
  security::Principal principal;
  std::string password_hash;  // where it was asked for
  // What may be kept in memory of it: the versions of the account and of the company's access at least, and
  // until when the session or token can end by itself at the earliest.
  cache::Version account_version = cache::kUnknown;
  cache::Version access_version = cache::kUnknown;
  std::chrono::milliseconds ends_in{0};
};

// Whose session has the token (the cookie's value) of this security::HashToken; nothing for an unknown, ended
// or blocked one. One round trip.
Result<std::optional<FoundSession>> FindSession(store::Database& db, const std::string& token_hash,
                                                int idle_s, bool with_password, store::Cost& cost);
// The same for an API token (Authorization: Bearer).
Result<std::optional<FoundSession>> FindApiToken(store::Database& db, const std::string& token_hash,
                                                 store::Cost& cost);

// Who logs in with this e-mail, whether or not they may. One round trip.
Result<std::optional<Login>> FindLogin(Call& call, const std::string& email);
// Notes a login that failed.
Status NoteFailedLogin(Call& call, const std::string& email, const std::string& reason);
// Opens a session for `token`; gives the /me document. One round trip. REQUIRES: call.scope sees the account.
Result<std::string> OpenSession(Call& call, const Login& login, const std::string& token);

Status CloseSession(Call& call);
// The /me document: {account, company, permissions}.
Result<std::string> ReadMe(Call& call);
Result<std::string> UpdateMe(Call& call, const std::optional<std::string>& name,
                             const std::optional<std::string>& language);
// Stores the new hash and ends every other session of the account.
Status ChangePassword(Call& call, const std::string& password_hash);

}  // namespace dialix::features
