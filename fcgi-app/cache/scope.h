// Scopes: the names under which PostgreSQL counts changes (data_version). "<company>:records",
// "account:<id>". What a cached value was made of is a list of scopes and the version of each.
// Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dialix::cache {

enum class Kind {
  kRecords,  // a call, its result, answers or transcript
  kFigures,  // the dashboard's numbers
  kOperators,
  kChecklists,
  kSettings,
  kBilling,  // balance, reservations, price, ledger
  kPeople,   // accounts
  kAccess,   // the company itself: blocked, deleted, renamed
  kAccount,  // one person: role, permissions, block, password, sessions that ended
};

// REQUIRES: not kAccount.
[[nodiscard]] std::string CompanyScope(std::string_view company_id, Kind kind);
[[nodiscard]] std::string AccountScope(std::string_view account_id);

// A scope's version. kUnknown: nobody could tell.
using Version = std::int64_t;
inline constexpr Version kUnknown = -1;

struct Change {
  std::string scope;
  Version version = 0;
};
// "scope=version scope=version", as changes_commit() and the notifications write it. What can't be read is
// left out.
[[nodiscard]] std::vector<Change> ParseChanges(std::string_view text);

}  // namespace dialix::cache
