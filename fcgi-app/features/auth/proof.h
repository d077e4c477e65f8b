// The caller proves to be the owner of the session still, before credentials change. Wrong tries are counted
// for the account, apart from those of log-ins: five are free. REQUIRES: the access has WithSecrets().
#pragma once

#include <string>
#include <string_view>

#include "features/auth/login_store.h"
#include "features/endpoint/endpoint.h"

namespace dialix::features {

// Errors: kInvalid "wrong" at `field`; TooManyTries; kUnavailable "busy".
[[nodiscard]] Status ProvePassword(Call& call, const std::string& password, const std::string& field);

// What a typed code is for this secret: a code of now that is newer than `last_step`, or what may be a
// recovery code; neither where it can be none. Errors: kInternal where the secret can't be decrypted.
[[nodiscard]] Result<SecondFactor> ReadSecondFactor(Call& call, const std::string& typed,
                                                    const std::string& totp_cipher, std::int64_t last_step);

// Counts a wrong code. Errors: always one: kInvalid "wrong" at "code", or TooManyTries.
[[nodiscard]] Error WrongCode(Call& call);
// The same in the batch of the change: a wrong code is counted where the second factor is still on behind it;
// then the statement has a row, which is the error.
void AddWrongWhileOn(store::Batch& batch, const Call& call);
[[nodiscard]] Error WrongCode(const store::Rows& counted);

// Adds to the batch of the change that the wrong tries before are forgotten.
void AddProven(store::Batch& batch, const Call& call);

}  // namespace dialix::features
