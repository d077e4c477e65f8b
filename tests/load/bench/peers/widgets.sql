-- The dashboard as a query per widget: what the FastAPI and the PHP peer ask PostgreSQL for. :company, :since, :split,
-- :until … are bound by name; /*filters*/ stands for " AND r.operator_id = …" and " AND r.call_type = …" where they are asked
-- for, so that the planner never sees a condition that is not there.

-- name: period
SELECT s.timezone, p.first AS start, p.last AS "end", p.first - (p.last - p.first + 1) AS previous_start, p.first - 1 AS previous_end,
       ((p.first - (p.last - p.first + 1))::timestamp AT TIME ZONE s.timezone)::text AS since,
       (p.first::timestamp AT TIME ZONE s.timezone)::text AS split, ((p.last + 1)::timestamp AT TIME ZONE s.timezone)::text AS until
FROM company_settings s
CROSS JOIN LATERAL (SELECT coalesce(CAST(:last AS date), (now() AT TIME ZONE s.timezone)::date) AS last) l
CROSS JOIN LATERAL (SELECT coalesce(CAST(:first AS date), l.last - 29) AS first, l.last) p
WHERE s.company_id = CAST(:company AS uuid)

-- name: totals
SELECT count(*) AS calls, count(*) FILTER (WHERE r.status = 'COMPLETED') AS completed,
       count(*) FILTER (WHERE r.status = 'FAILED') AS failed,
       count(*) FILTER (WHERE r.status NOT IN ('COMPLETED', 'FAILED')) AS in_progress,
       coalesce(sum(r.duration_ms), 0)::bigint AS duration_ms, round(avg(r.duration_ms))::bigint AS avg_duration_ms,
       round(avg(x.score), 2)::float8 AS avg_score,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY x.score))::numeric, 2)::float8 AS median_score,
       round(avg(x.operator_answer_delay_ms))::bigint AS avg_operator_answer_delay_ms,
       coalesce(sum(x.operator_speech_ms), 0)::bigint AS operator_speech_ms,
       coalesce(sum(x.customer_speech_ms), 0)::bigint AS customer_speech_ms, coalesce(sum(x.silence_ms), 0)::bigint AS silence_ms
FROM record r LEFT JOIN result x ON x.record_id = r.id AND r.status = 'COMPLETED'
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL
  AND r.started_at >= CAST(:since AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/

-- name: cost
SELECT coalesce(-sum(t.amount_minor), 0)::bigint AS cost_minor
FROM record r JOIN transaction t ON t.record_id = r.id AND t.type = 'charge'
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL
  AND r.started_at >= CAST(:since AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/

-- name: daily
SELECT (r.started_at AT TIME ZONE CAST(:zone AS text))::date AS date, count(*) AS calls,
       count(*) FILTER (WHERE x.sentiment_conversation = 'positive') AS positive,
       count(*) FILTER (WHERE x.sentiment_conversation = 'neutral') AS neutral,
       count(*) FILTER (WHERE x.sentiment_conversation = 'negative') AS negative,
       count(*) FILTER (WHERE r.status = 'COMPLETED' AND x.sentiment_conversation IS NULL) AS unknown,
       round(avg(x.score), 2)::float8 AS avg_score
FROM record r LEFT JOIN result x ON x.record_id = r.id AND r.status = 'COMPLETED'
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL
  AND r.started_at >= CAST(:split AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/
GROUP BY 1 ORDER BY 1

-- name: operators
SELECT r.operator_id::text AS id, o.code, o.name, count(*) AS calls, count(*) FILTER (WHERE r.status = 'COMPLETED') AS completed,
       round(avg(x.score), 2)::float8 AS avg_score, sum(r.duration_ms)::bigint AS duration_ms,
       round(avg(x.operator_answer_delay_ms))::bigint AS avg_operator_answer_delay_ms,
       count(*) FILTER (WHERE x.sentiment_conversation = 'positive') AS positive,
       count(*) FILTER (WHERE x.sentiment_conversation = 'neutral') AS neutral,
       count(*) FILTER (WHERE x.sentiment_conversation = 'negative') AS negative,
       count(*) FILTER (WHERE r.status = 'COMPLETED' AND x.sentiment_conversation IS NULL) AS unknown
FROM record r LEFT JOIN result x ON x.record_id = r.id AND r.status = 'COMPLETED' LEFT JOIN operator o ON o.id = r.operator_id
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL
  AND r.started_at >= CAST(:split AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/
GROUP BY r.operator_id, o.code, o.name ORDER BY count(*) DESC, o.code NULLS LAST

-- name: sentiment
SELECT count(*) FILTER (WHERE x.sentiment_conversation = 'positive') AS positive,
       count(*) FILTER (WHERE x.sentiment_conversation = 'neutral') AS neutral,
       count(*) FILTER (WHERE x.sentiment_conversation = 'negative') AS negative,
       count(*) FILTER (WHERE x.sentiment_conversation IS NULL) AS unknown
FROM record r LEFT JOIN result x ON x.record_id = r.id
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL AND r.status = 'COMPLETED'
  AND r.started_at >= CAST(:split AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/

-- name: purposes
SELECT x.call_purpose AS name, count(*) AS calls
FROM record r JOIN result x ON x.record_id = r.id
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL AND r.status = 'COMPLETED' AND x.call_purpose <> ''
  AND r.started_at >= CAST(:split AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/
GROUP BY 1 ORDER BY 2 DESC, 1

-- name: sources
SELECT x.lead_source AS name, count(*) AS calls
FROM record r JOIN result x ON x.record_id = r.id
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL AND r.status = 'COMPLETED' AND x.lead_source <> ''
  AND r.started_at >= CAST(:split AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/
GROUP BY 1 ORDER BY 2 DESC, 1

-- name: interests
SELECT n.name, count(DISTINCT r.id) AS calls
FROM record r JOIN result x ON x.record_id = r.id CROSS JOIN LATERAL unnest(x.interests) AS n (name)
WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL AND r.status = 'COMPLETED' AND n.name <> ''
  AND r.started_at >= CAST(:split AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/
GROUP BY 1 ORDER BY 2 DESC, 1

-- name: compliance
WITH answers AS (
  SELECT a.question_id, a.question, a.segment, coalesce(a.override_verdict, a.verdict) AS verdict, count(*) AS calls,
         max(x.created_at) AS newest
  FROM record r JOIN result x ON x.record_id = r.id JOIN result_answer a ON a.record_id = r.id
  WHERE r.company_id = CAST(:company AS uuid) AND r.deleted_at IS NULL AND r.status = 'COMPLETED'
    AND r.started_at >= CAST(:split AS timestamptz) AND r.started_at < CAST(:until AS timestamptz) /*filters*/
  GROUP BY 1, 2, 3, 4
), questions AS (
  SELECT question_id, (array_agg(question ORDER BY newest DESC, question))[1] AS text,
         (array_agg(segment ORDER BY newest DESC, question))[1] AS segment,
         coalesce(sum(calls) FILTER (WHERE verdict = 'yes'), 0)::bigint AS yes,
         coalesce(sum(calls) FILTER (WHERE verdict = 'no'), 0)::bigint AS no,
         coalesce(sum(calls) FILTER (WHERE verdict = 'na'), 0)::bigint AS na,
         coalesce(sum(calls) FILTER (WHERE verdict = 'needs_review'), 0)::bigint AS needs_review
  FROM answers GROUP BY question_id
)
SELECT *, round(100.0 * yes / nullif(yes + no, 0), 2)::float8 AS rate
FROM questions ORDER BY yes::numeric / nullif(yes + no, 0) NULLS LAST, question_id
