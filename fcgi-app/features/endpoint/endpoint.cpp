#include "features/endpoint/endpoint.h"

#include "base/text.h"
#include "base/uuid.h"
#include "features/endpoint/cached_json.h"
#include "http/conditional.h"

namespace dialix::features {
namespace {

constexpr std::size_t kMaxJsonBytes = 1024 * 1024;

bool IsJsonType(std::string_view content_type) {
  return ToLowerAscii(Trim(content_type.substr(0, content_type.find(';')))) == "application/json";
}

}  // namespace

Result<std::vector<store::Rows>> Call::Run(const store::Batch& batch) {
  if (stamp != nullptr && !stamp->taken && !stamp->scopes.empty()) return RunStamped(*this, batch);
  return Read(batch);
}

Result<std::vector<store::Rows>> Call::Read(const store::Batch& batch) {
  if (may_lag && !at_source && services.db.HasReplica()) {
    if (stamp != nullptr) {
      // The versions that come along will say whether the replica was behind what is known.
      if (view.usable && view.AllKnown()) return services.db.RunMayLag(scope, batch, {}, &cost);
    } else if (const auto last = services.last_writes.Find(principal.account_id); last.known) {
      return services.db.RunMayLag(scope, batch, last.transaction, &cost);
    }
  }
  return services.db.Run(scope, batch, &cost);
}

Result<store::Rows> Call::Query(const store::Statement& statement, std::vector<store::Param> params) {
  store::Batch batch;
  batch.Add(statement, std::move(params));
  DIALIX_TRY(auto rows, Run(batch));
  return std::move(rows.front());
}

Result<std::vector<store::Rows>> Call::Change(const store::Batch& batch) {
  const bool takes_key = repeat != nullptr && !repeat->is_begun;
  auto rows = Run(takes_key ? repeat->Keyed(batch) : batch);
  if (rows && takes_key) {
    rows->erase(rows->begin());
    repeat->is_begun = true;
  }
  // <table>_company_id_fkey, whatever the table: a platform administrator named a company that isn't there.
  if (!rows && rows.error().internal_detail.find("_company_id_fkey]") != std::string::npos) {
    return Invalid({{"company_id", "not_found", "there is no such company"}});
  }
  return rows;
}

Result<store::Rows> Call::Change(const store::Statement& statement, std::vector<store::Param> params) {
  store::Batch batch(store::Batch::Mode::kReadWrite);
  batch.Add(statement, std::move(params));
  DIALIX_TRY(auto rows, Change(batch));
  return std::move(rows.front());
}

Result<JsonDocument> ReadJson(const Call& call) {
  if (!IsJsonType(call.request.Header("content-type"))) {
    return Fail(Error::Code::kUnsupportedMedia, "Send the body as application/json.");
  }
  DIALIX_TRY(const std::string text, http::ReadBody(call.request, kMaxJsonBytes));
  if (call.repeat != nullptr) call.repeat->AddBody(text);
  DIALIX_TRY(auto document, JsonDocument::Parse(text));
  if (!document.Root().IsObject()) return Invalid({{"", "type", "The body must be a JSON object."}});
  return document;
}

Result<std::string> PathId(const Call& call, std::string_view name) {
  const std::string& id = call.path.Get(name);
  if (!IsUuid(id)) return Fail(Error::Code::kNotFound, "There is no such thing.");
  return ToLowerAscii(id);
}

Error NotFound(std::string_view what) {
  return Fail(Error::Code::kNotFound, "There is no such " + std::string(what) + ".");
}

Error Conflict(std::string slug, std::string message) {
  Error error = Fail(Error::Code::kConflict, std::move(message));
  error.slug = std::move(slug);
  return error;
}

Error LimitReached(std::string_view limit, std::int64_t max) {
  Error error = Conflict("limit_reached", "The company has reached its limit " + std::string(limit) + " of " +
                                              std::to_string(max) + ".");
  error.extensions = {{"limit", "\"" + std::string(limit) + "\""}, {"max", std::to_string(max)}};
  return error;
}

Error Invalid(std::vector<FieldError> fields) {
  Error error = Fail(Error::Code::kInvalid, "Some fields are wrong.");
  error.fields = std::move(fields);
  return error;
}

http::Response JsonWithEtag(const Call& call, std::string body) {
  http::Response response = http::WithEtag(call.request, http::Response::Json(std::move(body)));
  response.Add("Cache-Control", "private, no-cache");
  return response;
}

http::Response Created(std::string body, std::string location) {
  http::Response response = http::Response::Json(std::move(body), 201);
  response.Add("Location", std::move(location));
  return response;
}

}  // namespace dialix::features
