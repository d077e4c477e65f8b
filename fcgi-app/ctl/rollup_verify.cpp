#include "ctl/rollup_verify.h"

#include "base/json.h"

// $1 company. Each statement counts first by day, operator and type, then by every span and choice of
// filters.

#define EVERY_OPERATOR "'00000000-0000-0000-0000-000000000000'::uuid"
#define NO_OPERATOR "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"

#define KEY_OF_CALL "r.day, coalesce(r.operator_id, " NO_OPERATOR ") AS operator_id, r.call_type"
#define CALLS "record r"
#define LIVE "r.company_id = $1::uuid AND r.deleted_at IS NULL"
#define JUDGED LIVE " AND r.status = 'COMPLETED'"

#define SPANS                                                                     \
  "CROSS JOIN LATERAL (VALUES (1, f.day), (7, date_trunc('week', f.day)::date), " \
  "(28, DATE '0001-01-01' + (f.day - DATE '0001-01-01') / 28 * 28)) AS s (span, first_day)"
#define CELL                                                                                              \
  "s.span, s.first_day, CASE WHEN grouping(f.operator_id) = 1 THEN " EVERY_OPERATOR                       \
  " ELSE f.operator_id END AS operator_id, CASE WHEN grouping(f.call_type) = 1 THEN '' ELSE f.call_type " \
  "END AS call_type"
#define OF_A_CELL "NOT (grouping(f.call_type) = 0 AND f.call_type IS NULL)"
#define OF_AN_OPERATOR OF_A_CELL " AND NOT (grouping(f.operator_id) = 0 AND f.operator_id = " NO_OPERATOR ")"

// Both sides have columns span, first_day, operator_id, call_type, key, numbers; a cell that is missing is
// one of zeros. Gives how many cells there are, how many differ, and the first of those in words.
#define COMPARE(table, zeros)                                                                              \
  ", compared AS (SELECT span, first_day, operator_id, call_type, key, coalesce(e.numbers, " zeros         \
  ") AS expected, coalesce(a.numbers, " zeros                                                              \
  ") AS found FROM expected e FULL JOIN actual a "                                                         \
  "USING (span, first_day, operator_id, call_type, key)), "                                                \
  "differing AS (SELECT * FROM compared WHERE expected <> found) "                                         \
  "SELECT (SELECT count(*) FROM compared), (SELECT count(*) FROM differing), (SELECT json_agg(line) FROM " \
  "(SELECT format('" table                                                                                 \
  " span=%s day=%s operator=%s type=%s %s expected %s found %s', span, first_day, "                        \
  "operator_id, call_type, key, expected, found) AS line FROM differing ORDER BY span, first_day, "        \
  "operator_id, "                                                                                          \
  "call_type, key LIMIT 10) AS lines)"

#define ZEROS_4 "'{0,0,0,0}'::bigint[]"
#define ZEROS_15 "'{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}'::bigint[]"

namespace dialix::ctl {
namespace {

using store::Statement;

constexpr Statement kCalls{
    "verify_calls",
    "WITH charges AS (SELECT record_id, -sum(amount_minor) AS minor FROM transaction WHERE $1::uuid "
    "IN (company_id, branch_id) AND type = 'charge' GROUP BY record_id), "
    "finest AS (SELECT " KEY_OF_CALL
    ", count(*) AS calls, count(*) FILTER (WHERE r.status = 'COMPLETED') AS completed, "
    "count(*) FILTER (WHERE r.status = 'FAILED') AS failed, "
    "count(*) FILTER (WHERE x.sentiment_conversation = 'positive') AS positive, "
    "count(*) FILTER (WHERE x.sentiment_conversation = 'neutral') AS neutral, "
    "count(*) FILTER (WHERE x.sentiment_conversation = 'negative') AS negative, count(x.score) AS scored, "
    "coalesce(sum(x.score) * 100, 0) AS score_sum, count(x.operator_answer_delay_ms) AS delayed, "
    "coalesce(sum(x.operator_answer_delay_ms), 0) AS delay_ms, sum(r.duration_ms) AS duration_ms, "
    "coalesce(sum(x.operator_speech_ms), 0) AS operator_speech_ms, "
    "coalesce(sum(x.customer_speech_ms), 0) AS customer_speech_ms, coalesce(sum(x.silence_ms), 0) AS "
    "silence_ms, "
    "coalesce(sum(t.minor), 0) AS cost_minor FROM " CALLS
    " LEFT JOIN result x ON x.record_id = r.id "
    "AND r.status = 'COMPLETED' LEFT JOIN charges t ON t.record_id = r.id WHERE " LIVE
    " GROUP BY 1, 2, 3), "
    "expected AS (SELECT " CELL
    ", '' AS key, ARRAY[sum(f.calls), sum(f.completed), sum(f.failed), sum(f.positive), "
    "sum(f.neutral), sum(f.negative), sum(f.scored), sum(f.score_sum), sum(f.delayed), sum(f.delay_ms), "
    "sum(f.duration_ms), sum(f.operator_speech_ms), sum(f.customer_speech_ms), sum(f.silence_ms), "
    "sum(f.cost_minor)]::bigint[] AS numbers FROM finest f " SPANS
    " GROUP BY s.span, s.first_day, CUBE (f.operator_id, f.call_type) HAVING " OF_A_CELL
    "), "
    "actual AS (SELECT c.span, c.first_day, c.operator_id, c.call_type, '' AS key, ARRAY[c.calls, "
    "c.completed, c.failed, "
    "c.positive, c.neutral, c.negative, c.scored, c.score_sum, c.delayed, c.delay_ms, c.duration_ms, "
    "c.operator_speech_ms, c.customer_speech_ms, c.silence_ms, c.cost_minor]::bigint[] AS numbers "
    "FROM rollup_call c WHERE c.company_id = $1::uuid)" COMPARE("calls", ZEROS_15)};

constexpr Statement kScores{
    "verify_scores",
    "WITH finest AS (SELECT " KEY_OF_CALL ", x.score, count(*) AS calls FROM " CALLS
    " JOIN result x "
    "ON x.record_id = r.id WHERE " JUDGED
    " AND x.score IS NOT NULL GROUP BY 1, 2, 3, 4), "
    "expected AS (SELECT " CELL
    ", 'score=' || (f.score * 100)::integer AS key, sum(f.calls)::bigint AS numbers "
    "FROM finest f " SPANS
    " GROUP BY s.span, s.first_day, f.score, CUBE (f.operator_id, f.call_type) HAVING " OF_AN_OPERATOR
    "), "
    "actual AS (SELECT c.span, c.first_day, c.operator_id, c.call_type, 'score=' || x.score AS key, "
    "x.calls::bigint AS numbers FROM rollup_call c JOIN rollup_score x ON x.cell = c.cell "
    "WHERE c.company_id = $1::uuid)" COMPARE("score", "0")};

constexpr Statement kTopics{
    "verify_topics",
    "WITH finest AS (SELECT " KEY_OF_CALL ", n.kind, n.name, count(DISTINCT r.id) AS calls FROM " CALLS
    " JOIN result x ON x.record_id = r.id CROSS JOIN LATERAL (VALUES ('purpose', ARRAY[x.call_purpose]), "
    "('source', ARRAY[x.lead_source]), ('interest', x.interests)) AS told (kind, names) "
    "CROSS JOIN LATERAL (SELECT DISTINCT told.kind, name FROM unnest(told.names) AS name) AS n "
    "WHERE " JUDGED
    " AND n.name <> '' GROUP BY 1, 2, 3, 4, 5), "
    "expected AS (SELECT " CELL
    ", f.kind || '=' || f.name AS key, sum(f.calls)::bigint AS numbers "
    "FROM finest f " SPANS
    " GROUP BY s.span, s.first_day, f.kind, f.name, CUBE (f.operator_id, f.call_type) HAVING " OF_AN_OPERATOR
    "), "
    "actual AS (SELECT c.span, c.first_day, c.operator_id, c.call_type, t.kind || '=' || t.name AS key, "
    "x.calls::bigint AS numbers FROM rollup_call c JOIN rollup_topic x ON x.cell = c.cell "
    "JOIN rollup_term t ON t.id = x.term WHERE c.company_id = $1::uuid)" COMPARE("topic", "0")};

constexpr Statement kAnswers{
    "verify_answers",
    "WITH finest AS (SELECT " KEY_OF_CALL
    ", a.question_id, a.question, a.segment, "
    "count(*) FILTER (WHERE coalesce(a.override_verdict, a.verdict) = 'yes') AS yes, "
    "count(*) FILTER (WHERE coalesce(a.override_verdict, a.verdict) = 'no') AS no, "
    "count(*) FILTER (WHERE coalesce(a.override_verdict, a.verdict) = 'na') AS na, "
    "count(*) FILTER (WHERE coalesce(a.override_verdict, a.verdict) = 'needs_review') AS needs_review "
    "FROM " CALLS " JOIN result_answer a ON a.record_id = r.id WHERE " JUDGED
    " GROUP BY 1, 2, 3, 4, 5, 6), "
    "expected AS (SELECT " CELL
    ", format('question=%s %s / %s', f.question_id, f.segment, f.question) AS key, "
    "ARRAY[sum(f.yes), sum(f.no), sum(f.na), sum(f.needs_review)]::bigint[] AS numbers FROM finest f " SPANS
    " GROUP BY s.span, s.first_day, f.question_id, f.question, f.segment, CUBE (f.operator_id, f.call_type) "
    "HAVING " OF_AN_OPERATOR
    "), "
    "actual AS (SELECT c.span, c.first_day, c.operator_id, c.call_type, "
    "format('question=%s %s / %s', t.name, t.segment, t.question) AS key, "
    "ARRAY[x.yes, x.no, x.na, x.needs_review]::bigint[] AS numbers FROM rollup_call c JOIN rollup_answer x "
    "ON x.cell = c.cell JOIN rollup_term t ON t.id = x.term WHERE c.company_id = $1::uuid)" COMPARE("answer",
                                                                                                    ZEROS_4)};

constexpr Statement kDays{
    "verify_days",
    "WITH zone AS (SELECT coalesce((SELECT timezone FROM company_settings WHERE company_id = $1::uuid), "
    "'UTC') AS name), "
    "wrong AS (SELECT r.id, r.day, (r.started_at AT TIME ZONE zone.name)::date AS right_day FROM record r, "
    "zone "
    "WHERE " LIVE
    " AND r.day IS DISTINCT FROM (r.started_at AT TIME ZONE zone.name)::date) "
    "SELECT 0, (SELECT count(*) FROM wrong), (SELECT json_agg(line) FROM (SELECT format('record %s is on day "
    "%s, "
    "expected %s', id, day, right_day) AS line FROM wrong ORDER BY id LIMIT 10) AS lines), "
    "EXISTS (SELECT FROM rollup_state WHERE company_id = $1::uuid)"};

}  // namespace

Result<RollupReport> VerifyRollups(store::Connection& owner, const std::string& company_id) {
  RollupReport report;
  for (const Statement* statement : {&kDays, &kCalls, &kScores, &kTopics, &kAnswers}) {
    store::Batch batch;
    batch.Add(*statement, {company_id});
    DIALIX_TRY(const auto results, owner.Run(store::Scope::Platform(), batch));
    const store::Rows& rows = results.front();
    if (statement == &kDays && rows.Bool(0, 3)) {
      report.rezoning = true;
      continue;
    }
    report.cells += rows.Int(0, 0);
    report.differing += rows.Int(0, 1);
    for (auto& line : ParseTextArray(rows.Text(0, 2))) report.differences.push_back(std::move(line));
  }
  return report;
}

}  // namespace dialix::ctl
