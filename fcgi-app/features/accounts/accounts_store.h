// The SQL of accounts: those of the call's company, or the platform's own where the call has none. One round
// trip each; changes note themselves in the activity log, without passwords.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"

namespace dialix::features::accounts {

struct Filter {
  std::optional<std::string> text;  // part of email or name
  std::optional<std::string> role;
  std::optional<std::string> after_email;  // keyset: the last row of the page before, lower case
  std::optional<std::string> after_id;
  int limit = 50;
};

struct NewAccount {
  std::string id;
  std::string email;
  std::string name;
  std::string role;
  std::string password_hash;
  std::optional<std::string> language;  // the company's where absent
  std::optional<std::string> operator_id;
};

// A member that is not there stays as it is.
struct Change {
  std::optional<std::string> name;
  std::optional<std::string> role;
  std::optional<std::string> language;
  bool sets_operator = false;
  std::optional<std::string> operator_id;  // nothing: unlinked
  std::optional<bool> active;
  std::optional<std::string> password_hash;
};

// Columns: the account as JSON, email in lower case, id.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);
// The account as JSON; kNotFound where the company has none of that id.
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// Errors: kConflict "email_taken"; kInvalid at "operator_id".
[[nodiscard]] Result<std::string> Insert(Call& call, const NewAccount& account);
// Ends the account's sessions where role or password change or it may not log in any more. `manageable`:
// names of the roles that the caller may manage. Errors: kNotFound; kForbidden; kConflict "own_account",
// "last_admin"; kInvalid at "operator_id".
[[nodiscard]] Result<std::string> Update(Call& call, const std::string& id, const Change& change,
                                         const std::vector<std::string>& manageable);
// Soft: the log keeps naming it, the e-mail is free again; sessions and API tokens end. Errors as Update.
[[nodiscard]] Status Erase(Call& call, const std::string& id, const std::vector<std::string>& manageable);

}  // namespace dialix::features::accounts
