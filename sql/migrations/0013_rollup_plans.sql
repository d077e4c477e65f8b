-- Rollups: cheaper lists of operators, calls that have no day yet, and plans that suit what is counted.

-- All operators of a period lie together.
CREATE INDEX idx_rollup_call_days ON rollup_call (company_id, call_type, span, first_day, operator_id);

-- As in 0010; but a call without a day (loaded past the triggers, not counted by rollup rebuild yet) is in no cell, so
-- that whoever changes it is not stopped by it.
CREATE OR REPLACE FUNCTION rollup_cells(p_day date, p_operator uuid, p_type text)
  RETURNS TABLE (call_type text, operator_id uuid, span integer, first_day date)
  LANGUAGE sql IMMUTABLE AS $$
  SELECT t.call_type, o.operator_id, s.span, rollup_first_day(p_day, s.span)
    FROM (VALUES (''), (p_type)) AS t (call_type)
   CROSS JOIN (VALUES ('00000000-0000-0000-0000-000000000000'::uuid),
                      (coalesce(p_operator, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))) AS o (operator_id)
   CROSS JOIN (VALUES (1), (7), (28)) AS s (span)
   WHERE t.call_type IS NOT NULL AND p_day IS NOT NULL
$$;

-- As in 0011, with plans of its own: one made for a call's dozen answers is a bad one for the hundred thousands of four
-- weeks. The dashboard has changed even where only cells of no call went.
CREATE OR REPLACE PROCEDURE rollup_rebuild(p_company uuid, p_block date)
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
ALTER FUNCTION rollup_rezone(uuid, integer) SET plan_cache_mode = 'force_custom_plan';
