-- The dashboard counted from the calls themselves, row by row: what the rollups must agree with. It is how the product
-- answered before it had rollups; it shares nothing with them.
WITH zone AS (SELECT s.timezone AS name, (now() AT TIME ZONE s.timezone)::date AS today FROM company_settings s WHERE
  s.company_id = %(company)s::uuid),
days AS (SELECT name, coalesce(%(start)s::date, coalesce(%(end)s::date, today) - 29) AS first, coalesce(%(end)s::date, today) AS
  last FROM zone),
period AS (SELECT name AS zone, first, last, first - (last - first + 1) AS previous_first, (first - (last - first +
  1))::timestamp AT TIME ZONE name AS since, first::timestamp AT TIME ZONE name AS split, (last + 1)::timestamp AT TIME ZONE
  name AS until FROM days WHERE last - first BETWEEN 0 AND %(most)s::integer - 1),
calls AS MATERIALIZED (SELECT r.id, r.operator_id, r.status, r.duration_ms, r.started_at >= p.split AS recent, (r.started_at AT
  TIME ZONE p.zone)::date AS day, r.status = 'COMPLETED' AS completed, x.created_at AS judged_at, x.score,
  x.sentiment_conversation AS sentiment, x.operator_answer_delay_ms AS delay, x.operator_speech_ms, x.customer_speech_ms,
  x.silence_ms, x.call_purpose, x.lead_source, x.interests FROM period p JOIN record r ON r.company_id = %(company)s::uuid AND
  r.deleted_at IS NULL AND r.started_at >= p.since AND r.started_at < p.until AND (%(operator_id)s::uuid IS NULL OR
  r.operator_id = %(operator_id)s::uuid) AND (%(call_type)s::text IS NULL OR r.call_type = %(call_type)s::text) LEFT JOIN result
  x ON x.record_id = r.id AND x.company_id = %(company)s::uuid AND r.status = 'COMPLETED'),
charges AS (SELECT c.recent, -sum(t.amount_minor) AS minor FROM calls c JOIN transaction t ON t.record_id = c.id AND
  t.company_id = %(company)s::uuid AND t.type = 'charge' GROUP BY c.recent),
totals AS (SELECT half.recent, json_build_object('calls', count(c.id), 'completed', count(*) FILTER (WHERE c.completed),
  'failed', count(*) FILTER (WHERE c.status = 'FAILED'), 'in_progress', count(*) FILTER (WHERE c.status NOT IN ('COMPLETED',
  'FAILED')), 'duration_ms', coalesce(sum(c.duration_ms), 0), 'avg_duration_ms', round(avg(c.duration_ms)), 'avg_score',
  trim_scale(round((avg(c.score))::numeric, 2)), 'median_score', trim_scale(round((percentile_cont(0.5) WITHIN GROUP (ORDER BY
  c.score))::numeric, 2)), 'avg_operator_answer_delay_ms', round(avg(c.delay)), 'operator_speech_ms',
  coalesce(sum(c.operator_speech_ms), 0), 'customer_speech_ms', coalesce(sum(c.customer_speech_ms), 0), 'silence_ms',
  coalesce(sum(c.silence_ms), 0), 'cost_minor', coalesce((SELECT x.minor FROM charges x WHERE x.recent = half.recent), 0)) AS
  json FROM (VALUES (true), (false)) AS half (recent) LEFT JOIN calls c ON c.recent = half.recent GROUP BY half.recent),
by_day AS (SELECT c.day, count(*) AS calls, json_build_object('positive', count(*) FILTER (WHERE c.completed AND c.sentiment =
  'positive'), 'neutral', count(*) FILTER (WHERE c.completed AND c.sentiment = 'neutral'), 'negative', count(*) FILTER (WHERE
  c.completed AND c.sentiment = 'negative'), 'unknown', count(*) FILTER (WHERE c.completed AND c.sentiment IS NULL)) AS
  sentiments, trim_scale(round((avg(c.score))::numeric, 2)) AS score FROM calls c WHERE c.recent GROUP BY c.day),
daily AS (SELECT coalesce(json_agg(json_build_object('date', p.first + n, 'calls', coalesce(b.calls, 0), 'positive',
  coalesce((b.sentiments ->> 'positive')::bigint, 0), 'neutral', coalesce((b.sentiments ->> 'neutral')::bigint, 0), 'negative',
  coalesce((b.sentiments ->> 'negative')::bigint, 0), 'unknown', coalesce((b.sentiments ->> 'unknown')::bigint, 0), 'avg_score',
  b.score) ORDER BY n), '[]') AS json FROM period p CROSS JOIN generate_series(0, p.last - p.first) AS n LEFT JOIN by_day b ON
  b.day = p.first + n),
by_operator AS (SELECT c.operator_id, count(*) AS calls, json_build_object('calls', count(*), 'completed', count(*) FILTER
  (WHERE c.completed), 'avg_score', trim_scale(round((avg(c.score))::numeric, 2)), 'duration_ms', sum(c.duration_ms),
  'avg_operator_answer_delay_ms', round(avg(c.delay)), 'positive', count(*) FILTER (WHERE c.completed AND c.sentiment =
  'positive'), 'neutral', count(*) FILTER (WHERE c.completed AND c.sentiment = 'neutral'), 'negative', count(*) FILTER (WHERE
  c.completed AND c.sentiment = 'negative'), 'unknown', count(*) FILTER (WHERE c.completed AND c.sentiment IS NULL))::jsonb AS
  figures FROM calls c WHERE c.recent GROUP BY c.operator_id),
operators AS (SELECT coalesce(jsonb_agg(jsonb_build_object('id', b.operator_id, 'code', o.code, 'name', o.name) || b.figures
  ORDER BY b.calls DESC, o.code NULLS LAST, b.operator_id), '[]') AS json FROM by_operator b LEFT JOIN operator o ON o.id =
  b.operator_id),
purposes AS (SELECT coalesce(json_agg(json_build_object('name', g.name, 'calls', g.calls) ORDER BY g.calls DESC, g.name), '[]')
  AS json FROM (SELECT n.name, count(DISTINCT n.id) AS calls FROM (SELECT c.id, c.call_purpose FROM calls c WHERE c.recent AND
  c.completed) AS n (id, name) WHERE n.name <> '' GROUP BY n.name) AS g),
sources AS (SELECT coalesce(json_agg(json_build_object('name', g.name, 'calls', g.calls) ORDER BY g.calls DESC, g.name), '[]')
  AS json FROM (SELECT n.name, count(DISTINCT n.id) AS calls FROM (SELECT c.id, c.lead_source FROM calls c WHERE c.recent AND
  c.completed) AS n (id, name) WHERE n.name <> '' GROUP BY n.name) AS g),
interests AS (SELECT coalesce(json_agg(json_build_object('name', g.name, 'calls', g.calls) ORDER BY g.calls DESC, g.name), '[]')
  AS json FROM (SELECT n.name, count(DISTINCT n.id) AS calls FROM (SELECT c.id, unnest(c.interests) FROM calls c WHERE c.recent
  AND c.completed) AS n (id, name) WHERE n.name <> '' GROUP BY n.name) AS g),
answers AS (SELECT a.question_id, a.question, a.segment, coalesce(a.override_verdict, a.verdict) AS verdict, count(*) AS calls,
  max(c.judged_at) AS newest FROM calls c JOIN result_answer a ON a.record_id = c.id AND a.company_id = %(company)s::uuid WHERE
  c.recent AND c.completed GROUP BY 1, 2, 3, 4),
questions AS (SELECT question_id, (array_agg(question ORDER BY newest DESC, question))[1] AS question, (array_agg(segment ORDER
  BY newest DESC, question))[1] AS segment, coalesce(sum(calls) FILTER (WHERE verdict = 'yes'), 0) AS yes, coalesce(sum(calls)
  FILTER (WHERE verdict = 'no'), 0) AS no, coalesce(sum(calls) FILTER (WHERE verdict = 'na'), 0) AS na, coalesce(sum(calls)
  FILTER (WHERE verdict = 'needs_review'), 0) AS needs_review FROM answers GROUP BY question_id),
compliance AS (SELECT coalesce(json_agg(json_build_object('question_id', question_id, 'text', question, 'segment', segment,
  'yes', yes, 'no', no, 'na', na, 'needs_review', needs_review, 'rate', trim_scale(round((100 * yes / nullif(yes + no,
  0))::numeric, 2))) ORDER BY yes / nullif(yes + no, 0) NULLS LAST, question_id), '[]') AS json FROM questions)
SELECT p.zone IS NOT NULL, json_build_object('period', json_build_object('start', p.first, 'end', p.last, 'previous_start',
  p.previous_first, 'previous_end', p.first - 1, 'timezone', p.zone), 'totals', (SELECT json FROM totals WHERE recent),
  'previous', (SELECT json FROM totals WHERE NOT recent), 'daily', (SELECT json FROM daily), 'operators', (SELECT json FROM
  operators), 'sentiment', (SELECT json_build_object('positive', count(*) FILTER (WHERE c.completed AND c.sentiment =
  'positive'), 'neutral', count(*) FILTER (WHERE c.completed AND c.sentiment = 'neutral'), 'negative', count(*) FILTER (WHERE
  c.completed AND c.sentiment = 'negative'), 'unknown', count(*) FILTER (WHERE c.completed AND c.sentiment IS NULL)) FROM calls
  c WHERE c.recent), 'purposes', (SELECT json FROM purposes), 'sources', (SELECT json FROM sources), 'interests', (SELECT json
  FROM interests), 'compliance', (SELECT json FROM compliance))::text FROM zone LEFT JOIN period p ON true
