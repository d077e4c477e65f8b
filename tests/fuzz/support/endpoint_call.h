// Calls a handler of the real route table as the gate would, without a network, a database or Redis: up to
// the first statement all is real. One thread's.
#pragma once

#include <string_view>

namespace dialix::fuzz {

// `line` is "METHOD /path?query"; one that is no endpoint's chooses one by its hash. `body` is sent as
// application/json. Checks that the answer is a whole one: JSON, clean headers, no internal error.
void CallEndpoint(std::string_view line, std::string_view body);

}  // namespace dialix::fuzz
