// The SQL of money. All amounts are minor units of the company's currency. One round trip each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "features/endpoint/days.h"
#include "features/endpoint/endpoint.h"

namespace dialix::features::billing {

struct Filter {
  std::optional<std::string> type;         // topup | charge | adjustment
  Days days;                               // in the company's time zone
  std::optional<std::string> before_time;  // keyset: the last row of the page before
  std::optional<std::string> before_id;
  int limit = 50;
};

struct TopUp {
  std::string company_id;
  std::int64_t amount_minor = 0;
  std::string comment;
  std::optional<std::string> idempotency_key;
};

struct Balance {
  std::string json;
  bool shared = false;  // it is the payer's, a company above: the call's scopes do not tell when it changes
};

// Of the money that the call's company is paid from. kInvalid at "company_id" where there is no such company.
[[nodiscard]] Result<Balance> ReadBalance(Call& call);
// The company's own ledger, newest first; of an operator, what their own calls cost. Columns: the transaction
// as JSON, its time, its id.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);
// Books it and gives {transaction, balance}; the same key of the same account again gives what it booked
// then. Errors: kNotFound; kInvalid where the key was used for another amount or comment;
// kConflict "shared_balance" of a branch that a company above pays for. REQUIRES: the scope
// sees the company.
[[nodiscard]] Result<std::string> Book(Call& call, const TopUp& top_up);

}  // namespace dialix::features::billing
