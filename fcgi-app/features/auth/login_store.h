// Log-ins in PostgreSQL: one round trip to find who it would be, one for what comes of it. The functions of
// migrations 0016 and 0023 decide, count and note in one transaction, so that neither two requests at once
// nor a lost connection gets past them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "features/endpoint/endpoint.h"
#include "security/device_cookie.h"

namespace dialix::features {

struct Login {
  std::string email;       // as typed
  std::string account_id;  // empty: nobody has this e-mail
  std::string company_id;  // empty for a platform administrator
  std::string password_hash;
  bool account_active = false;
  bool company_active = false;
  std::string totp_cipher;  // empty: no second factor
  std::int64_t totp_last_step = 0;
  int wait_s = 0;              // before it may be tried again
  std::string device_id;       // of a device that the account takes; empty: of none
  bool network_known = false;  // somebody has logged in from there
};

// Who logs in with this e-mail, whether or not they may. `device`: whose cookie is right for this e-mail.
Result<Login> BeginLogin(Call& call, const std::string& email, const std::optional<security::Device>& device);

// Counts and notes a log-in that failed. Errors: TooManyTries where it had to wait by then; then nothing is
// counted, and the answer must be that.
Status FailLogin(Call& call, const Login& login, const std::string& reason);

// What was shown for the second factor; neither: none.
struct SecondFactor {
  std::optional<std::int64_t> step;
  std::optional<std::string> recovery_hash;
};

struct LoggedIn {
  std::string verdict;  // "ok" "stale" "totp_required" "totp_wrong"
  std::string me;       // the /me document, of "ok"
};

// Opens a session for `token` where all that was checked still holds, and ends the one whose hash is
// `old_token_hash`. `new_hash`: the password's, where its parameters have changed; empty: it stays. Errors:
// TooManyTries. REQUIRES: call.scope sees the account.
Result<LoggedIn> FinishLogin(Call& call, const Login& login, const std::string& token,
                             const std::string& old_token_hash, const SecondFactor& factor,
                             const std::string& new_hash);

}  // namespace dialix::features
