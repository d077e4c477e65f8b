"""A company with many calls, written at once by SQL: for what only shows where there are many."""
import uuid


def fill(sql, company_id, calls, operators=(), days=360):
    """`calls` calls over `days` days, with results, answers and transcripts. Triggers are off while they are written, so that
    many take no time; `dialixctl rollup rebuild` makes up for them afterwards."""
    operators = [str(operator) for operator in operators] or [None]
    sql("SET session_replication_role = replica")
    sql("""
        INSERT INTO record (id, company_id, operator_id, title, status, progress, call_type, client_phone_number, duration_ms,
          audio_bytes, audio_type, channels, sample_rate, started_at, created_at)
        SELECT (%(kind)s || lpad(to_hex(n), 7, '0') || %(rest)s)::uuid, %(company)s, (%(operators)s::uuid[])[1 + n %% %(count)s],
          'Call ' || n, (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'COMPLETED', 'PENDING', 'COMPLETED'])[1 + n %% 7], 0,
          (ARRAY['inbound', 'outbound', 'inbound', 'internal', NULL])[1 + n %% 5], '90' || lpad((n * 7919 %% 10000000)::text, 7, '0'),
          1000 + n %% 97 * 1000, 1000, 'audio/wav', 2, 8000, at, at + interval '1 minute' * (n %% 13)
        FROM (SELECT n, now() - make_interval(mins => (n::bigint * %(days)s * 1440 / %(calls)s)::int / 10 * 10) AS at
              FROM generate_series(1, %(calls)s) AS n) AS c""",
        {"kind": uuid.uuid4().hex[0], "rest": f"-{uuid.uuid4().hex[:4]}-7000-8000-{uuid.uuid4().hex[:12]}", "company": company_id,
         "operators": operators, "count": len(operators), "calls": calls, "days": days})
    number = "substr(title, 6)::int"
    sql(f"""
        INSERT INTO result (id, record_id, company_id, engine, score, summary, call_purpose, lead_source, interests,
          sentiment_conversation, speech_ms, silence_ms)
        SELECT id, id, company_id, 'filled/1', CASE WHEN {number} %% 19 <> 0 THEN {number} * 37 %% 10001 / 100.0 END, 'About summary' || {number} %% 50,
          (ARRAY['order', 'complaint', 'delivery'])[1 + {number} %% 11 / 5], (ARRAY['site', NULL, 'friends'])[1 + {number} %% 3],
          CASE WHEN {number} %% 2 = 0 THEN '{{fridge}}' ELSE '{{oven,tv}}' END::text[],
          (ARRAY['positive', 'neutral', 'negative', NULL])[1 + {number} %% 23 / 7], 1000, 1000
        FROM record WHERE company_id = %s AND status = 'COMPLETED'""", (company_id,))
    sql(f"""
        INSERT INTO result_answer (record_id, question_id, company_id, position, segment_position, segment, question, weight, verdict, quote)
        SELECT id, 'q' || q, company_id, q, 0, 'Opening', 'Question?', 1, v, CASE WHEN v = 'yes' THEN 'hello' END
        FROM record CROSS JOIN generate_series(1, 2) AS q
        CROSS JOIN LATERAL (SELECT CASE WHEN {number} %% (q * 40) = 0 THEN 'no' ELSE 'yes' END AS v) AS verdict
        WHERE company_id = %s AND status = 'COMPLETED'""", (company_id,))
    sql(f"""
        INSERT INTO transcript (record_id, company_id, received_at, engine, segments, text)
        SELECT id, company_id, created_at, 'filled/1', '[]', concat_ws(' ', 'common', CASE WHEN {number} %% 10 < 3 THEN 'usual' END,
          CASE WHEN {number} %% 100 = 1 THEN 'some' END, CASE WHEN {number} %% 1000 = 7 THEN 'rare' END, 'number' || {number})
        FROM record WHERE company_id = %s AND status = 'COMPLETED'""", (company_id,))
    sql("RESET session_replication_role")
