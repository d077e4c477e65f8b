// Who may change whose account. The rules, which every statement of this room asks in the transaction of the
// change itself (see account_sql.h):
//
// 1. The caller has manage_users. Role operator, which sees its own calls only, manages nobody.
// 2. What the account may do, before the change and after it, the caller may do too. Effective permissions
// are
//    compared (role + granted − denied; a token's are also within its scopes), not names of roles: an
//    administrator without manage_billing makes, changes, blocks and resets nobody who has it.
// 3. What is put on or taken off the lists of granted and denied permissions, the caller holds; "admin" is on
//    neither.
// 4. Nobody changes their own role, permissions, operator, password or right to log in here, nor removes or
//    moves themselves.
// 5. A company, and the platform, keeps an administrator: an active account of role company_admin (admin)
// that
//    was not denied manage_users. Changes to one tenant's accounts come one after another.
//
// Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "features/endpoint/endpoint.h"

namespace dialix::features::accounts {

// The names of what the caller may do. Errors: kForbidden for those who manage nobody.
[[nodiscard]] Result<std::vector<std::string>> Held(const Call& call);

// Whether a new account of the role stays within what the caller may do.
[[nodiscard]] bool MayGive(const security::Principal& caller, security::Role role);

// {"admin": ["manage_users", …], "company_admin": …}: what roles carry, for effective_permissions() of
// migration 0015.
[[nodiscard]] const std::string& RolesJson();

// The statements' verdict as the error that people read; Ok for "ok".
[[nodiscard]] Status Judge(std::string_view verdict);

}  // namespace dialix::features::accounts
