#include "features/records/records_handlers.h"

#include "base/text.h"
#include "features/endpoint/cached_json.h"
#include "features/endpoint/fields.h"
#include "features/endpoint/page.h"
#include "features/records/record_change.h"
#include "features/records/record_list.h"
#include "storage/audio_store.h"

namespace dialix::features {
namespace {

using security::Permission;

const std::initializer_list<std::string_view> kSentiments = {"positive", "neutral", "negative"};
const std::initializer_list<std::string_view> kCallTypes = {"inbound", "outbound", "internal"};

void ReadSort(QueryFields& fields, RecordFilter& filter) {
  auto sort = fields.OneOf("sort", {"-started_at", "started_at", "-created_at", "created_at", "-duration_ms",
                                    "duration_ms", "-score", "score"});
  if (!sort) return;
  filter.descending = sort->front() == '-';
  const std::string key = filter.descending ? sort->substr(1) : *sort;
  if (key == "created_at") filter.sort = RecordSort::kCreatedAt;
  if (key == "duration_ms") filter.sort = RecordSort::kDurationMs;
  if (key == "score") filter.sort = RecordSort::kScore;
}

// The cursor's value must be of the sort's type, or PostgreSQL would refuse the whole statement.
void CheckCursor(QueryFields& fields, const RecordFilter& filter) {
  if (!filter.after) return;
  const auto& value = (*filter.after)[0];
  const auto& id = (*filter.after)[1];
  FieldErrors quiet;
  bool good = id && quiet.Uuid("", *id);
  switch (filter.sort) {
    case RecordSort::kStartedAt:
    case RecordSort::kCreatedAt:
      good = good && value && value->size() >= 19 && ParseDate(value->substr(0, 10)) && value->size() < 40 &&
             value->find_first_not_of("0123456789-:+. ") == std::string::npos;
      break;
    case RecordSort::kDurationMs:
      good = good && value && ParseInt(*value);
      break;
    case RecordSort::kScore:
      good = good && (!value || quiet.Number("", *value, 0, 100));
      break;
  }
  if (!good) fields.Add("cursor", "format", "is not a cursor of this list");
}

Result<http::Response> HandleList(Call& call) {
  QueryFields fields(call.query,
                     {"limit", "cursor", "status", "operator_id", "call_type", "client_phone_number", "q",
                      "score_min", "score_max", "sentiment", "start", "end", "sort", "call_purpose",
                      "lead_source", "interest", "question_id", "answer"});
  RecordFilter filter;
  filter.limit = fields.Limit();
  if (const auto raw = fields.Raw("status")) {
    for (const std::string_view status : Split(*raw, ',')) {
      auto known = fields.FieldErrors::OneOf("status", status,
                                             {"UPLOADED", "PENDING", "PROCESSING", "COMPLETED", "FAILED"});
      if (known) filter.statuses.push_back(std::move(*known));
    }
  }
  filter.operator_id = fields.Uuid("operator_id");
  filter.only_operator_id = call.principal.OnlyOperator();
  filter.call_type = fields.OneOf("call_type", kCallTypes);
  if (const auto raw = fields.Raw("client_phone_number")) {
    if (auto phone = fields.Phone("client_phone_number", *raw)) {
      filter.phone_suffix = phone->front() == '+' ? phone->substr(1) : *phone;
    }
  }
  filter.text = fields.Text("q", 1, 200);
  filter.score_min = fields.Number("score_min", 0, 100);
  filter.score_max = fields.Number("score_max", 0, 100);
  filter.sentiment = fields.OneOf("sentiment", kSentiments);
  filter.call_purpose = fields.Text("call_purpose", 1, 200);
  filter.lead_source = fields.Text("lead_source", 1, 200);
  filter.interest = fields.Text("interest", 1, 200);
  filter.question_id = fields.Text("question_id", 1, 200);
  filter.answer = fields.OneOf("answer", {"yes", "no", "na", "needs_review"});
  if (filter.question_id.has_value() != filter.answer.has_value() && fields.ok())
    fields.Add(filter.answer ? "question_id" : "answer", "required", "question_id and answer go together");
  filter.start = fields.Date("start");
  filter.end = fields.Date("end");
  if (filter.start && filter.end && *filter.start > *filter.end)
    fields.Add("end", "out_of_range", "must not lie before start");
  ReadSort(fields, filter);
  filter.after = ReadCursor(fields, 2);
  CheckCursor(fields, filter);
  if (!fields.ok()) return fields.TakeError();
  auto key = KeyOfQuery(call, "records");
  key.Add(filter.only_operator_id);
  return CachedJson(call, std::move(key), [&] { return ListRecords(call, filter); });
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
