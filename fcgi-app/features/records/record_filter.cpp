#include "features/records/record_filter.h"

#include "base/text.h"

namespace dialix::features {
namespace {

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

}  // namespace

RecordFilter ReadRecordFilter(QueryFields& fields, const security::Principal& principal) {
  RecordFilter filter;
  if (const auto raw = fields.Raw("status")) {
    for (const std::string_view status : Split(*raw, ',')) {
      auto known = fields.FieldErrors::OneOf("status", status,
                                             {"UPLOADED", "PENDING", "PROCESSING", "COMPLETED", "FAILED"});
      if (known) filter.statuses.push_back(std::move(*known));
    }
  }
  filter.operator_id = fields.Uuid("operator_id");
  filter.only_operator_id = principal.OnlyOperator();
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
  return filter;
}

void ReadRecordCursor(QueryFields& fields, RecordFilter& filter) {
  filter.after = ReadCursor(fields, 2);
  CheckCursor(fields, filter);
}

}  // namespace dialix::features
