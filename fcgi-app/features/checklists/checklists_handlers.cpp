#include "features/checklists/checklists_handlers.h"

#include "analysis/checklist_json.h"
#include "base/text.h"
#include "base/uuid.h"
#include "features/checklists/checklists_store.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

using http::Response;

Result<Response> ListChecklists(Call& call) {
  QueryFields query(call.query, {"limit", "cursor"});
  const int limit = query.Limit();
  checklists::After after;
  if (const auto cursor = ReadCursor(query, {CursorPart::kFlag, CursorPart::kText, CursorPart::kUuid})) {
    after = {(*cursor)[0], (*cursor)[1], (*cursor)[2]};
  }
  if (!query.ok()) return query.TakeError();
  auto key = KeyOf(call, "checklists");
  key.Add(limit).Add(after.inactive).Add(after.title).Add(after.id);
  return CachedJson(call, std::move(key), [&]() -> Result<std::string> {
    DIALIX_TRY(const store::Rows rows, checklists::List(call, after, limit));
    return PageJson(rows, limit, 3);
  });
}

Result<Response> CreateChecklist(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  DIALIX_TRY(const analysis::Checklist checklist, analysis::ParseChecklist(document.Root()));
  const std::string id = NewUuid();
  DIALIX_TRY(std::string body, checklists::Insert(call, id, checklist.title,
                                                  analysis::ChecklistSegmentsJson(checklist.segments)));
  return Created(std::move(body), "/api/v1/checklists/" + id);
}

Result<Response> GetChecklist(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, checklists::Find(call, id));
  return JsonWithEtag(call, std::move(body));
}

Result<Response> UpdateChecklist(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"title", "segments"});
  fields.RequireAny();
  std::vector<FieldError> wrong;
  std::optional<std::string> title;
  std::optional<std::string> segments;
  if (fields.Has("title")) title = analysis::ParseChecklistTitle(fields.Get("title"), "title", wrong);
  if (fields.Has("segments")) {
    segments = analysis::ChecklistSegmentsJson(
        analysis::ParseChecklistSegments(fields.Get("segments"), "segments", wrong));
  }
  for (FieldError& error : wrong) fields.Add(error.path, error.code, error.message);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string body, checklists::Update(call, id, title, segments));
  return Response::Json(std::move(body));
}

Result<Response> DeleteChecklist(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_CHECK(checklists::Erase(call, id));
  return Response::NoContent();
}

Result<Response> ActivateChecklist(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string body, checklists::Activate(call, id));
  return Response::Json(std::move(body));
}

Result<Response> ListVersions(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  QueryFields query(call.query, {"limit", "cursor"});
  const int limit = query.Limit();
  std::optional<std::string> before;
  if (const auto cursor = ReadCursor(query, {CursorPart::kInt})) before = (*cursor)[0];
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const store::Rows rows, checklists::ListVersions(call, id, before, limit));
  return Response::Json(PageJson(rows, limit, 1));
}

Result<Response> GetVersion(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  const auto version = ParseInt(call.path.Get("version"));
  if (!version) return NotFound("version");
  DIALIX_TRY(std::string body, checklists::FindVersion(call, id, *version));
  return Response::Json(std::move(body));
}

}  // namespace

void AppendChecklistsEndpoints(EndpointTable& table) {
  using http::Method;
  using security::Permission;
  const Access view = Access::Needs(Permission::kViewRecords);
  const Access manage = Access::Needs(Permission::kManageChecklists);
  table.push_back({Method::kGet, "/api/v1/checklists", view, ListChecklists, {cache::Kind::kChecklists}});
  table.push_back({Method::kPost, "/api/v1/checklists", manage, CreateChecklist});
  table.push_back({Method::kGet, "/api/v1/checklists/{id}", view, GetChecklist});
  table.push_back({Method::kPatch, "/api/v1/checklists/{id}", manage, UpdateChecklist});
  table.push_back({Method::kDelete, "/api/v1/checklists/{id}", manage, DeleteChecklist});
  table.push_back({Method::kPost, "/api/v1/checklists/{id}/activate", manage, ActivateChecklist});
  table.push_back({Method::kGet, "/api/v1/checklists/{id}/versions", view, ListVersions});
  table.push_back({Method::kGet, "/api/v1/checklists/{id}/versions/{version}", view, GetVersion});
}

}  // namespace dialix::features
