// The SQL of companies and their tree. One round trip each; changes note themselves in the activity log.
// Whether the caller reaches a company is asked before; the call's scope holds the statements to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features::companies {

// Who changes a company from above: decides which limits they set, and which blocks they lift.
enum class Above { kPlatform, kParent };

struct Filter {
  std::optional<std::string> text;  // part of the name
  std::optional<bool> active;
  std::optional<std::string> parent_id;
  std::optional<std::string> below_id;    // it and everything below it
  std::optional<std::string> after_name;  // keyset: the last row of the page before
  std::optional<std::string> after_id;
  int limit = 50;
};

// What is absent comes from the parent.
struct NewCompany {
  std::string id;
  std::string name;
  std::optional<std::string> parent_id;
  std::optional<std::string> currency;
  std::optional<std::int64_t> price_per_minute_minor;
  std::optional<std::string> timezone;
  std::optional<std::string> language;
  bool shares_parent_balance = false;
};

// A member that is not there stays as it is.
struct Change {
  std::optional<std::string> name;
  std::optional<std::string> timezone;
  std::optional<std::string> language;
  std::optional<std::int64_t> price_per_minute_minor;
  std::optional<bool> active;
  bool moves = false;
  std::optional<std::string> parent_id;  // of one that moves; nothing: it stands alone
  std::optional<bool> shares_parent_balance;
  std::optional<std::string> limits;  // a JSON object; null: no limit
  Above above = Above::kPlatform;
};

// Columns: the company as JSON, name, id.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);
// The company as JSON. kNotFound where there is none.
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// With its settings. Errors: kInvalid at "parent_id" (unknown, too deep), "timezone" and
// "shares_parent_balance" (another currency); kConflict "limit_reached". REQUIRES: the scope has the new
// company and its parent.
[[nodiscard]] Result<std::string> Insert(Call& call, const NewCompany& company);
// Errors: as Insert; kInvalid at "parent_id" also where it would be above itself, and at a limit that is
// higher than the platform's.
[[nodiscard]] Result<std::string> Update(Call& call, const std::string& id, const Change& change);
// Blocks it, and with it everything below; their people's sessions end.
[[nodiscard]] Result<std::string> Block(Call& call, const std::string& id, Above by,
                                        const std::string& reason);
// kForbidden where the platform has blocked it and a parent asks.
[[nodiscard]] Result<std::string> Unblock(Call& call, const std::string& id, Above by);

}  // namespace dialix::features::companies
