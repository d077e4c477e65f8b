#include "demo/company_setup.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace dialix::demo {
namespace {

Result<std::string> EnsureOnlyCompany(Api& api, JsonView company) {
  const std::string name = company["name"].StringOr("");
  std::string id;
  DIALIX_CHECK(api.ForEach("/companies?q=" + QueryValue(name), [&](JsonView item) {
    if (item["name"].String() == name && id.empty()) id = item["id"].StringOr("");
  }));
  if (!id.empty()) return id;
  DIALIX_TRY(auto made, api.Post("/companies", company.Dump()));
  return made["id"].StringOr("");
}

Status EnsureBalance(Api& api, const std::string& company_id, std::int64_t amount_minor) {
  DIALIX_TRY(auto balance, api.Get("/balance"));
  if (balance["available_minor"].IntOr(0) >= amount_minor / 2) return Ok();
  JsonWriter json;
  json.BeginObject().Field("amount_minor", amount_minor).Field("comment", "Demo").EndObject();
  DIALIX_CHECK(api.Post("/companies/" + company_id + "/topup", json.Take()));
  return Ok();
}

// Code → id of every operator of the company.
Result<std::map<std::string, std::string>> EnsureOperators(Api& api, JsonView operators) {
  std::map<std::string, std::string> ids;
  DIALIX_CHECK(api.ForEach("/operators",
                           [&](JsonView item) { ids[item["code"].StringOr("")] = item["id"].StringOr(""); }));
  for (std::size_t i = 0; i < operators.Size(); ++i) {
    const std::string code = operators[i]["code"].StringOr("");
    if (ids.contains(code)) continue;
    DIALIX_TRY(auto made, api.Post("/operators", operators[i].Dump()));
    ids[code] = made["id"].StringOr("");
  }
  return ids;
}

Result<std::vector<Login>> EnsureAccounts(Api& api, JsonView accounts,
                                          const std::map<std::string, std::string>& operator_ids,
                                          const std::string& password) {
  std::set<std::string> known;
  DIALIX_CHECK(api.ForEach("/accounts", [&](JsonView item) { known.insert(item["email"].StringOr("")); }));
  std::vector<Login> logins;
  for (std::size_t i = 0; i < accounts.Size(); ++i) {
    const JsonView account = accounts[i];
    Login login{account["email"].StringOr(""), account["role"].StringOr(""), false};
    login.existed = known.contains(login.email);
    if (!login.existed) {
      JsonWriter json;
      json.BeginObject()
          .Field("email", login.email)
          .Field("name", account["name"].StringOr(""))
          .Field("role", login.role)
          .Field("password", password);
      if (const auto code = account["operator_code"].String()) {
        const auto found = operator_ids.find(std::string(*code));
        if (found == operator_ids.end()) {
          return Fail(Error::Code::kInvalid,
                      login.email + ": there is no operator " + std::string(*code) + ".");
        }
        json.Field("operator_id", found->second);
      }
      json.EndObject();
      DIALIX_CHECK(api.Post("/accounts", json.Take()));
    }
    logins.push_back(std::move(login));
  }
  return logins;
}

Status EnsureChecklist(Api& api, JsonView checklist) {
  std::string id;
  bool active = false;
  DIALIX_CHECK(api.ForEach("/checklists", [&](JsonView item) {
    if (!id.empty() || item["title"].String() != checklist["title"].String()) return;
    id = item["id"].StringOr("");
    active = item["active"].BoolOr(false);
  }));
  if (id.empty()) {
    DIALIX_TRY(auto made, api.Post("/checklists", checklist.Dump()));
    id = made["id"].StringOr("");
  }
  if (active) return Ok();
  DIALIX_CHECK(api.Post("/checklists/" + id + "/activate"));
  return Ok();
}

}  // namespace

Result<DemoCompany> EnsureCompany(Api& api, JsonView description, const std::string& password) {
  DemoCompany company;
  company.name = description["company"]["name"].StringOr("");
  api.ActIn("");
  DIALIX_TRY(company.id, EnsureOnlyCompany(api, description["company"]));
  api.ActIn(company.id);
  DIALIX_CHECK(EnsureBalance(api, company.id, description["topup_minor"].IntOr(0)));
  DIALIX_CHECK(api.Patch("/settings", description["settings"].Dump()));
  DIALIX_TRY(const auto operator_ids, EnsureOperators(api, description["operators"]));
  DIALIX_TRY(company.logins, EnsureAccounts(api, description["accounts"], operator_ids, password));
  DIALIX_CHECK(EnsureChecklist(api, description["checklist"]));
  return company;
}

}  // namespace dialix::demo
