#include "features/records/record_list.h"

#include "features/records/record_sql.h"
#include "security/sealed_text.h"

namespace dialix::features {
namespace {

const char* NameOf(RecordSort sort) {
  switch (sort) {
    case RecordSort::kStartedAt:
      return "started_at";
    case RecordSort::kCreatedAt:
      return "created_at";
    case RecordSort::kDurationMs:
      return "duration_ms";
    case RecordSort::kScore:
      return "score";
  }
  return "started_at";
}

// What must hold for equality, as record_facets() of migration 0012 names it.
std::vector<std::string> Facets(const RecordFilter& filter) {
  std::vector<std::string> facets;
  const auto add = [&facets](const char* kind, const std::optional<std::string>& value) {
    if (value) facets.push_back(std::string(kind) + ":" + *value);
  };
  if (filter.only_operator_id) add("operator", filter.operator_id);
  add("type", filter.call_type);
  add("sentiment", filter.sentiment);
  add("purpose", filter.call_purpose);
  add("source", filter.lead_source);
  add("interest", filter.interest);
  if (filter.question_id && filter.answer) add("answer", *filter.question_id + ":" + *filter.answer);
  return facets;
}

// The sort key of the page before; calls without a score come last both ways.
store::Param AfterKey(const RecordFilter& filter) {
  if (!filter.after) return std::nullopt;
  if (const auto& key = (*filter.after)[0]) return *key;
  return filter.descending ? "-1" : "101";
}

}  // namespace

std::vector<store::Param> PageParams(const Call& call, const RecordFilter& filter, int limit) {
  const auto& own = filter.only_operator_id ? filter.only_operator_id : filter.operator_id;
  return {call.company_id,
          NameOf(filter.sort),
          filter.descending,
          limit,
          AfterKey(filter),
          filter.after ? store::Param((*filter.after)[1]) : store::Param(std::nullopt),
          own,
          Facets(filter),
          filter.statuses,
          filter.text,
          filter.phone_suffix,
          filter.score_min,
          filter.score_max,
          filter.start,
          filter.end};
}

Result<std::string> ListRecords(Call& call, const RecordFilter& filter) {
  call.may_lag = true;
  DIALIX_TRY(const store::Rows rows, call.Query(kListRecords, PageParams(call, filter, filter.limit + 1)));
  return OpenSealed(call.services.encryption, PageJson(rows, filter.limit, 2));
}

}  // namespace dialix::features
