#include "base/uuid.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"
#include "features/privacy/exports_store.h"
#include "features/privacy/privacy_handlers.h"

namespace dialix::features {
namespace {

using http::Response;
using security::Permission;

// An archive holds what each of these shows, and everybody's: who lacks one of them, or sees their own calls
// alone, gets no way around that.
Status MaySeeEverything(const Call& call) {
  for (const Permission permission :
       {Permission::kViewRecords, Permission::kViewAnalytics, Permission::kViewAudit,
        Permission::kManageUsers, Permission::kManageIntegrations}) {
    if (!call.principal.Can(permission)) {
      return Fail(Error::Code::kForbidden, "An archive holds what the permission " +
                                               std::string(security::PermissionName(permission)) +
                                               " shows, which you do not have.");
    }
  }
  if (call.principal.OnlyOperator())
    return Fail(Error::Code::kForbidden,
                "An archive holds the calls of all operators, and you see your own.");
  return Ok();
}

Result<Response> CreateExport(Call& call) {
  DIALIX_CHECK(MaySeeEverything(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"with_audio"});
  fields.RequireAll({"with_audio"});
  fields.RefuseNull({"with_audio"});
  const auto with_audio = fields.OptionalBool("with_audio");
  if (!fields.ok()) return fields.TakeError();
  const std::string id = NewUuid();
  DIALIX_TRY(std::string body, exports::Insert(call, id, *with_audio));
  Response response = Response::Json(std::move(body), 202);
  response.Add("Location", "/api/v1/privacy/exports/" + id);
  return response;
}

Result<Response> ListExports(Call& call) {
  QueryFields query(call.query, {"limit", "cursor"});
  exports::Page page;
  page.limit = query.Limit();
  if (const auto cursor = ReadCursor(query, {CursorPart::kTime, CursorPart::kUuid})) {
    page.before_time = (*cursor)[0];
    page.before_id = (*cursor)[1];
  }
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(std::string body, exports::List(call, page));
  return Response::Json(std::move(body));
}

Result<Response> GetExport(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, exports::Find(call, id));
  return Response::Json(std::move(body));
}

// The app says yes, nginx sends the bytes, as of a recording.
Result<Response> GetExportFile(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_CHECK(MaySeeEverything(call));
  DIALIX_TRY(const exports::File file, exports::Fetch(call, id));
  Response response;
  response.Add("Content-Disposition", "attachment; filename=\"dialix-" + file.day + ".zip\"");
  response.Add("X-Accel-Redirect", "/_" + file.name);  // "exports/…" of the store, nginx's /_exports/
  response.Add("Cache-Control", "no-store");
  return response;
}

Result<Response> DeleteExport(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_CHECK(exports::Delete(call, id));
  return Response::NoContent();
}

}  // namespace

void AppendExportEndpoints(EndpointTable& table) {
  using http::Method;
  const Access access = Access::Needs(Permission::kManageCompany);
  table.push_back({Method::kPost, "/api/v1/privacy/exports", access, CreateExport});
  table.push_back({Method::kGet, "/api/v1/privacy/exports", access, ListExports});
  table.push_back({Method::kGet, "/api/v1/privacy/exports/{id}", access, GetExport});
  table.push_back({Method::kDelete, "/api/v1/privacy/exports/{id}", access, DeleteExport});
  table.push_back({Method::kGet, "/api/v1/privacy/exports/{id}/file", access, GetExportFile});
}

}  // namespace dialix::features
