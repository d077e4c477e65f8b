// Moves of people from one company to another, and their history. One round trip each.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features::accounts {

struct Transfer {
  std::string company_id;           // where to; the caller may act there
  std::optional<std::string> role;  // the same as before where absent
  std::optional<std::string> operator_id;
  bool keeps_grants = false;  // single permissions, granted and denied; else none go along
};

// The account as JSON. Ends its sessions, API tokens, its link and what ties it to an operator; what it did
// stays with the old company. Errors: kNotFound; kForbidden; kConflict "own_account", "last_admin",
// "limit_reached" (max_accounts of what is above the new company alone); kInvalid at "company_id",
// "operator_id".
[[nodiscard]] Result<std::string> Move(Call& call, const std::string& id, const Transfer& transfer);

struct TransferFilter {
  std::optional<std::string> before_time;  // keyset: the last row of the page before
  std::optional<std::string> before_id;
  int limit = 50;
};
// Newest first: those in which the call's company had a part; all of them for a platform administrator.
// Columns: the move as JSON, its time, id. Errors: kNotFound where the account neither is nor was in the
// company.
[[nodiscard]] Result<store::Rows> ListMoves(Call& call, const std::string& id, const TransferFilter& filter);

}  // namespace dialix::features::accounts
