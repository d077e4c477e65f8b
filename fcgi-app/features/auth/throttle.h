// Counting wrong tries, in PostgreSQL (migration 0016): who guessed too often waits, 1, 2, 4, 8 and then 15
// minutes. For whatever a caller may guess: passwords, codes, links. One round trip.
#pragma once

#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features {

// 429 "too_many_tries" with Retry-After.
[[nodiscard]] Error TooManyTries(int wait_s);

// Counts a wrong try under the key ("link:" + NetworkOf(address)), of which `free` cost nothing. Errors:
// TooManyTries where the key was blocked already: then the answer must not tell whether the try was right.
[[nodiscard]] Status CountWrongTry(Call& call, const std::string& key, int free);

// The network of the caller, as a throttle counts it.
[[nodiscard]] std::string CallersNetwork(const Call& call);

}  // namespace dialix::features
