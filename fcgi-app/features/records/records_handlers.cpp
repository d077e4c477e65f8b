#include "features/records/records_handlers.h"

#include "base/text.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/csv_export.h"
#include "features/endpoint/fields.h"
#include "features/records/record_change.h"
#include "features/records/record_export.h"
#include "features/records/record_filter.h"
#include "storage/audio_store.h"

namespace dialix::features {
namespace {

using security::Permission;

const std::initializer_list<std::string_view> kCallTypes = {"inbound", "outbound", "internal"};

Result<http::Response> HandleList(Call& call) {
  QueryFields fields(call.query,
                     {"limit", "cursor", "status", "operator_id", "call_type", "client_phone_number", "q",
                      "score_min", "score_max", "sentiment", "start", "end", "sort", "call_purpose",
                      "lead_source", "interest", "question_id", "answer"});
  RecordFilter filter = ReadRecordFilter(fields, call.principal);
  filter.limit = fields.Limit();
  ReadRecordCursor(fields, filter);
  if (!fields.ok()) return fields.TakeError();
  auto key = KeyOfQuery(call, "records");
  key.Add(filter.only_operator_id);
  return CachedJson(call, std::move(key), [&] { return ListRecords(call, filter); });
}

Result<http::Response> HandleExport(Call& call) {
  QueryFields fields(call.query, {"separator", "status", "operator_id", "call_type", "client_phone_number",
                                  "q", "score_min", "score_max", "sentiment", "start", "end", "sort",
                                  "call_purpose", "lead_source", "interest", "question_id", "answer"});
  const RecordFilter filter = ReadRecordFilter(fields, call.principal);
  const char separator = ReadSeparator(fields);
  if (!fields.ok()) return fields.TakeError();
  return ExportRecords(call, filter, separator);
}

Result<http::Response> HandleGet(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string record, ReadRecord(call, id));
  return JsonWithEtag(call, std::move(record));
}

template <typename T>
Change<T> Given(const Fields& fields, std::string_view name, std::optional<T> value) {
  return {fields.Has(name), std::move(value)};
}

Result<http::Response> HandlePatch(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(auto document, ReadJson(call));
  Fields fields(document.Root(),
                {"title", "operator_code", "call_type", "client_phone_number", "checklist_id", "started_at"});
  fields.RequireAny();
  fields.RefuseNull({"title", "started_at"});
  RecordChange change;
  change.title = Given(fields, "title", fields.OptionalText("title", 1, 300));
  auto code = fields.OptionalText("operator_code", 0, 100);
  if (code) code = fields.OperatorCode("operator_code", *code);
  change.operator_code = Given(fields, "operator_code", code);
  change.call_type = Given(fields, "call_type", fields.OptionalOneOf("call_type", kCallTypes));
  auto phone = fields.OptionalText("client_phone_number", 0, 100);
  if (phone) phone = fields.Phone("client_phone_number", *phone);
  change.client_phone_number = Given(fields, "client_phone_number", phone);
  change.checklist_id = Given(fields, "checklist_id", fields.OptionalUuid("checklist_id"));
  std::optional<TimePoint> started;
  if (const auto text = fields.OptionalText("started_at", 0, 100)) started = fields.Time("started_at", *text);
  if (started && *started > Now() + std::chrono::minutes(5))
    fields.Add("started_at", "out_of_range", "must not lie in the future");
  change.started_at = Given(fields, "started_at", started);
  if (!fields.ok()) return fields.TakeError();
  DIALIX_TRY(std::string record, UpdateRecord(call, id, change));
  return http::Response::Json(std::move(record));
}

Result<http::Response> HandleDelete(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(const std::string audio_name, DeleteRecord(call, id));
  storage::AudioStore(AudioStorePath(call.services.config)).Remove(audio_name);
  return http::Response::NoContent();
}

Result<http::Response> HandleReprocess(Call& call) {
  DIALIX_TRY(const std::string id, PathId(call));
  DIALIX_TRY(std::string record, ReprocessRecord(call, id));
  http::Response response = http::Response::Json(std::move(record), 202);
  response.Add("Location", "/api/v1/records/" + id);
  return response;
}

}  // namespace

void AppendRecordEndpoints(EndpointTable& table) {
  using cache::Kind;
  using http::Method;
  table.push_back({Method::kGet,
                   "/api/v1/records",
                   Access::Needs(Permission::kViewRecords),
                   HandleList,
                   {Kind::kRecords, Kind::kOperators, Kind::kSettings}});
  table.push_back(
      {Method::kGet, "/api/v1/records/export.csv", Access::Needs(Permission::kViewRecords), HandleExport});
  table.push_back({Method::kGet, "/api/v1/records/{id}", Access::Needs(Permission::kViewRecords), HandleGet});
  table.push_back(
      {Method::kPatch, "/api/v1/records/{id}", Access::Needs(Permission::kUpdateRecords), HandlePatch});
  table.push_back(
      {Method::kDelete, "/api/v1/records/{id}", Access::Needs(Permission::kDeleteRecords), HandleDelete});
  table.push_back({Method::kPost, "/api/v1/records/{id}/reprocess", Access::Needs(Permission::kUpdateRecords),
                   HandleReprocess});
  AppendUploadEndpoints(table);
  AppendPlaybackEndpoints(table);
}

}  // namespace dialix::features
