#include "features/records/record_list.h"

#include "features/records/record_sql.h"

namespace dialix::features {
namespace {

constexpr const char* kNobody = "00000000-0000-0000-0000-000000000000";

struct SortColumn {
  const char* column;
  const char* type;
  bool nullable;
};

SortColumn ColumnOf(RecordSort sort) {
  switch (sort) {
    case RecordSort::kStartedAt:
      return {"r.started_at", "timestamptz", false};
    case RecordSort::kCreatedAt:
      return {"r.created_at", "timestamptz", false};
    case RecordSort::kDurationMs:
      return {"r.duration_ms", "bigint", false};
    case RecordSort::kScore:
      return {"s.score", "numeric", true};
  }
  return {"r.started_at", "timestamptz", false};
}

// Puts a statement together from fixed parts and numbered parameters; values never enter the text.
class Query {
 public:
  Query& Sql(std::string_view part) {
    sql_ += part;
    return *this;
  }
  Query& Value(store::Param value, std::string_view type) {
    params_.push_back(std::move(value));
    sql_ += "$" + std::to_string(params_.size()) + "::" + std::string(type);
    return *this;
  }
  template <typename T>
  void Where(const std::optional<T>& value, std::string_view before, std::string_view type,
             std::string_view behind = "") {
    if (value) Sql(" AND ").Sql(before).Value(*value, type).Sql(behind);
  }
  [[nodiscard]] const std::string& text() const { return sql_; }
  [[nodiscard]] std::vector<store::Param> TakeParams() { return std::move(params_); }

 private:
  std::string sql_;
  std::vector<store::Param> params_;
};

void AddFilters(Query& query, const std::string& company_id, const RecordFilter& filter) {
  query.Sql(" WHERE r.deleted_at IS NULL AND r.company_id = ").Value(company_id, "uuid");
  if (!filter.statuses.empty()) query.Sql(" AND r.status = ANY (").Value(filter.statuses, "text[]").Sql(")");
  query.Where(filter.only_operator_id, "r.operator_id = ", "uuid");
  query.Where(filter.operator_id, "r.operator_id = ", "uuid");
  query.Where(filter.call_type, "r.call_type = ", "text");
  query.Where(filter.phone_suffix, "r.client_phone_number LIKE '%' || ", "text");
  query.Where(filter.score_min, "s.score >= ", "numeric");
  query.Where(filter.score_max, "s.score <= ", "numeric");
  query.Where(filter.sentiment, "s.sentiment_conversation = ", "text");
  constexpr std::string_view kZone =
      ")::timestamp AT TIME ZONE (SELECT z.timezone FROM company_settings z WHERE z.company_id = "
      "r.company_id))";
  query.Where(filter.start, "r.started_at >= ((", "date", kZone);
  query.Where(filter.end, "r.started_at < ((1 + ", "date", kZone);
  if (filter.text) {
    query.Sql(
        " AND (EXISTS (SELECT FROM transcript t WHERE t.record_id = r.id AND t.search @@ "
        "websearch_to_tsquery('simple', ");
    query.Value(*filter.text, "text")
        .Sql(")) OR to_tsvector('simple', r.title || ' ' || coalesce(s.summary, '')) @@ ");
    query.Sql("websearch_to_tsquery('simple', ").Value(*filter.text, "text").Sql("))");
  }
}

// Rows behind the cursor, nulls last in both directions.
void AddCursor(Query& query, const RecordFilter& filter, const SortColumn& sort) {
  if (!filter.after) return;
  const auto& [value, id] = std::pair((*filter.after)[0], (*filter.after)[1]);
  const std::string_view beyond = filter.descending ? " < " : " > ";
  if (!value) {
    query.Sql(" AND ").Sql(sort.column).Sql(" IS NULL AND r.id").Sql(beyond).Value(id, "uuid");
    return;
  }
  query.Sql(" AND ((").Sql(sort.column).Sql(", r.id)").Sql(beyond).Sql("(").Value(value, sort.type).Sql(", ");
  query.Value(id, "uuid").Sql(")");
  if (sort.nullable) query.Sql(" OR ").Sql(sort.column).Sql(" IS NULL");
  query.Sql(")");
}

}  // namespace

std::optional<std::string> OperatorLimit(const security::Principal& principal) {
  if (principal.role != security::Role::kOperator) return std::nullopt;
  return principal.operator_id.empty() ? std::string(kNobody) : principal.operator_id;
}

Result<std::string> ListRecords(Call& call, const RecordFilter& filter) {
  const SortColumn sort = ColumnOf(filter.sort);
  const std::string_view direction = filter.descending ? " DESC" : " ASC";
  Query query;
  query.Sql("SELECT ").Sql(kRecordBriefJson).Sql(", ").Sql(sort.column).Sql(", r.id").Sql(kRecordFrom);
  AddFilters(query, call.company_id, filter);
  AddCursor(query, filter, sort);
  query.Sql(" ORDER BY ").Sql(sort.column).Sql(direction);
  if (sort.nullable) query.Sql(" NULLS LAST");
  query.Sql(", r.id").Sql(direction).Sql(" LIMIT ").Value(filter.limit + 1, "integer");
  const store::Statement statement{"", query.text().c_str()};
  DIALIX_TRY(const store::Rows rows, call.Query(statement, query.TakeParams()));
  return PageJson(rows, filter.limit, 2);
}

}  // namespace dialix::features
