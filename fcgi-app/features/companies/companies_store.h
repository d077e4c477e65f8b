// The SQL of companies. One round trip each; changes note themselves in the activity log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features::companies {

struct Filter {
  std::optional<std::string> text;  // part of the name
  std::optional<bool> active;
  std::optional<std::string> after_name;  // keyset: the last row of the page before
  std::optional<std::string> after_id;
  int limit = 50;
};

struct NewCompany {
  std::string id;
  std::string name;
  std::optional<std::string> parent_id;
  std::string currency;
  std::int64_t price_per_minute_minor = 0;
  std::string timezone;
  std::string language;
};

// A member that is not there stays as it is.
struct Change {
  std::optional<std::string> name;
  std::optional<std::string> timezone;
  std::optional<std::string> language;
  std::optional<std::int64_t> price_per_minute_minor;
  std::optional<bool> active;  // false also ends the sessions of its people
};

// Columns: the company as JSON, name, id.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);
// The company as JSON. kNotFound where there is none, or where the call acts in another one.
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// With its settings. Errors: kInvalid at "parent_id" and "timezone" where there is no such thing.
[[nodiscard]] Result<std::string> Insert(Call& call, const NewCompany& company);
[[nodiscard]] Result<std::string> Update(Call& call, const std::string& id, const Change& change);

}  // namespace dialix::features::companies
