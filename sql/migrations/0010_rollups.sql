-- Rollups: a company's calls counted by day, week and four weeks, so that a report costs what its period has
-- cells, and never what the company has calls.
--
-- A cell is a span (1, 7 or 28 days, weeks beginning on Monday, each a part of the next longer one), its first day,
-- an operator (or every one) and a call type (or every one): a call is in up to twelve. Reports read the coarsest cells
-- that match their filters: whole spans in the middle, days at the edges (rollup_ranges).
--
-- Kept by triggers (0011) in the transaction of the change, whoever makes it. What a call adds to its cells:
--   while it isn't deleted            one call, its duration, what the ledger charged for it
--   while it is COMPLETED as well     what its result and its answers say (override before verdict)
-- Days are the company's: record.day, which the rollups follow, also while a new time zone is being applied.
-- Lock order of all transactions: record, job, company, rollups. Each writer locks the company's row before its
-- rollups, so writers of one company queue there and cannot block each other in a circle.
--
-- Loading many calls with session_replication_role = replica leaves the triggers out; dialixctl rollup rebuild
-- counts them afterwards.

-- ---- the day of a call ---------------------------------------------------------------------------------------

ALTER TABLE record ADD COLUMN day date;   -- in the company's time zone, kept by a trigger
UPDATE record r SET day = (r.started_at AT TIME ZONE coalesce(
    (SELECT s.timezone FROM company_settings s WHERE s.company_id = r.company_id), 'UTC'))::date;

CREATE FUNCTION company_day(p_company uuid, p_at timestamptz) RETURNS date
  LANGUAGE sql STABLE AS $$
  SELECT (p_at AT TIME ZONE coalesce((SELECT timezone FROM company_settings WHERE company_id = p_company), 'UTC'))::date
$$;

CREATE FUNCTION set_record_day() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  NEW.day := company_day(NEW.company_id, NEW.started_at);
  RETURN NEW;
END $$;
CREATE TRIGGER day BEFORE INSERT OR UPDATE OF started_at, company_id, deleted_at ON record
  FOR EACH ROW EXECUTE FUNCTION set_record_day();

-- Moving calls to the days of another time zone (app.rollup_bulk) is no change of the calls.
DROP TRIGGER touch ON record;
CREATE TRIGGER touch BEFORE UPDATE ON record FOR EACH ROW
  WHEN (current_setting('app.rollup_bulk', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION touch_updated_at();

-- ---- tables --------------------------------------------------------------------------------------------------
-- The application reads them; only the functions below and in 0011 write. No foreign keys between them: they would cost a
-- lookup and a lock a row, and what holds them together is checked by dialixctl rollup verify.

CREATE TABLE rollup_call (
  cell                bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  company_id          uuid NOT NULL REFERENCES company (id),
  call_type           text NOT NULL,      -- '': every one
  operator_id         uuid NOT NULL,      -- 00000000-…: every one; ffffffff-…: calls without an operator
  span                integer NOT NULL,   -- days: 1, 7, 28
  first_day           date NOT NULL,
  calls               integer NOT NULL,
  completed           integer NOT NULL,
  failed              integer NOT NULL,   -- what is neither completed nor failed is in progress
  positive            integer NOT NULL,   -- sentiment of the conversation, of completed calls
  neutral             integer NOT NULL,
  negative            integer NOT NULL,
  scored              integer NOT NULL,   -- calls with a score, and the sum of their scores in hundredths
  score_sum           bigint NOT NULL,
  delayed             integer NOT NULL,   -- calls whose operator's answer delay is known, and its sum
  delay_ms            bigint NOT NULL,
  duration_ms         bigint NOT NULL,
  operator_speech_ms  bigint NOT NULL,
  customer_speech_ms  bigint NOT NULL,
  silence_ms          bigint NOT NULL,
  cost_minor          bigint NOT NULL,
  UNIQUE (company_id, call_type, operator_id, span, first_day)
) WITH (fillfactor = 70);
-- All operators of a period lie together.
CREATE INDEX idx_rollup_call_days ON rollup_call (company_id, call_type, span, first_day, operator_id);

-- Exact scores and how many calls have them: medians stay exact.
CREATE TABLE rollup_score (
  cell        bigint NOT NULL,
  score       integer NOT NULL,   -- hundredths
  company_id  uuid NOT NULL,
  calls       integer NOT NULL,
  PRIMARY KEY (cell, score)
) WITH (fillfactor = 80);

-- Words that are counted, once a company: what calls were about, and checklists' questions. A question whose
-- words change is a new term, so that a report can show the newest of those its calls were judged by.
CREATE TABLE rollup_term (
  id          integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  company_id  uuid NOT NULL REFERENCES company (id),
  kind        text NOT NULL CHECK (kind IN ('purpose', 'source', 'interest', 'question')),
  digest      uuid NOT NULL,      -- of all its words: they may be too long for an index
  name        text NOT NULL,      -- of a question: its id
  question    text,
  segment     text,
  judged_at   timestamptz,        -- orders the wordings of one question, newest last
  UNIQUE (company_id, kind, digest)
);
CREATE INDEX idx_rollup_term_question ON rollup_term (company_id, name) WHERE kind = 'question';

CREATE TABLE rollup_topic (
  cell        bigint NOT NULL,
  term        integer NOT NULL,
  company_id  uuid NOT NULL,
  calls       integer NOT NULL,
  PRIMARY KEY (cell, term)
) WITH (fillfactor = 80);

CREATE TABLE rollup_answer (
  cell          bigint NOT NULL,
  term          integer NOT NULL,
  company_id    uuid NOT NULL,
  yes           integer NOT NULL,
  no            integer NOT NULL,
  na            integer NOT NULL,
  needs_review  integer NOT NULL,
  PRIMARY KEY (cell, term)
) WITH (fillfactor = 80);

-- A company whose calls are being moved to the days of its new time zone, newest first, and how far that is.
CREATE TABLE rollup_state (
  company_id  uuid PRIMARY KEY REFERENCES company (id),
  before_at   timestamptz NOT NULL DEFAULT 'infinity',   -- calls from here on are done
  before_id   uuid NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  again       boolean NOT NULL DEFAULT false,            -- some were busy: another pass is needed
  changed_at  timestamptz NOT NULL DEFAULT now()
);

CALL enable_tenancy('rollup_call');
CALL enable_tenancy('rollup_score');
CALL enable_tenancy('rollup_term');
CALL enable_tenancy('rollup_topic');
CALL enable_tenancy('rollup_answer');
CALL enable_tenancy('rollup_state');
GRANT SELECT ON rollup_call, rollup_score, rollup_term, rollup_topic, rollup_answer, rollup_state TO dialix_app;

-- ---- cells ---------------------------------------------------------------------------------------------------

-- The first day of the span that a day is in. 0001-01-01 was a Monday.
CREATE FUNCTION rollup_first_day(p_day date, p_span integer) RETURNS date
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN p_day - ((p_day - DATE '0001-01-01') % p_span + p_span) % p_span;

-- The cells a call is in. One without a day (loaded past the triggers, not counted by rollup rebuild yet) is in none,
-- so that whoever changes it is not stopped by it.
CREATE FUNCTION rollup_cells(p_day date, p_operator uuid, p_type text)
  RETURNS TABLE (call_type text, operator_id uuid, span integer, first_day date)
  LANGUAGE sql IMMUTABLE AS $$
  SELECT t.call_type, o.operator_id, s.span, rollup_first_day(p_day, s.span)
    FROM (VALUES (''), (p_type)) AS t (call_type)
   CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid),
                      (coalesce(p_operator, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))) AS o (operator_id)
   CROSS JOIN (VALUES (1), (7), (28)) AS s (span)
   WHERE t.call_type IS NOT NULL AND p_day IS NOT NULL
$$;

-- The cells that make up a period: their span and the first days of the first and the last of them. At most
-- twelve days, six weeks, and one cell for each four weeks between.
CREATE FUNCTION rollup_ranges(p_first date, p_last date) RETURNS TABLE (span integer, since date, until date)
  LANGUAGE sql IMMUTABLE ROWS 5 AS $$
  WITH weeks AS (SELECT rollup_first_day(p_first + 6, 7) AS w1, rollup_first_day(p_last + 1, 7) AS w2),
  months AS (SELECT *, rollup_first_day(w1 + 27, 28) AS m1, rollup_first_day(w2, 28) AS m2 FROM weeks)
  SELECT r.span, r.since, r.until FROM months CROSS JOIN LATERAL (VALUES
      (1, p_first, CASE WHEN w1 < w2 THEN w1 - 1 ELSE p_last END),
      (7, w1, CASE WHEN m1 < m2 THEN m1 - 7 ELSE w2 - 7 END),
      (28, m1, m2 - 28),
      (7, m2, CASE WHEN m1 < m2 THEN w2 - 7 END),
      (1, w2, CASE WHEN w1 < w2 THEN p_last END)) AS r (span, since, until)
   WHERE r.since <= r.until
$$;

-- ---- counting ------------------------------------------------------------------------------------------------

-- What a call adds to its cells; negative: what it takes away.
CREATE TYPE rollup_call_part AS (
  day date, operator_id uuid, call_type text, calls integer, completed integer, failed integer, duration_ms bigint,
  cost_minor bigint, judged integer,   -- whether, and with which sign, what follows counts
  score numeric, sentiment text, delay_ms bigint, operator_speech_ms bigint, customer_speech_ms bigint,
  silence_ms bigint, purpose text, source text, interests text[]);
CREATE TYPE rollup_answer_part AS (
  day date, operator_id uuid, call_type text, question_id text, question text, segment text, verdict text,
  calls integer, judged_at timestamptz);

-- The topics of such calls by day, operator and type.
CREATE FUNCTION rollup_topics(p_calls rollup_call_part[])
  RETURNS TABLE (day date, operator_id uuid, call_type text, kind text, name text, digest uuid, calls bigint)
  LANGUAGE sql IMMUTABLE AS $$
  SELECT p.day, p.operator_id, p.call_type, t.kind, t.name, md5(t.name)::uuid, sum(p.judged)
    FROM unnest(p_calls) AS p CROSS JOIN LATERAL (
           SELECT 'purpose', p.purpose UNION ALL SELECT 'source', p.source
           UNION ALL SELECT DISTINCT 'interest', i FROM unnest(p.interests) AS i) AS t (kind, name)
   WHERE p.judged <> 0 AND t.name <> ''
   GROUP BY p.day, p.operator_id, p.call_type, t.kind, t.name
$$;

CREATE FUNCTION rollup_question_digest(p_id text, p_question text, p_segment text) RETURNS uuid
  LANGUAGE sql IMMUTABLE
  RETURN md5(p_id || chr(31) || p_question || chr(31) || p_segment)::uuid;

-- Adds calls and answers to the cells. REQUIRES: the company's row is locked.
-- Cells are looked up one by one (OFFSET 0): with statistics older than the company's calls any other plan can be quadratic.
CREATE PROCEDURE rollup_apply_judged(p_company uuid, p_calls rollup_call_part[])
  LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO rollup_score AS s (cell, score, company_id, calls)
  SELECT c.cell, d.score, p_company, d.calls
    FROM (SELECT k.call_type, k.operator_id, k.span, k.first_day, f.score, sum(f.calls) AS calls
            FROM (SELECT day, operator_id, call_type, (score * 100)::integer AS score, sum(judged) AS calls
                    FROM unnest(p_calls) WHERE judged <> 0 AND score IS NOT NULL GROUP BY 1, 2, 3, 4) AS f
           CROSS JOIN LATERAL rollup_cells(f.day, f.operator_id, f.call_type) AS k
           WHERE k.operator_id <> 'ffffffff-ffff-ffff-ffff-ffffffffffff'
           GROUP BY 1, 2, 3, 4, 5 HAVING sum(f.calls) <> 0) AS d
   CROSS JOIN LATERAL (SELECT cell FROM rollup_call
                        WHERE company_id = p_company AND call_type = d.call_type AND operator_id = d.operator_id
                          AND span = d.span AND first_day = d.first_day OFFSET 0) AS c
   ORDER BY 1, 2
  ON CONFLICT (cell, score) DO UPDATE SET calls = s.calls + excluded.calls;

  INSERT INTO rollup_term (company_id, kind, digest, name)
  SELECT DISTINCT p_company, t.kind, t.digest, t.name FROM rollup_topics(p_calls) AS t
   WHERE NOT EXISTS (SELECT FROM rollup_term x
                      WHERE x.company_id = p_company AND x.kind = t.kind AND x.digest = t.digest);

  INSERT INTO rollup_topic AS s (cell, term, company_id, calls)
  SELECT c.cell, d.term, p_company, d.calls
    FROM (SELECT k.call_type, k.operator_id, k.span, k.first_day, t.id AS term, sum(f.calls) AS calls
            FROM rollup_topics(p_calls) AS f
            JOIN rollup_term t ON t.company_id = p_company AND t.kind = f.kind AND t.digest = f.digest
           CROSS JOIN LATERAL rollup_cells(f.day, f.operator_id, f.call_type) AS k
           WHERE k.operator_id <> 'ffffffff-ffff-ffff-ffff-ffffffffffff'
           GROUP BY 1, 2, 3, 4, 5 HAVING sum(f.calls) <> 0) AS d
   CROSS JOIN LATERAL (SELECT cell FROM rollup_call
                        WHERE company_id = p_company AND call_type = d.call_type AND operator_id = d.operator_id
                          AND span = d.span AND first_day = d.first_day OFFSET 0) AS c
   ORDER BY 1, 2
  ON CONFLICT (cell, term) DO UPDATE SET calls = s.calls + excluded.calls;
END $$;

CREATE PROCEDURE rollup_apply_answers(p_company uuid, p_answers rollup_answer_part[])
  LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO rollup_term AS t (company_id, kind, digest, name, question, segment, judged_at)
  SELECT p_company, 'question', rollup_question_digest(question_id, question, segment), question_id, question, segment,
         max(coalesce(judged_at, '-infinity'))
    FROM unnest(p_answers) AS a
   WHERE NOT EXISTS (SELECT FROM rollup_term x WHERE x.company_id = p_company AND x.kind = 'question'
                        AND x.digest = rollup_question_digest(a.question_id, a.question, a.segment))
   GROUP BY question_id, question, segment
   ORDER BY 7;
  -- A wording that is in use again is the newest again.
  UPDATE rollup_term t SET judged_at = a.judged_at
    FROM (SELECT rollup_question_digest(question_id, question, segment) AS digest, max(judged_at) AS judged_at
            FROM unnest(p_answers) WHERE calls > 0 GROUP BY 1) AS a
   WHERE t.company_id = p_company AND t.kind = 'question' AND t.digest = a.digest AND t.judged_at < a.judged_at
     AND EXISTS (SELECT FROM rollup_term o WHERE o.company_id = p_company AND o.kind = 'question'
                    AND o.name = t.name AND o.id <> t.id AND o.judged_at >= t.judged_at);

  INSERT INTO rollup_answer AS s (cell, term, company_id, yes, no, na, needs_review)
  SELECT c.cell, d.term, p_company, d.yes, d.no, d.na, d.needs_review
    FROM (SELECT k.call_type, k.operator_id, k.span, k.first_day, f.term, sum(f.yes) AS yes, sum(f.no) AS no,
                 sum(f.na) AS na, sum(f.needs_review) AS needs_review
            FROM (SELECT a.day, a.operator_id, a.call_type, t.id AS term,
                         coalesce(sum(a.calls) FILTER (WHERE a.verdict = 'yes'), 0) AS yes,
                         coalesce(sum(a.calls) FILTER (WHERE a.verdict = 'no'), 0) AS no,
                         coalesce(sum(a.calls) FILTER (WHERE a.verdict = 'na'), 0) AS na,
                         coalesce(sum(a.calls) FILTER (WHERE a.verdict = 'needs_review'), 0) AS needs_review
                    FROM unnest(p_answers) AS a
                    JOIN rollup_term t ON t.company_id = p_company AND t.kind = 'question'
                     AND t.digest = rollup_question_digest(a.question_id, a.question, a.segment)
                   GROUP BY 1, 2, 3, 4) AS f
           CROSS JOIN LATERAL rollup_cells(f.day, f.operator_id, f.call_type) AS k
           WHERE k.operator_id <> 'ffffffff-ffff-ffff-ffff-ffffffffffff'
           GROUP BY 1, 2, 3, 4, 5
          HAVING (sum(f.yes), sum(f.no), sum(f.na), sum(f.needs_review)) <> (0, 0, 0, 0)) AS d
   CROSS JOIN LATERAL (SELECT cell FROM rollup_call
                        WHERE company_id = p_company AND call_type = d.call_type AND operator_id = d.operator_id
                          AND span = d.span AND first_day = d.first_day OFFSET 0) AS c
   ORDER BY 1, 2
  ON CONFLICT (cell, term) DO UPDATE SET yes = s.yes + excluded.yes, no = s.no + excluded.no, na = s.na + excluded.na,
                                         needs_review = s.needs_review + excluded.needs_review;
END $$;

CREATE PROCEDURE rollup_apply(p_company uuid, p_calls rollup_call_part[], p_answers rollup_answer_part[])
  LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM note_change(p_company || ':figures');
  IF cardinality(p_calls) > 0 THEN
    INSERT INTO rollup_call AS c (
      company_id, call_type, operator_id, span, first_day, calls, completed, failed, positive, neutral, negative, scored,
      score_sum, delayed, delay_ms, duration_ms, operator_speech_ms, customer_speech_ms, silence_ms, cost_minor)
    SELECT p_company, k.call_type, k.operator_id, k.span, k.first_day, sum(f.calls), sum(f.completed), sum(f.failed),
           sum(f.positive), sum(f.neutral), sum(f.negative), sum(f.scored), sum(f.score_sum), sum(f.delayed),
           sum(f.delay_ms), sum(f.duration_ms), sum(f.operator_speech_ms), sum(f.customer_speech_ms),
           sum(f.silence_ms), sum(f.cost_minor)
      FROM (SELECT day, operator_id, call_type, sum(calls) AS calls, sum(completed) AS completed, sum(failed) AS failed,
                   coalesce(sum(judged) FILTER (WHERE sentiment = 'positive'), 0) AS positive,
                   coalesce(sum(judged) FILTER (WHERE sentiment = 'neutral'), 0) AS neutral,
                   coalesce(sum(judged) FILTER (WHERE sentiment = 'negative'), 0) AS negative,
                   coalesce(sum(judged) FILTER (WHERE score IS NOT NULL), 0) AS scored,
                   coalesce(sum(judged * (score * 100)::integer), 0) AS score_sum,
                   coalesce(sum(judged) FILTER (WHERE delay_ms IS NOT NULL), 0) AS delayed,
                   coalesce(sum(judged * delay_ms), 0) AS delay_ms, sum(duration_ms) AS duration_ms,
                   coalesce(sum(judged * operator_speech_ms), 0) AS operator_speech_ms,
                   coalesce(sum(judged * customer_speech_ms), 0) AS customer_speech_ms,
                   coalesce(sum(judged * silence_ms), 0) AS silence_ms, sum(cost_minor) AS cost_minor
              FROM unnest(p_calls) GROUP BY 1, 2, 3) AS f
     CROSS JOIN LATERAL rollup_cells(f.day, f.operator_id, f.call_type) AS k
     GROUP BY 1, 2, 3, 4, 5
     ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (company_id, call_type, operator_id, span, first_day) DO UPDATE SET
      calls = c.calls + excluded.calls, completed = c.completed + excluded.completed, failed = c.failed + excluded.failed,
      positive = c.positive + excluded.positive, neutral = c.neutral + excluded.neutral,
      negative = c.negative + excluded.negative, scored = c.scored + excluded.scored,
      score_sum = c.score_sum + excluded.score_sum, delayed = c.delayed + excluded.delayed,
      delay_ms = c.delay_ms + excluded.delay_ms, duration_ms = c.duration_ms + excluded.duration_ms,
      operator_speech_ms = c.operator_speech_ms + excluded.operator_speech_ms,
      customer_speech_ms = c.customer_speech_ms + excluded.customer_speech_ms,
      silence_ms = c.silence_ms + excluded.silence_ms, cost_minor = c.cost_minor + excluded.cost_minor;
    IF EXISTS (SELECT FROM unnest(p_calls) WHERE judged <> 0) THEN
      CALL rollup_apply_judged(p_company, p_calls);
    END IF;
  END IF;
  IF cardinality(p_answers) > 0 THEN
    CALL rollup_apply_answers(p_company, p_answers);
  END IF;
END $$;

-- What these calls, as they are now, add to their cells, or with sign -1 take away.
CREATE FUNCTION rollup_call_parts(p_records uuid[], p_sign integer) RETURNS rollup_call_part[]
  LANGUAGE sql STABLE AS $$
  SELECT array_agg(ROW(r.day, r.operator_id, r.call_type, p_sign, p_sign * (r.status = 'COMPLETED')::integer,
           p_sign * (r.status = 'FAILED')::integer, p_sign * r.duration_ms, p_sign * coalesce(t.minor, 0),
           CASE WHEN x.id IS NULL THEN 0 ELSE p_sign END, x.score, x.sentiment_conversation, x.operator_answer_delay_ms,
           x.operator_speech_ms, x.customer_speech_ms, x.silence_ms, x.call_purpose, x.lead_source,
           x.interests)::rollup_call_part)
    FROM record r
    LEFT JOIN result x ON x.record_id = r.id AND r.status = 'COMPLETED'
    LEFT JOIN (SELECT record_id, -sum(amount_minor) AS minor FROM transaction
                WHERE record_id = ANY (p_records) AND type = 'charge' GROUP BY record_id) AS t ON t.record_id = r.id
   WHERE r.id = ANY (p_records) AND r.deleted_at IS NULL
$$;
CREATE FUNCTION rollup_answer_parts(p_records uuid[], p_sign integer) RETURNS rollup_answer_part[]
  LANGUAGE sql STABLE AS $$
  SELECT array_agg(ROW(g.day, g.operator_id, g.call_type, g.question_id, g.question, g.segment, g.verdict,
                       p_sign * g.calls, g.judged_at)::rollup_answer_part)
    FROM (SELECT r.day, r.operator_id, r.call_type, a.question_id, a.question, a.segment,
                 coalesce(a.override_verdict, a.verdict) AS verdict, count(*) AS calls, max(x.created_at) AS judged_at
            FROM record r
            JOIN result_answer a ON a.record_id = r.id
            LEFT JOIN result x ON x.record_id = r.id
           WHERE r.id = ANY (p_records) AND r.deleted_at IS NULL AND r.status = 'COMPLETED'
           GROUP BY 1, 2, 3, 4, 5, 6, 7) AS g
$$;
