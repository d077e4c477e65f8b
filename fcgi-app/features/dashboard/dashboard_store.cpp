#include "features/dashboard/dashboard_store.h"

#include "base/text.h"
#include "features/dashboard/dashboard_page.h"

// $1 company, $2 first day, $3 last day, $4 operator, $5 call type (the keys of rollup_call: plain
// parameters, which an index can use behind row-level security; an expression over them could not), $6 the
// longest period in days.

#define EVERY_OPERATOR "00000000-0000-0000-0000-000000000000"
#define NO_OPERATOR "ffffffff-ffff-ffff-ffff-ffffffffffff"

// The days that are asked for. No row in `period` where they are out of bounds.
#define PERIOD                                                                                              \
  "zone AS (SELECT s.timezone AS name, (now() AT TIME ZONE s.timezone)::date AS today FROM "                \
  "company_settings s "                                                                                     \
  "WHERE s.company_id = $1::uuid), "                                                                        \
  "days AS (SELECT name, coalesce($2::date, coalesce($3::date, today) - 29) AS first, "                     \
  "coalesce($3::date, today) AS last FROM zone), "                                                          \
  "period AS MATERIALIZED (SELECT name AS zone, first, last, first - (last - first + 1) AS previous_first " \
  "FROM days WHERE last - first BETWEEN 0 AND $6::integer - 1)"

// The spans that make up the period (recent) and the one before, and the filter's cells in them.
#define CELLS                                                                                               \
  "ranges AS MATERIALIZED (SELECT h.recent, s.span, s.since, s.until FROM period p "                        \
  "CROSS JOIN LATERAL (VALUES (true, p.first, p.last), (false, p.previous_first, p.first - 1)) AS h "       \
  "(recent, first, last) "                                                                                  \
  "CROSS JOIN LATERAL rollup_ranges(h.first, h.last) AS s), "                                               \
  "wide AS MATERIALIZED (SELECT s.recent, c.* FROM ranges s JOIN rollup_call c ON c.company_id = $1::uuid " \
  "AND c.call_type = $5::text AND c.operator_id = $4::uuid AND c.span = s.span AND c.first_day BETWEEN "    \
  "s.since AND s.until)"

// Figures in the order of ReadFigures.
#define SUMS                                                                                           \
  "sum(c.calls), sum(c.completed), sum(c.failed), sum(c.positive), sum(c.neutral), sum(c.negative), "  \
  "sum(c.scored), sum(c.score_sum)::bigint, sum(c.delayed), sum(c.delay_ms)::bigint, "                 \
  "sum(c.duration_ms)::bigint, sum(c.operator_speech_ms)::bigint, sum(c.customer_speech_ms)::bigint, " \
  "sum(c.silence_ms)::bigint, sum(c.cost_minor)::bigint"
#define NO_TEXTS "NULL, NULL, NULL, NULL"
#define NO_NUMBERS(type)                                                                          \
  "NULL" type ", NULL" type ", NULL" type ", NULL" type ", NULL" type ", NULL" type ", NULL" type \
  ", NULL" type ", NULL" type ", NULL" type ", NULL" type

// A row a fact: what it is, four texts, fifteen numbers.
#define PERIOD_ROW                                                                                  \
  "SELECT 'period', zone.name, p.first::text, p.last::text, p.previous_first::text, NULL::bigint, " \
  "NULL::bigint, "                                                                                  \
  "NULL::bigint, NULL::bigint, " NO_NUMBERS("::bigint") " FROM zone LEFT JOIN period p ON true"
#define TOTAL_ROWS                                                                   \
  "SELECT CASE WHEN c.recent THEN 'recent' ELSE 'previous' END, " NO_TEXTS ", " SUMS \
  " FROM wide c GROUP BY c.recent"
#define DAY_ROWS                                                                                            \
  "SELECT 'day', (c.first_day - p.first)::text, NULL, NULL, NULL, c.calls, c.completed, NULL, c.positive, " \
  "c.neutral, c.negative, c.scored, c.score_sum, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM period p "   \
  "JOIN rollup_call c ON c.company_id = $1::uuid AND c.call_type = $5::text AND c.operator_id = $4::uuid "  \
  "AND c.span = 1 AND c.first_day BETWEEN p.first AND p.last"
// The list's condition on the operator is one that no index can be entered by: all operators of a span lie
// together in idx_rollup_call_days, and that is the index to read.
#define OPERATOR_ROWS                                                                                       \
  "(SELECT 'operator', g.id::text, o.code, o.name, NULL, g.calls, g.completed, NULL, g.positive, "          \
  "g.neutral, g.negative, "                                                                                 \
  "g.scored, g.score_sum, g.delayed, g.delay_ms, g.duration_ms, NULL, NULL, NULL, NULL FROM (SELECT "       \
  "nullif(c.operator_id, '" NO_OPERATOR                                                                     \
  "') AS id, sum(c.calls) AS calls, sum(c.completed) AS completed, "                                        \
  "sum(c.positive) AS positive, sum(c.neutral) AS neutral, sum(c.negative) AS negative, sum(c.scored) AS "  \
  "scored, "                                                                                                \
  "sum(c.score_sum)::bigint AS score_sum, sum(c.delayed) AS delayed, sum(c.delay_ms)::bigint AS delay_ms, " \
  "sum(c.duration_ms)::bigint AS duration_ms FROM ranges s JOIN rollup_call c ON c.company_id = $1::uuid "  \
  "AND c.call_type = $5::text AND c.span = s.span AND c.first_day BETWEEN s.since AND s.until "             \
  "AND c.operator_id <> '" EVERY_OPERATOR "' AND ($4::uuid = '" EVERY_OPERATOR                              \
  "' OR c.operator_id = $4::uuid) "                                                                         \
  "WHERE s.recent GROUP BY 1 HAVING sum(c.calls) > 0) AS g LEFT JOIN operator o ON o.id = g.id "            \
  "ORDER BY g.calls DESC, o.code NULLS LAST, g.id)"
#define SCORE_ROWS \
  "(SELECT CASE WHEN w.recent THEN 'recent_score' ELSE 'previous_score' END, " NO_TEXTS ", x.score, sum(x.calls), " \
  "NULL, NULL, " NO_NUMBERS("") " FROM wide w JOIN rollup_score x ON x.cell = w.cell "                           \
  "AND x.company_id = $1::uuid GROUP BY w.recent, x.score HAVING sum(x.calls) > 0 ORDER BY x.score)"
#define TOPIC_ROWS \
  "(SELECT 'topic', t.kind, t.name, NULL, NULL, g.calls, NULL, NULL, NULL, " NO_NUMBERS("") " FROM "             \
  "(SELECT x.term, sum(x.calls) AS calls FROM wide w JOIN rollup_topic x ON x.cell = w.cell "                    \
  "AND x.company_id = $1::uuid WHERE w.recent GROUP BY x.term HAVING sum(x.calls) > 0) AS g "                    \
  "JOIN rollup_term t ON t.id = g.term ORDER BY g.calls DESC, t.name)"
#define QUESTION_ROWS \
  "(SELECT 'question', t.name, t.question, t.segment, NULL, g.yes, g.no, g.na, g.needs_review, " NO_NUMBERS("") " " \
  "FROM (SELECT x.term, sum(x.yes) AS yes, sum(x.no) AS no, sum(x.na) AS na, sum(x.needs_review) AS needs_review " \
  "FROM wide w JOIN rollup_answer x ON x.cell = w.cell AND x.company_id = $1::uuid WHERE w.recent GROUP BY x.term " \
  "HAVING sum(x.yes + x.no + x.na + x.needs_review) > 0) AS g JOIN rollup_term t ON t.id = g.term "              \
  "ORDER BY t.name, t.judged_at DESC, t.question, t.segment)"

namespace dialix::features::dashboard {
namespace {

using store::Rows;
using store::Statement;

// For this transaction: one plan for all periods, made once a connection. A plan made for each call would
// cost as much as what it reads; estimates would tempt it to scan tables whose statistics are old.
constexpr Statement kPlan{"dashboard_plan",
                          "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), "
                          "set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"};
constexpr Statement kRead{"dashboard_read",
                          "WITH " PERIOD ", " CELLS " " PERIOD_ROW " UNION ALL " TOTAL_ROWS
                          " UNION ALL " DAY_ROWS " UNION ALL " OPERATOR_ROWS " UNION ALL " SCORE_ROWS
                          " UNION ALL " TOPIC_ROWS " UNION ALL " QUESTION_ROWS};

constexpr int kFirstNumber = 5;

std::int64_t Number(const Rows& rows, int row, int n) { return rows.Int(row, kFirstNumber + n); }

Figures ReadFigures(const Rows& rows, int row) {
  std::int64_t numbers[15];
  for (int n = 0; n < 15; ++n) numbers[n] = Number(rows, row, n);
  const auto [calls, completed, failed, positive, neutral, negative, scored, score_sum, delayed, delay_ms,
              duration_ms, operator_speech_ms, customer_speech_ms, silence_ms, cost_minor] = numbers;
  return {calls,
          completed,
          failed,
          positive,
          neutral,
          negative,
          scored,
          score_sum,
          delayed,
          delay_ms,
          duration_ms,
          operator_speech_ms,
          customer_speech_ms,
          silence_ms,
          cost_minor};
}

void AddRow(Page& page, const Rows& rows, int i) {
  const std::string_view kind = rows.Text(i, 0);
  if (kind == "day") {
    page.days.push_back({rows.Int(i, 1), ReadFigures(rows, i)});
  } else if (kind == "recent_score") {
    page.recent.scores.push_back({Number(rows, i, 0), Number(rows, i, 1)});
  } else if (kind == "previous_score") {
    page.previous.scores.push_back({Number(rows, i, 0), Number(rows, i, 1)});
  } else if (kind == "operator") {
    page.operators.push_back(
        {rows.OptText(i, 1), rows.OptText(i, 2), rows.OptText(i, 3), ReadFigures(rows, i)});
  } else if (kind == "topic") {
    page.topics.push_back({rows.String(i, 1), rows.String(i, 2), Number(rows, i, 0)});
  } else if (kind == "question") {
    page.Add({rows.String(i, 1), rows.String(i, 2), rows.String(i, 3), Number(rows, i, 0), Number(rows, i, 1),
              Number(rows, i, 2), Number(rows, i, 3)});
  } else if (kind == "recent") {
    page.recent.figures = ReadFigures(rows, i);
  } else if (kind == "previous") {
    page.previous.figures = ReadFigures(rows, i);
  } else if (kind == "period") {
    page.timezone = rows.String(i, 1);
    page.first = rows.String(i, 2);
    page.last = rows.String(i, 3);
    page.previous_first = rows.String(i, 4);
  }
}

// The filter as a key of rollup_call. The two keys that are no operator's must find nothing.
std::string OperatorKey(const std::optional<std::string>& id) {
  if (!id) return EVERY_OPERATOR;
  const std::string key = ToLowerAscii(*id);
  return key == EVERY_OPERATOR || key == NO_OPERATOR ? "00000000-0000-0000-0000-000000000001" : key;
}

}  // namespace

Result<std::string> Read(Call& call, const Filter& filter) {
  store::Batch batch;
  batch.Add(kPlan);
  batch.Add(kRead, {call.company_id, filter.days.start, filter.days.end, OperatorKey(filter.operator_id),
                    filter.call_type.value_or(""), kMaxDays});
  DIALIX_TRY(const auto results, call.Run(batch));
  const Rows& rows = results.back();
  if (rows.empty()) return Invalid({{"company_id", "not_found", "there is no such company"}});
  Page page;
  for (int i = 0; i < rows.size(); ++i) AddRow(page, rows, i);
  if (page.first.empty()) {
    return Invalid(
        {{"start", "out_of_range",
          "must be at most " + std::to_string(kMaxDays - 1) + " days before end, and not after it"}});
  }
  return ToJson(page);
}

}  // namespace dialix::features::dashboard
