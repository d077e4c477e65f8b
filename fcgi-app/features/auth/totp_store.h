// The second factor of one's own account in PostgreSQL. One round trip each; what changes notes itself in the
// activity log, without secrets.
#pragma once

#include <string>
#include <vector>

#include "features/auth/login_store.h"
#include "features/endpoint/endpoint.h"

namespace dialix::features {

// {enabled, confirmed_at, recovery_codes_left, required}.
Result<std::string> ReadTotp(Call& call);
// Keeps a secret that is to be confirmed. Errors: kConflict "totp_on" where there is a confirmed one.
Status BeginTotp(Call& call, const std::string& secret_cipher);
// Confirms the secret that was begun, with these hashes of recovery codes; every session of the account ends,
// and one for `token` begins. Errors: kConflict "totp_changed" where it isn't that secret any more.
Status ConfirmTotp(Call& call, std::int64_t step, const std::vector<std::string>& recovery_hashes,
                   const std::string& token);
// Ends it, and sessions as above. Errors: those of WrongCode.
Status EndTotp(Call& call, const SecondFactor& factor, const std::string& token);
// New recovery codes in place of the old ones. Errors: kConflict "totp_off".
Status ReplaceRecoveryCodes(Call& call, const std::vector<std::string>& recovery_hashes);

}  // namespace dialix::features
