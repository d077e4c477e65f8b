#include "features/auth/auth_handlers.h"
#include "features/auth/proof.h"
#include "features/auth/session_cookie.h"
#include "features/auth/session_store.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"

namespace dialix::features {
namespace {

Result<http::Response> HandleList(Call& call) {
  QueryFields query(call.query, {"limit", "cursor"});
  const int limit = query.Limit();
  const auto cursor = ReadCursor(query, {CursorPart::kUuid});
  if (!query.ok()) return query.TakeError();
  DIALIX_TRY(const auto rows, ListSessions(call, cursor ? (*cursor)[0] : std::nullopt, limit));
  http::Response response = http::Response::Json(PageJson(rows, limit, 1));
  response.Add("Cache-Control", "no-store");
  return response;
}

// Whoever sits down in front of somebody's open session ends none of their others (ASVS 3.3.4).
Status ProveOwner(Call& call) {
  DIALIX_TRY(const JsonDocument document, ReadJson(call));
  Fields fields(document.Root(), {"password"});
  const std::string password = fields.RequiredText("password", 1, 256);
  if (!fields.ok()) return fields.TakeError();
  return ProvePassword(call, password, "password");
}

Result<http::Response> HandleEnd(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  // Logging out of where one is needs no more than being there.
  if (id != call.principal.session_id) DIALIX_CHECK(ProveOwner(call));
  DIALIX_CHECK(EndSession(call, id));
  http::Response response = http::Response::NoContent();
  if (id == call.principal.session_id) DropSessionCookie(response, call);
  return response;
}

Result<http::Response> HandleEndOthers(Call& call) {
  DIALIX_CHECK(ProveOwner(call));
  DIALIX_CHECK(EndOtherSessions(call));
  return http::Response::NoContent();
}

}  // namespace

void AppendSessionEndpoints(EndpointTable& table) {
  using http::Method;
  const Access prove = Access::OwnSession().WithSecrets();
  table.push_back({Method::kGet, "/api/v1/me/sessions", Access::OwnSession(), HandleList});
  table.push_back({Method::kDelete, "/api/v1/me/sessions", prove, HandleEndOthers});
  table.push_back({Method::kDelete, "/api/v1/me/sessions/{id}", prove, HandleEnd});
}

}  // namespace dialix::features
