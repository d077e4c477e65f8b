// The SQL of accounts: those of the call's company, or the platform's own where the call has none. One round
// trip each; changes note themselves in the activity log, without passwords and tokens. Every change goes
// through Apply, so that the rules of account_rules.h stand in one statement.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"

namespace dialix::features::accounts {

enum class Sort { kEmail, kName, kCreated, kNewest, kLastLogin, kLatestLogin };

struct Filter {
  std::optional<std::string> text;  // part of email or name
  std::optional<std::string> role;
  std::optional<std::string> status;
  std::optional<std::string> operator_id;
  Sort sort = Sort::kEmail;
  std::optional<std::string> after_key;  // keyset: the last row of the page before
  std::optional<std::string> after_id;
  int limit = 50;
};

// A link that lets its holder choose a password; the token itself is never stored.
struct Link {
  enum class Purpose { kInvitation, kReset };
  Purpose purpose;
  std::string token_hash;
  int seconds;
};

struct NewAccount {
  std::string id;
  std::string email;
  std::string name;
  std::string role;
  std::string password_hash;            // of an invited one: kNoPassword
  std::optional<std::string> language;  // the company's where absent
  std::optional<std::string> operator_id;
  std::optional<Link> link;  // there: invited
};

// A member that is not there stays as it is.
struct Change {
  std::optional<std::string> name;
  std::optional<std::string> role;
  std::optional<std::string> language;
  bool sets_operator = false;
  std::optional<std::string> operator_id;  // nothing: unlinked
  std::optional<bool> active;              // not what it is: blocks or unblocks
  std::optional<bool> blocked;
  std::optional<std::string> block_reason;
  std::optional<std::vector<std::string>> granted;
  std::optional<std::vector<std::string>> denied;
  std::optional<std::string> password_hash;  // also ends the API tokens
  std::optional<Link> link;                  // takes the place of the one before
  bool ends_link = false;
  bool drops_totp = false;  // the second factor, lost with the device; ends the sessions
  bool deleted = false;     // soft: the log keeps naming it, the e-mail is free again
};

struct Changed {
  std::string json;             // the account
  std::string link_expires_at;  // of the link that was made; else empty
};

// Columns: the account as JSON, the sort key, id.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);
// The account as JSON; kNotFound where the company has none of that id.
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// Errors: kConflict "limit_reached" (max_accounts: everybody who was not removed counts, so a block frees no
// place and an unblock takes none); kConflict "email_taken", noted in the log; kTooManyRequests after twenty
// of those in an hour, so that nobody can ask a list of addresses for those of other companies; kInvalid at
// "operator_id".
[[nodiscard]] Result<Changed> Insert(Call& call, const NewAccount& account);
// Ends the account's sessions where role or password change or it may not log in any more; its API tokens
// where the password changes or it is deleted; its link where it is blocked, deleted or gets a password.
// Errors: kNotFound; kForbidden; kConflict "own_account", "last_admin", "invited", "not_invited"; kInvalid at
// "operator_id". `action`: as the activity log calls it.
[[nodiscard]] Result<Changed> Apply(Call& call, const std::string& id, const Change& change,
                                    std::string_view action);

}  // namespace dialix::features::accounts
