-- What keeps the rollups of 0010: triggers on calls, results, answers and charges; the move to a new time zone; counting
-- anew. The lock order of all transactions is record, job, company, rollups, data_version.

-- ---- triggers ------------------------------------------------------------------------------------------------

CREATE FUNCTION rollup_lock(VARIADIC p_companies uuid[]) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM company WHERE id = ANY (p_companies) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- A call came, went, moved, was hidden, changed its state.
CREATE FUNCTION rollup_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  had boolean := TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL;
  has boolean := TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL;
  was_judged integer := (had AND OLD.status = 'COMPLETED')::integer;
  is_judged integer := (has AND NEW.status = 'COMPLETED')::integer;
  stays boolean := had AND has AND (OLD.company_id, OLD.day, OLD.operator_id, OLD.call_type)
                   IS NOT DISTINCT FROM (NEW.company_id, NEW.day, NEW.operator_id, NEW.call_type);
  x result;
  cost bigint := 0;
  gone rollup_call_part[] := '{}';
  come rollup_call_part[] := '{}';
  gone_answers rollup_answer_part[] := '{}';
  come_answers rollup_answer_part[] := '{}';
BEGIN
  IF NOT had AND NOT has THEN
    RETURN NULL;
  END IF;
  PERFORM rollup_lock(OLD.company_id, NEW.company_id);
  IF TG_OP <> 'INSERT' AND NOT stays THEN
    cost := coalesce((SELECT -sum(amount_minor) FROM transaction WHERE record_id = OLD.id AND type = 'charge'), 0);
  END IF;
  IF was_judged + is_judged > 0 AND NOT (stays AND was_judged = is_judged) THEN
    SELECT * INTO x FROM result WHERE record_id = coalesce(NEW.id, OLD.id);
    IF was_judged = 1 THEN
      gone_answers := ARRAY(
        SELECT ROW(OLD.day, OLD.operator_id, OLD.call_type, question_id, question, segment,
                   coalesce(override_verdict, verdict), -1, x.created_at)::rollup_answer_part
          FROM result_answer WHERE record_id = OLD.id);
    END IF;
    IF is_judged = 1 THEN
      come_answers := ARRAY(
        SELECT ROW(NEW.day, NEW.operator_id, NEW.call_type, question_id, question, segment,
                   coalesce(override_verdict, verdict), 1, x.created_at)::rollup_answer_part
          FROM result_answer WHERE record_id = NEW.id);
    END IF;
  END IF;
  IF had AND NOT (stays AND was_judged = is_judged) THEN
    gone := ARRAY[ROW(OLD.day, OLD.operator_id, OLD.call_type, -1, -was_judged, -(OLD.status = 'FAILED')::integer,
              -OLD.duration_ms, -cost, -was_judged, x.score, x.sentiment_conversation, x.operator_answer_delay_ms,
              x.operator_speech_ms, x.customer_speech_ms, x.silence_ms, x.call_purpose, x.lead_source,
              x.interests)::rollup_call_part];
  ELSIF had THEN
    gone := ARRAY[ROW(OLD.day, OLD.operator_id, OLD.call_type, -1, -was_judged, -(OLD.status = 'FAILED')::integer,
              -OLD.duration_ms, -cost, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::rollup_call_part];
  END IF;
  IF has THEN
    come := ARRAY[ROW(NEW.day, NEW.operator_id, NEW.call_type, 1, is_judged, (NEW.status = 'FAILED')::integer,
              NEW.duration_ms, cost, CASE WHEN stays AND was_judged = is_judged THEN 0 ELSE is_judged END, x.score,
              x.sentiment_conversation, x.operator_answer_delay_ms, x.operator_speech_ms, x.customer_speech_ms,
              x.silence_ms, x.call_purpose, x.lead_source, x.interests)::rollup_call_part];
  END IF;
  IF had AND (NOT has OR OLD.company_id <> NEW.company_id) THEN
    CALL rollup_apply(OLD.company_id, gone, gone_answers);
    gone := '{}';
    gone_answers := '{}';
  END IF;
  IF has THEN
    CALL rollup_apply(NEW.company_id, gone || come, gone_answers || come_answers);
    -- The time zone changed while this waited for the company's row, and whoever moves calls has not seen this one.
    IF (TG_OP = 'INSERT' OR OLD.started_at <> NEW.started_at)
       AND NEW.day IS DISTINCT FROM company_day(NEW.company_id, NEW.started_at) THEN
      UPDATE record SET day = company_day(company_id, started_at) WHERE id = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER rollup_row AFTER INSERT OR DELETE ON record FOR EACH ROW EXECUTE FUNCTION rollup_record();
CREATE TRIGGER rollup_update AFTER UPDATE ON record FOR EACH ROW
  WHEN (current_setting('app.rollup_bulk', true) IS DISTINCT FROM 'on'
        AND (OLD.company_id, OLD.day, OLD.operator_id, OLD.call_type, OLD.duration_ms, OLD.status = 'COMPLETED',
             OLD.status = 'FAILED', OLD.deleted_at IS NULL)
            IS DISTINCT FROM
            (NEW.company_id, NEW.day, NEW.operator_id, NEW.call_type, NEW.duration_ms, NEW.status = 'COMPLETED',
             NEW.status = 'FAILED', NEW.deleted_at IS NULL))
  EXECUTE FUNCTION rollup_record();

-- The result of a call that is COMPLETED. While a call is analysed its result comes first: that counts when the
-- record becomes COMPLETED.
CREATE FUNCTION rollup_result() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  r record;
  parts rollup_call_part[];
BEGIN
  FOR r IN SELECT c.id, c.company_id, c.day, c.operator_id, c.call_type FROM record c
            WHERE c.id IN (OLD.record_id, NEW.record_id) AND c.status = 'COMPLETED' AND c.deleted_at IS NULL
            ORDER BY c.id FOR NO KEY UPDATE LOOP
    parts := '{}';
    IF TG_OP <> 'INSERT' AND r.id = OLD.record_id THEN
      parts := parts || ROW(r.day, r.operator_id, r.call_type, 0, 0, 0, 0, 0, -1, OLD.score, OLD.sentiment_conversation,
                 OLD.operator_answer_delay_ms, OLD.operator_speech_ms, OLD.customer_speech_ms, OLD.silence_ms,
                 OLD.call_purpose, OLD.lead_source, OLD.interests)::rollup_call_part;
    END IF;
    IF TG_OP <> 'DELETE' AND r.id = NEW.record_id THEN
      parts := parts || ROW(r.day, r.operator_id, r.call_type, 0, 0, 0, 0, 0, 1, NEW.score, NEW.sentiment_conversation,
                 NEW.operator_answer_delay_ms, NEW.operator_speech_ms, NEW.customer_speech_ms, NEW.silence_ms,
                 NEW.call_purpose, NEW.lead_source, NEW.interests)::rollup_call_part;
    END IF;
    PERFORM rollup_lock(r.company_id);
    CALL rollup_apply(r.company_id, parts, '{}');
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER rollup_row AFTER INSERT OR DELETE ON result FOR EACH ROW EXECUTE FUNCTION rollup_result();
CREATE TRIGGER rollup_update AFTER UPDATE ON result FOR EACH ROW
  WHEN ((OLD.record_id, OLD.score, OLD.sentiment_conversation, OLD.operator_answer_delay_ms, OLD.operator_speech_ms,
         OLD.customer_speech_ms, OLD.silence_ms, OLD.call_purpose, OLD.lead_source, OLD.interests)
        IS DISTINCT FROM
        (NEW.record_id, NEW.score, NEW.sentiment_conversation, NEW.operator_answer_delay_ms, NEW.operator_speech_ms,
         NEW.customer_speech_ms, NEW.silence_ms, NEW.call_purpose, NEW.lead_source, NEW.interests))
  EXECUTE FUNCTION rollup_result();

-- Answers of calls that are COMPLETED: overrides above all. Once a statement, because they are written a dozen at a time.
CREATE FUNCTION rollup_answers() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  touched uuid[];
  company uuid;
  parts rollup_answer_part[] := '{}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    touched := ARRAY(SELECT DISTINCT record_id FROM new_rows);
  ELSIF TG_OP = 'DELETE' THEN
    touched := ARRAY(SELECT DISTINCT record_id FROM old_rows);
  ELSE
    touched := ARRAY(SELECT record_id FROM old_rows UNION SELECT record_id FROM new_rows);
  END IF;
  touched := ARRAY(SELECT r.id FROM record r
                    WHERE r.id = ANY (touched) AND r.status = 'COMPLETED' AND r.deleted_at IS NULL
                    ORDER BY r.id FOR NO KEY UPDATE);
  FOR company IN SELECT DISTINCT r.company_id FROM record r WHERE r.id = ANY (touched) ORDER BY 1 LOOP
    PERFORM rollup_lock(company);
    IF TG_OP <> 'INSERT' THEN
      parts := ARRAY(
        SELECT ROW(r.day, r.operator_id, r.call_type, a.question_id, a.question, a.segment,
                   coalesce(a.override_verdict, a.verdict), -1, x.created_at)::rollup_answer_part
          FROM old_rows a JOIN record r ON r.id = a.record_id AND r.id = ANY (touched) AND r.company_id = company
          LEFT JOIN result x ON x.record_id = r.id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
      parts := parts || ARRAY(
        SELECT ROW(r.day, r.operator_id, r.call_type, a.question_id, a.question, a.segment,
                   coalesce(a.override_verdict, a.verdict), 1, x.created_at)::rollup_answer_part
          FROM new_rows a JOIN record r ON r.id = a.record_id AND r.id = ANY (touched) AND r.company_id = company
          LEFT JOIN result x ON x.record_id = r.id);
    END IF;
    CALL rollup_apply(company, '{}', parts);
    parts := '{}';
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER rollup_insert AFTER INSERT ON result_answer REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION rollup_answers();
CREATE TRIGGER rollup_update AFTER UPDATE ON result_answer REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION rollup_answers();
CREATE TRIGGER rollup_delete AFTER DELETE ON result_answer REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION rollup_answers();

-- What the ledger charged for a call.
CREATE FUNCTION rollup_charge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  r record;
  minor bigint;
BEGIN
  FOR r IN SELECT c.id, c.company_id, c.day, c.operator_id, c.call_type FROM record c
            WHERE c.id IN (OLD.record_id, NEW.record_id) AND c.deleted_at IS NULL ORDER BY c.id FOR NO KEY UPDATE LOOP
    minor := CASE WHEN NEW.record_id = r.id AND NEW.type = 'charge' THEN -NEW.amount_minor ELSE 0 END
           - CASE WHEN OLD.record_id = r.id AND OLD.type = 'charge' THEN -OLD.amount_minor ELSE 0 END;
    IF minor <> 0 THEN
      PERFORM rollup_lock(r.company_id);
      CALL rollup_apply(r.company_id, ARRAY[ROW(r.day, r.operator_id, r.call_type, 0, 0, 0, 0, minor, 0, NULL, NULL,
                          NULL, NULL, NULL, NULL, NULL, NULL, NULL)::rollup_call_part], '{}');
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER rollup_insert AFTER INSERT ON transaction FOR EACH ROW WHEN (NEW.type = 'charge')
  EXECUTE FUNCTION rollup_charge();
CREATE TRIGGER rollup_change AFTER UPDATE OR DELETE ON transaction FOR EACH ROW EXECUTE FUNCTION rollup_charge();

-- ---- a new time zone -----------------------------------------------------------------------------------------

-- All calls of the company have to be looked at, from the newest on.
CREATE PROCEDURE rollup_rezone_later(p_company uuid)
  LANGUAGE sql AS $$
  INSERT INTO rollup_state (company_id) VALUES (p_company)
  ON CONFLICT (company_id) DO UPDATE SET before_at = 'infinity', before_id = excluded.before_id, again = false,
                                         changed_at = now()
$$;

CREATE FUNCTION rollup_timezone() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  CALL rollup_rezone_later(NEW.company_id);
  PERFORM note_change(NEW.company_id || ':figures');   -- "today" is another day
  RETURN NULL;
END $$;
CREATE TRIGGER rollup_timezone AFTER UPDATE ON company_settings FOR EACH ROW
  WHEN (OLD.timezone <> NEW.timezone) EXECUTE FUNCTION rollup_timezone();

-- Looks at the next p_limit calls of a company whose time zone changed and moves those whose day did. True while
-- something is left to do. Calls that are being written by others are left for another pass: waiting for them
-- with the company's row locked would turn the lock order round.
CREATE FUNCTION rollup_rezone(p_company uuid, p_limit integer) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  state rollup_state;
  page uuid[];
  wrong uuid[];
  moving uuid[];
  parts rollup_call_part[];
  answers rollup_answer_part[];
BEGIN
  SELECT * INTO state FROM rollup_state WHERE company_id = p_company FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM rollup_lock(p_company);
  SELECT array_agg(p.id ORDER BY p.started_at DESC, p.id DESC),
         array_agg(p.id) FILTER (WHERE p.day IS DISTINCT FROM company_day(p_company, p.started_at))
    INTO page, wrong
    FROM (SELECT id, started_at, day FROM record
           WHERE company_id = p_company AND deleted_at IS NULL AND (started_at, id) < (state.before_at, state.before_id)
           ORDER BY started_at DESC, id DESC LIMIT p_limit) AS p;
  moving := ARRAY(SELECT id FROM record WHERE id = ANY (wrong) AND deleted_at IS NULL ORDER BY id
                  FOR NO KEY UPDATE SKIP LOCKED);
  IF cardinality(moving) > 0 THEN
    parts := rollup_call_parts(moving, -1);
    answers := coalesce(rollup_answer_parts(moving, -1), '{}');
    PERFORM set_config('app.rollup_bulk', 'on', true);
    UPDATE record SET day = company_day(p_company, started_at) WHERE id = ANY (moving);
    PERFORM set_config('app.rollup_bulk', '', true);
    CALL rollup_apply(p_company, parts || rollup_call_parts(moving, 1),
                      answers || coalesce(rollup_answer_parts(moving, 1), '{}'));
  END IF;
  IF cardinality(moving) < cardinality(wrong) THEN
    state.again := true;
  END IF;
  IF cardinality(page) = p_limit THEN
    UPDATE rollup_state s SET before_at = r.started_at, before_id = r.id, again = state.again
      FROM record r WHERE s.company_id = p_company AND r.id = page[p_limit];
    RETURN true;
  ELSIF state.again THEN
    CALL rollup_rezone_later(p_company);
    RETURN true;
  END IF;
  DELETE FROM rollup_state WHERE company_id = p_company;
  RETURN false;
END $$;

-- The same for whichever company waits; for the analyzers, which share the work. True while something is left.
CREATE FUNCTION rollup_rezone_any(p_limit integer) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  company uuid;
BEGIN
  SELECT company_id INTO company FROM rollup_state ORDER BY changed_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  RETURN rollup_rezone(company, p_limit) OR EXISTS (SELECT FROM rollup_state WHERE company_id <> company);
END $$;

-- ---- counting anew (dialixctl rollup rebuild) ----------------------------------------------------------------

-- Gives every call of the company its day; how many had another one, or none.
CREATE FUNCTION rollup_set_days(p_company uuid) RETURNS bigint
  LANGUAGE plpgsql AS $$
DECLARE
  zone text := coalesce((SELECT timezone FROM company_settings WHERE company_id = p_company), 'UTC');
  changed bigint;
BEGIN
  DELETE FROM rollup_state WHERE company_id = p_company;
  PERFORM set_config('app.rollup_bulk', 'on', true);
  UPDATE record SET day = (started_at AT TIME ZONE zone)::date
   WHERE company_id = p_company AND day IS DISTINCT FROM (started_at AT TIME ZONE zone)::date;
  GET DIAGNOSTICS changed = ROW_COUNT;
  PERFORM set_config('app.rollup_bulk', '', true);
  RETURN changed;
END $$;

-- The four-week spans of a company that have calls, or cells: what can be counted anew one by one.
CREATE FUNCTION rollup_blocks(p_company uuid) RETURNS SETOF date
  LANGUAGE sql STABLE AS $$
  SELECT DISTINCT rollup_first_day(day, 28) FROM record WHERE company_id = p_company AND day IS NOT NULL
  UNION
  SELECT first_day FROM rollup_call WHERE company_id = p_company AND span = 28
$$;

-- Counts a company's calls of one such span anew. Writers of the company wait; nobody else does. Plans of its own: one
-- made for a call's dozen answers is a bad one for the hundred thousands of four weeks. The dashboard has changed even
-- where only cells of no call went.
CREATE PROCEDURE rollup_rebuild(p_company uuid, p_block date)
  LANGUAGE plpgsql SET work_mem = '128MB' SET plan_cache_mode = 'force_custom_plan' AS $$
DECLARE
  ids uuid[];
BEGIN
  PERFORM rollup_lock(p_company);
  PERFORM note_change(p_company || ':figures');
  WITH gone AS (DELETE FROM rollup_call WHERE company_id = p_company AND first_day BETWEEN p_block AND p_block + 27
                RETURNING cell),
  scores AS (DELETE FROM rollup_score s USING gone WHERE s.cell = gone.cell),
  topics AS (DELETE FROM rollup_topic t USING gone WHERE t.cell = gone.cell)
  DELETE FROM rollup_answer a USING gone WHERE a.cell = gone.cell;
  ids := ARRAY(SELECT id FROM record WHERE company_id = p_company AND deleted_at IS NULL
                  AND started_at BETWEEN p_block - 2 AND p_block + 30 AND day BETWEEN p_block AND p_block + 27);
  IF cardinality(ids) > 0 THEN
    CALL rollup_apply(p_company, rollup_call_parts(ids, 1), coalesce(rollup_answer_parts(ids, 1), '{}'));
  END IF;
END $$;

DO $$
DECLARE
  company uuid;
  block date;
BEGIN
  FOR company IN SELECT id FROM company ORDER BY id LOOP
    FOR block IN SELECT * FROM rollup_blocks(company) LOOP
      CALL rollup_rebuild(company, block);
    END LOOP;
  END LOOP;
END $$;

ALTER FUNCTION rollup_rezone(uuid, integer) SET plan_cache_mode = 'force_custom_plan';

REVOKE ALL ON ROUTINE company_day, set_record_day, rollup_first_day, rollup_cells, rollup_ranges, rollup_topics,
  rollup_question_digest, rollup_apply_judged, rollup_apply_answers, rollup_apply, rollup_call_parts,
  rollup_answer_parts, rollup_lock, rollup_record, rollup_result, rollup_answers, rollup_charge, rollup_rezone_later,
  rollup_timezone, rollup_rezone, rollup_rezone_any, rollup_set_days, rollup_blocks, rollup_rebuild FROM PUBLIC;
GRANT EXECUTE ON ROUTINE rollup_first_day, rollup_ranges, rollup_rezone, rollup_rezone_any TO dialix_app;

-- ---- the lock order ------------------------------------------------------------------------------------------

-- As in 0004, but the record's row comes before the job's, as for everybody else who locks both.
CREATE OR REPLACE FUNCTION job_hold(p_job uuid, p_token uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM 1 FROM record WHERE id = (SELECT record_id FROM job WHERE id = p_job) FOR NO KEY UPDATE;
  PERFORM 1 FROM job WHERE id = p_job AND state = 'running' AND lease_token = p_token FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'lease of job % is lost', p_job USING ERRCODE = 'DX001';
  END IF;
END $$;
