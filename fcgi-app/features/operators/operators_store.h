// The SQL of operators. Every function is one round trip in the call's company; changes note themselves in
// the activity log. Errors: as Database::Run, and kConflict "code_taken" where another operator has the code.
#pragma once

#include <optional>
#include <string>

#include "features/endpoint/endpoint.h"

namespace dialix::features::operators {

struct Filter {
  std::optional<std::string> text;  // part of code or name
  std::optional<bool> active;
  std::optional<std::string> after_code;  // keyset: the last row of the page before
  std::optional<std::string> after_id;
  std::optional<std::string> only_id;  // what the caller may see
  int limit = 50;
};

// A member that is not there stays as it is.
struct Change {
  std::optional<std::string> code;
  std::optional<std::string> name;
  std::optional<bool> active;
};

// Columns: the operator as JSON, code, id. One row more than the limit where there is another page.
[[nodiscard]] Result<store::Rows> List(Call& call, const Filter& filter);
// The operator as JSON; kNotFound where the company has none of that id. The same holds for the others.
[[nodiscard]] Result<std::string> Find(Call& call, const std::string& id);
// REQUIRES: code and name are there.
[[nodiscard]] Result<std::string> Insert(Call& call, const std::string& id, const Change& input);
[[nodiscard]] Result<std::string> Update(Call& call, const std::string& id, const Change& change);
// Soft: calls keep naming the operator, the code is free again.
[[nodiscard]] Status Erase(Call& call, const std::string& id);

}  // namespace dialix::features::operators
