#include "base/text.h"
#include "features/accounts/accounts_handlers.h"
#include "features/accounts/transfers_store.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"

namespace dialix::features::accounts {
namespace {

using http::Response;

Result<Response> TransferAccount(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"company_id", "role", "operator_id", "keep_grants"});
  fields.RequireAll({"company_id"});
  fields.RefuseNull({"company_id", "role", "keep_grants"});
  Transfer transfer;
  transfer.company_id = ToLowerAscii(fields.OptionalUuid("company_id").value_or(""));
  transfer.role = fields.OptionalOneOf("role", {"company_admin", "supervisor", "user", "viewer", "operator"});
  transfer.operator_id = fields.OptionalUuid("operator_id");
  transfer.keeps_grants = fields.OptionalBool("keep_grants").value_or(false);
  if (transfer.company_id == call.company_id)
    fields.Add("company_id", "not_allowed", "is where the account is");
  if (!fields.ok()) return fields.TakeError();
  if (!call.principal.MayActIn(transfer.company_id)) {
    return Fail(Error::Code::kForbidden, "You may not act in that company.");
  }
  DIALIX_TRY(std::string body, Move(call, id, transfer));
  return Response::Json(std::move(body));
}

Result<Response> ListTransfers(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  QueryFields query(call.query, {"limit", "cursor"});
  TransferFilter filter;
  filter.limit = query.Limit();
  if (const auto cursor = ReadCursor(query, {CursorPart::kTime, CursorPart::kUuid})) {
    filter.before_time = (*cursor)[0];
    filter.before_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, ListMoves(call, id, filter));
  return Response::Json(PageJson(rows, filter.limit, 2));
}

}  // namespace

void AppendTransfers(EndpointTable& table) {
  using http::Method;
  const Access manage = Access::Needs(security::Permission::kManageUsers);
  table.push_back({Method::kPost, "/api/v1/accounts/{id}/transfer", manage, TransferAccount});
  table.push_back({Method::kGet, "/api/v1/accounts/{id}/transfers", manage, ListTransfers});
}

}  // namespace dialix::features::accounts
