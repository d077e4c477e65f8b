// The demo company: made by its description (sql/demo/company.json) through the API, step by step. Whatever
// is there already is left as it is, so a second run adds only what is missing.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "demo/api.h"

namespace dialix::demo {

struct Login {
  std::string email;
  std::string role;
  bool existed = false;  // then its password may be another one than ours
};

struct DemoCompany {
  std::string id;
  std::string name;
  std::vector<Login> logins;
};

// REQUIRES: `api` is logged in as a platform admin. Afterwards it acts in the demo company.
[[nodiscard]] Result<DemoCompany> EnsureCompany(Api& api, JsonView description, const std::string& password);

}  // namespace dialix::demo
