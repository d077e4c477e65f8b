// One's own sessions in PostgreSQL. One round trip each; what changes notes itself in the activity log.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features {

// Columns: a session as JSON, id. Those that live, the newest first; `before`: keyset.
Result<store::Rows> ListSessions(Call& call, const std::optional<std::string>& before, int limit);
// Errors: kNotFound.
Status EndSession(Call& call, const std::string& id);
Status EndOtherSessions(Call& call);
// The one that the request came with.
Status CloseSession(Call& call);

}  // namespace dialix::features
