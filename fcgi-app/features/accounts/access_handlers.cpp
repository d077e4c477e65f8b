#include <algorithm>

#include "features/accounts/accounts_handlers.h"
#include "features/accounts/accounts_store.h"
#include "features/endpoint/fields.h"

namespace dialix::features::accounts {
namespace {

using http::Response;

constexpr std::size_t kMostNames = 32;

Result<Response> Block(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  Change change;
  change.blocked = true;
  if (!call.request.Header("content-type").empty()) {
    DIALIX_TRY(const JsonDocument document, ReadJson(call));
    Fields fields(document.Root(), {"reason"});
    fields.RefuseNull({"reason"});
    change.block_reason = fields.OptionalText("reason", 0, 500);
    if (!fields.ok()) return fields.TakeError();
  }
  DIALIX_TRY(Changed changed, Apply(call, id, change, "account.block"));
  return Response::Json(std::move(changed.json));
}

Result<Response> Unblock(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  Change change;
  change.blocked = false;
  DIALIX_TRY(Changed changed, Apply(call, id, change, "account.unblock"));
  return Response::Json(std::move(changed.json));
}

std::optional<std::vector<std::string>> ReadNames(Fields& fields, std::string_view field) {
  auto names = fields.OptionalTextList(field, kMostNames, 50);
  if (!names) return std::nullopt;
  for (std::size_t i = 0; i < names->size(); ++i) {
    const std::string path = std::string(field) + "[" + std::to_string(i) + "]";
    const auto permission = security::ParsePermission((*names)[i]);
    if (!permission) {
      fields.Add(path, "not_allowed", "is not a permission");
    } else if (*permission == security::Permission::kAdmin) {
      fields.Add(path, "not_allowed", "belongs to the role of platform administrators alone");
    }
  }
  return names;
}

Result<Response> SetPermissions(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"granted", "denied"});
  fields.RequireAll({"granted", "denied"});
  fields.RefuseNull({"granted", "denied"});
  Change change;
  change.granted = ReadNames(fields, "granted");
  change.denied = ReadNames(fields, "denied");
  if (change.granted && change.denied) {
    for (const std::string& name : *change.granted) {
      if (std::find(change.denied->begin(), change.denied->end(), name) != change.denied->end()) {
        fields.Add("denied", "duplicate", "has " + name + ", which is granted as well");
      }
    }
  }
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(Changed changed, Apply(call, id, change, "account.permissions"));
  return Response::Json(std::move(changed.json));
}

// For who has lost the device and the recovery codes: the password alone logs them in from then on.
Result<Response> DropTotp(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  Change change;
  change.drops_totp = true;
  DIALIX_CHECK(Apply(call, id, change, "account.reset_totp"));
  return Response::NoContent();
}

}  // namespace

void AppendAccess(EndpointTable& table, const Access& manage) {
  using http::Method;
  table.push_back({Method::kPost, "/api/v1/accounts/{id}/block", manage, Block});
  table.push_back({Method::kPost, "/api/v1/accounts/{id}/unblock", manage, Unblock});
  table.push_back({Method::kDelete, "/api/v1/accounts/{id}/totp", manage, DropTotp});
  table.push_back({Method::kPut, "/api/v1/accounts/{id}/permissions", manage, SetPermissions});
}

}  // namespace dialix::features::accounts
