// The part of a statement that rotates a person's sessions, for statements that change their credentials.
#pragma once

#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"

// Common table expressions: for each row of `row` (account_id, company_id) every session of the account ends
// and one begins. The parameters are NewSession's five, in order.
#define ROTATE_SESSIONS(row, p1, p2, p3, p4, p5)                                                     \
  "ended AS (DELETE FROM session s USING " row " WHERE s.account_id = " row                          \
  ".account_id), "                                                                                   \
  "begun AS (INSERT INTO session (id, account_id, company_id, token_hash, expires_at, remote_addr, " \
  "user_agent) SELECT " p1 "::uuid, " row ".account_id, " row ".company_id, " p2                     \
  "::bytea, now() + make_interval(secs => " p3 "::int), " p4 "::inet, " p5 "::text FROM " row ")"

namespace dialix::features {

// `params` and the five of a session of this caller that has the token.
[[nodiscard]] std::vector<store::Param> WithNewSession(const Call& call, const std::string& token,
                                                       std::vector<store::Param> params);

}  // namespace dialix::features
