#include "features/operators/operators_handlers.h"

#include "base/uuid.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"
#include "features/operators/operators_store.h"

namespace dialix::features {
namespace {

using http::Response;

operators::Change ReadChange(Fields& fields) {
  operators::Change change;
  if (const auto code = fields.OptionalText("code", 0, 100)) change.code = fields.OperatorCode("code", *code);
  change.name = fields.OptionalName("name");
  change.active = fields.OptionalBool("active");
  fields.RefuseNull({"code", "name", "active"});
  return change;
}

Result<Response> ListOperators(Call& call) {
  QueryFields query(call.query, {"limit", "cursor", "q", "active"});
  operators::Filter filter;
  filter.limit = query.Limit();
  filter.text = query.Text("q", 1, 200);
  filter.active = query.Flag("active");
  filter.only_id = call.principal.OnlyOperator();
  if (const auto cursor = ReadCursor(query, {CursorPart::kText, CursorPart::kUuid})) {
    filter.after_code = (*cursor)[0];
    filter.after_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  auto key = KeyOf(call, "operators");
  key.Add(filter.limit).Add(filter.text).Add(filter.active).Add(filter.after_code).Add(filter.after_id);
  key.Add(filter.only_id);
  return CachedJson(call, std::move(key), [&]() -> Result<std::string> {
    DIALIX_TRY(const store::Rows rows, operators::List(call, filter));
    return PageJson(rows, filter.limit, 2);
  });
}

Result<Response> CreateOperator(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"code", "name", "active"});
  fields.RequireAll({"code", "name"});
  const operators::Change input = ReadChange(fields);
  if (!fields.ok()) return fields.TakeError();
  const std::string id = NewUuid();
  DIALIX_TRY(std::string body, operators::Insert(call, id, input));
  return Created(std::move(body), "/api/v1/operators/" + id);
}

Result<Response> GetOperator(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, operators::Find(call, id));
  return Response::Json(std::move(body));
}

Result<Response> UpdateOperator(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"code", "name", "active"});
  fields.RequireAny();
  const operators::Change change = ReadChange(fields);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, operators::Update(call, id, change));
  return Response::Json(std::move(body));
}

Result<Response> DeleteOperator(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_CHECK(operators::Erase(call, id));
  return Response::NoContent();
}

}  // namespace

void AppendOperatorsEndpoints(EndpointTable& table) {
  using http::Method;
  using security::Permission;
  const Access view = Access::Needs(Permission::kViewRecords);
  const Access manage = Access::Needs(Permission::kManageOperators);
  table.push_back({Method::kGet, "/api/v1/operators", view, ListOperators, {cache::Kind::kOperators}});
  table.push_back({Method::kPost, "/api/v1/operators", manage, CreateOperator});
  table.push_back({Method::kGet, "/api/v1/operators/{id}", view, GetOperator});
  table.push_back({Method::kPatch, "/api/v1/operators/{id}", manage, UpdateOperator});
  table.push_back({Method::kDelete, "/api/v1/operators/{id}", manage, DeleteOperator});
}

}  // namespace dialix::features
