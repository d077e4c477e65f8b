// GET /records: filters, sort and keyset page as one statement, over record_page() of migration 0012.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "features/endpoint/endpoint.h"
#include "features/endpoint/page.h"

namespace dialix::features {

enum class RecordSort { kStartedAt, kCreatedAt, kDurationMs, kScore };

struct RecordFilter {
  std::vector<std::string> statuses;
  std::optional<std::string> operator_id;
  std::optional<std::string> only_operator_id;  // the caller is held to these calls
  std::optional<std::string> call_type;
  std::optional<std::string> phone_suffix;  // digits
  std::optional<std::string> text;          // as people type it
  std::optional<double> score_min;
  std::optional<double> score_max;
  std::optional<std::string> sentiment;
  std::optional<std::string> call_purpose;
  std::optional<std::string> lead_source;
  std::optional<std::string> interest;
  std::optional<std::string> question_id;  // of the checklist; with answer or not at all
  std::optional<std::string> answer;
  std::optional<std::string> start;  // first day, in the company's time zone
  std::optional<std::string> end;    // last day, included
  RecordSort sort = RecordSort::kStartedAt;
  bool descending = true;
  int limit = 50;
  std::optional<CursorKey> after;  // {sort value or null, record id}
};

// The {items,next_cursor} document. One round trip.
Result<std::string> ListRecords(Call& call, const RecordFilter& filter);

// The parameters of record_page() for this filter, of which the first $n are these: kListRecords.
[[nodiscard]] std::vector<store::Param> PageParams(const Call& call, const RecordFilter& filter, int limit);

}  // namespace dialix::features
