#include "features/auth/auth_handlers.h"
#include "features/auth/token_store.h"
#include "features/endpoint/fields.h"
#include "security/permission.h"
#include "security/token.h"

namespace dialix::features {
namespace {

constexpr int kLongestDays = 366;
constexpr int kUsualDays = 90;

// The permissions that the token will have: only what the caller holds. What they lose later, it loses with
// them.
std::vector<std::string> ReadScopes(Fields& fields, const security::Principal& principal) {
  const auto scopes = fields.OptionalTextList("scopes", 32, 40);
  if (!scopes) return {};
  if (scopes->empty()) fields.Add("scopes", "required", "must name at least one permission");
  for (std::size_t i = 0; i < scopes->size(); ++i) {
    const std::string path = "scopes[" + std::to_string(i) + "]";
    const auto permission = security::ParsePermission((*scopes)[i]);
    if (!permission) {
      fields.Add(path, "not_allowed", "is no permission");
    } else if (!principal.Can(*permission)) {
      fields.Add(path, "not_held", "is a permission that you do not have");
    }
  }
  return *scopes;
}

Result<http::Response> HandleList(Call& call) {
  DIALIX_TRY(std::string body, ListTokens(call));
  http::Response response = http::Response::Json(std::move(body));
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<http::Response> HandleCreate(Call& call) {
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(), {"name", "scopes", "expires_in_days"});
  fields.RequireAll({"name", "scopes"});
  fields.RefuseNull({"name", "scopes", "expires_in_days"});
  NewApiToken token;
  token.name = fields.OptionalName("name").value_or("");
  token.scopes = ReadScopes(fields, call.principal);
  token.days = static_cast<int>(fields.OptionalInt("expires_in_days", 1, kLongestDays).value_or(kUsualDays));
  if (!fields.ok()) return fields.TakeError();
  token.secret = security::NewApiToken();
  DIALIX_TRY(MadeToken made, InsertToken(call, token));
  JsonWriter body;
  body.BeginObject().Field("token", token.secret).RawField("details", made.json).EndObject();
  http::Response response = Created(body.Take(), "/api/v1/me/tokens/" + made.id);
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<http::Response> HandleRevoke(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_CHECK(RevokeToken(call, id));
  return http::Response::NoContent();
}

}  // namespace

void AppendTokenEndpoints(EndpointTable& table) {
  using http::Method;
  table.push_back({Method::kGet, "/api/v1/me/tokens", Access::OwnSession(), HandleList});
  table.push_back({Method::kPost, "/api/v1/me/tokens", Access::OwnSession(), HandleCreate});
  table.push_back({Method::kDelete, "/api/v1/me/tokens/{id}", Access::OwnSession(), HandleRevoke});
}

}  // namespace dialix::features
