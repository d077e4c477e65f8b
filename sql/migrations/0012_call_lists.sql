-- The list of calls: any filter, any order and words of the transcript, at a cost that does not grow with the company.
--
-- What a call is found by stands on its own row, kept by triggers:
--   score   of its result, while it is COMPLETED
--   facets  a number for each thing it can be filtered by for equality: operator, status, type, sentiment, purpose,
--           source, interests, answers; the week it took place in, its score in whole points
--   search  the words of title, summary and transcript
-- One GIN index over company, words and facets then gives exactly the calls that match all of them. Row-level security
-- keeps @@ and @> from using an index (they are not leakproof), so record_page(), which checks the tenant itself, runs
-- as the owner; the rows it names are then read under row-level security like all others.
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE FUNCTION facet(p_kind text, p_value text) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN hashtextextended(p_kind || ':' || p_value, 0);

CREATE FUNCTION facet_week(p_time timestamptz) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN floor(extract(epoch FROM p_time) / 604800);

ALTER TABLE record ADD COLUMN score numeric(5,2), ADD COLUMN facets bigint[] NOT NULL DEFAULT '{}', ADD COLUMN search tsvector;
-- The words are kept off the row's page: most readers of a row do not need them.
ALTER TABLE record ALTER COLUMN search SET STORAGE EXTERNAL;
ALTER TABLE record SET (toast_tuple_target = 512, fillfactor = 90);

-- `s`: its result while it is COMPLETED, else a row of nulls.
CREATE FUNCTION record_facets(r public.record, s result) RETURNS bigint[]
  LANGUAGE sql STABLE AS $$
  SELECT array_remove(ARRAY[
      facet('week', facet_week(r.started_at)::text), facet('operator', r.operator_id::text), facet('status', r.status),
      facet('type', r.call_type), facet('sentiment', s.sentiment_conversation), facet('purpose', s.call_purpose),
      facet('source', s.lead_source), facet('score', floor(s.score)::integer::text)], NULL)
    || ARRAY(SELECT facet('interest', i) FROM unnest(s.interests) AS i WHERE i IS NOT NULL)
    || ARRAY(SELECT facet('answer', question_id || ':' || coalesce(override_verdict, verdict)) FROM result_answer
             WHERE record_id = s.record_id ORDER BY question_id)
$$;

CREATE FUNCTION record_words(p_title text, p_summary text, p_heard tsvector) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_tsvector('simple', p_title) || to_tsvector('simple', coalesce(p_summary, '')) || coalesce(p_heard, '');

CREATE FUNCTION record_describe() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found result;
BEGIN
  IF NEW.status = 'COMPLETED' THEN
    SELECT * INTO found FROM result WHERE record_id = NEW.id;
  END IF;
  NEW.score := found.score;
  NEW.facets := record_facets(NEW, found);
  NEW.search := record_words(NEW.title, found.summary, (SELECT t.search FROM transcript t WHERE t.record_id = NEW.id));
  RETURN NEW;
END $$;
CREATE TRIGGER describe BEFORE INSERT OR UPDATE OF title, status, operator_id, call_type, started_at, deleted_at, score,
  facets, search ON record FOR EACH ROW WHEN (current_setting('app.rollup_bulk', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION record_describe();

-- What was found in a call changes after it was COMPLETED: an override, a correction by hand.
CREATE FUNCTION record_describe_again() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  calls uuid[] := ARRAY(SELECT record_id FROM changed);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    calls := calls || ARRAY(SELECT record_id FROM before);
  END IF;
  -- Whoever is making one of them COMPLETED has not seen this change, nor this that one.
  PERFORM 1 FROM record WHERE id = ANY (calls) ORDER BY id FOR NO KEY UPDATE;
  UPDATE record SET score = NULL   -- the trigger says what it is
   WHERE id = ANY (calls) AND status = 'COMPLETED' AND deleted_at IS NULL;
  RETURN NULL;
END $$;
CREATE PROCEDURE describe_by(target regclass)
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER describe_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS changed '
                 'FOR EACH STATEMENT EXECUTE FUNCTION record_describe_again()', target);
  EXECUTE format('CREATE TRIGGER describe_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS before NEW TABLE AS changed '
                 'FOR EACH STATEMENT EXECUTE FUNCTION record_describe_again()', target);
  EXECUTE format('CREATE TRIGGER describe_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS changed '
                 'FOR EACH STATEMENT EXECUTE FUNCTION record_describe_again()', target);
END $$;
CALL describe_by('result');
CALL describe_by('result_answer');
CALL describe_by('transcript');

-- Describes the calls of a company, or of all, anew where they differ: after a bulk load with triggers off, or as a
-- repair. Gives back how many did.
CREATE FUNCTION record_describe_all(p_company uuid DEFAULT NULL) RETURNS bigint
  LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  changed bigint;
BEGIN
  PERFORM set_config('app.rollup_bulk', 'on', true);
  UPDATE record r SET score = d.score, facets = d.facets, search = d.search
    FROM (SELECT o.id, s.score, record_facets(o, s) AS facets, record_words(o.title, s.summary, t.search) AS search
            FROM record o LEFT JOIN result s ON s.record_id = o.id AND o.status = 'COMPLETED'
                          LEFT JOIN transcript t ON t.record_id = o.id
           WHERE (p_company IS NULL OR o.company_id = p_company) AND o.deleted_at IS NULL) AS d
   WHERE d.id = r.id AND (r.score, r.facets, r.search) IS DISTINCT FROM (d.score, d.facets, d.search);
  GET DIAGNOSTICS changed = ROW_COUNT;
  PERFORM set_config('app.rollup_bulk', '', true);
  RETURN changed;
END $$;
REVOKE ALL ON FUNCTION record_facets(public.record, result), record_describe(), record_describe_again(), record_describe_all(uuid)
  FROM PUBLIC;

-- Row-level security never let these two be used; the end of a number and the list by score have better ones below.
DROP INDEX idx_transcript_search;
DROP INDEX idx_result_score;
DROP INDEX idx_record_client_phone;
SELECT record_describe_all();

CREATE INDEX idx_record_client_phone ON record (company_id, reverse(client_phone_number) text_pattern_ops)
  WHERE deleted_at IS NULL;
CREATE INDEX idx_record_duration ON record (company_id, duration_ms, id) WHERE deleted_at IS NULL;
-- Calls without a score come last both ways.
CREATE INDEX idx_record_score_down ON record (company_id, coalesce(score, -1), id) INCLUDE (score) WHERE deleted_at IS NULL;
CREATE INDEX idx_record_score_up ON record (company_id, coalesce(score, 101), id) INCLUDE (score) WHERE deleted_at IS NULL;
-- Written at once: a list of pending words would be read by every search.
CREATE INDEX idx_record_search ON record USING gin (company_id, search, facets) WITH (fastupdate = off)
  WHERE deleted_at IS NULL;

-- A page of calls: ids and sort keys, in order. Whatever the filter, the work is bounded:
--   1. the first thousand calls in order are looked at one by one, which fills the page for what is common, or reaches the end;
--   2. else the index is asked for the matches among the next fifteen thousand (by their weeks, or points of score);
--   3. else for all matches: there are few, or the steps before would have found enough.
-- p_sort: started_at, created_at, duration_ms, score. p_after_key, p_after_id: the last row of the page before.
-- p_facets: 'kind:value', all of them hold. p_statuses: one of them does. Gives nothing for a company that the transaction may not see.
CREATE FUNCTION record_page(p_company uuid, p_sort text, p_descending boolean, p_limit integer, p_after_key text, p_after_id uuid,
                            p_operator uuid, p_facets text[], p_statuses text[], p_text text, p_phone_end text,
                            p_score_min numeric, p_score_max numeric, p_first_day date, p_last_day date)
  RETURNS TABLE (id uuid, key text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public AS $$
DECLARE
  walked CONSTANT integer := 1000;
  window_rows CONSTANT integer := 15000;
  direction text := CASE WHEN p_descending THEN 'DESC' ELSE 'ASC' END;
  key_type text := CASE p_sort WHEN 'duration_ms' THEN 'bigint' WHEN 'score' THEN 'numeric' ELSE 'timestamptz' END;
  key_sql text := CASE p_sort WHEN 'created_at' THEN 'r.created_at' WHEN 'duration_ms' THEN 'r.duration_ms'
                  WHEN 'score' THEN format('coalesce(r.score, %s)', CASE WHEN p_descending THEN -1 ELSE 101 END)
                  ELSE 'r.started_at' END;
  bucket_sql text := CASE p_sort WHEN 'started_at' THEN 'facet_week(r.started_at)' WHEN 'score' THEN 'floor(r.score)::integer' END;
  by_time boolean := p_sort = 'started_at';
  facets bigint[] := ARRAY(SELECT hashtextextended(f, 0) FROM unnest(p_facets) AS f);
  any_status bigint[];
  any_score bigint[];
  buckets bigint[];
  query tsquery := websearch_to_tsquery('simple', p_text);
  phone text := reverse(p_phone_end) || '%';
  zone text := (SELECT s.timezone FROM company_settings s WHERE s.company_id = p_company);
  since timestamptz := p_first_day::timestamp AT TIME ZONE zone;
  until timestamptz := (p_last_day + 1)::timestamp AT TIME ZONE zone;
  base text := 'r.company_id = $1 AND r.deleted_at IS NULL';
  matches text := '';
  period text := '';
  walk text := '';
  ordered text := format(' ORDER BY %s %s, r.id %s', key_sql, direction, direction);
  by_key text := format(' ORDER BY r.key %s, r.id %s LIMIT $4', direction, direction);
  select_page text := 'SELECT array_agg(w.id), array_agg(w.key::text) FROM (%s) AS w';
  -- OFFSET 0 keeps the planner from walking in order here too.
  of_all text := 'SELECT r.id, r.key FROM (SELECT r.id, %s AS key FROM record r WHERE %s%s OFFSET 0) AS r';
  first_bucket integer;
  last_bucket integer;
  complete boolean;
  ids uuid[];
  keys text[];
BEGIN
  IF NOT (p_company = ANY (coalesce(app_company_ids(), '{}')) OR app_is_platform()) THEN
    RETURN;
  END IF;
  IF p_operator IS NOT NULL THEN facets := facets || facet('operator', p_operator::text); END IF;
  IF cardinality(p_statuses) = 1 THEN facets := facets || facet('status', p_statuses[1]); END IF;
  IF cardinality(p_statuses) > 1 THEN any_status := ARRAY(SELECT facet('status', s) FROM unnest(p_statuses) AS s); END IF;
  IF floor(coalesce(p_score_max, 100)) - floor(coalesce(p_score_min, 0)) < 25 THEN
    any_score := ARRAY(SELECT facet('score', n::text) FROM generate_series(floor(coalesce(p_score_min, 0))::integer,
                                                                           floor(coalesce(p_score_max, 100))::integer) AS n);
  END IF;

  IF p_after_id IS NOT NULL THEN
    base := base || format(' AND (%s, r.id) %s ($2::%s, $3)', key_sql, CASE WHEN p_descending THEN '<' ELSE '>' END, key_type);
  END IF;
  IF since IS NOT NULL THEN period := period || ' AND r.started_at >= $5'; END IF;
  IF until IS NOT NULL THEN period := period || ' AND r.started_at < $6'; END IF;
  IF by_time THEN base := base || period; ELSE matches := matches || period; END IF;
  IF facets <> '{}' THEN matches := matches || ' AND r.facets @> $7'; END IF;
  IF any_status IS NOT NULL THEN matches := matches || ' AND r.facets && $8'; END IF;
  IF p_text IS NOT NULL THEN matches := matches || ' AND r.search @@ $9'; END IF;
  IF p_phone_end IS NOT NULL THEN matches := matches || ' AND reverse(r.client_phone_number) LIKE $10'; END IF;
  IF any_score IS NOT NULL THEN matches := matches || ' AND r.facets && $13'; END IF;
  IF p_score_min IS NOT NULL THEN matches := matches || ' AND r.score >= $11'; END IF;
  IF p_score_max IS NOT NULL THEN matches := matches || ' AND r.score <= $12'; END IF;
  -- There is an index in order of time for each operator and each status.
  IF by_time AND p_operator IS NOT NULL THEN
    walk := ' AND r.operator_id = $14';
  ELSIF by_time AND cardinality(p_statuses) = 1 THEN
    walk := ' AND r.status = $15[1]';
  END IF;

  IF p_phone_end IS NULL THEN   -- the end of a number picks few calls: straight to the last step
    EXECUTE format(select_page, format('SELECT r.id, r.key FROM (SELECT r.*, %s AS key FROM record r WHERE %s%s%s LIMIT %s) AS r '
                                       'WHERE true%s%s',
                                       key_sql, base, walk, ordered, CASE WHEN matches = '' THEN '$4' ELSE walked::text END,
                                       matches, by_key))
       INTO ids, keys
      USING p_company, p_after_key, p_after_id, p_limit, since, until, facets, any_status, query, phone, p_score_min,
            p_score_max, any_score, p_operator, p_statuses;
    complete := matches = '' OR coalesce(cardinality(ids), 0) >= p_limit;
    IF NOT complete THEN   -- also when the list ended within the walk
      EXECUTE format('SELECT NOT EXISTS (SELECT FROM record r WHERE %s%s%s OFFSET %s)', base, walk, ordered, walked)
         INTO complete
        USING p_company, p_after_key, p_after_id, p_limit, since, until, facets, any_status, query, phone, p_score_min,
              p_score_max, any_score, p_operator, p_statuses;
    END IF;
    IF NOT complete AND bucket_sql IS NOT NULL THEN
      EXECUTE format('SELECT (SELECT %1$s FROM (%2$s LIMIT 1) AS r), (SELECT %1$s FROM (%2$s OFFSET %3$s LIMIT 1) AS r)',
                     bucket_sql, format('SELECT %s FROM record r WHERE %s%s', 'r.' || p_sort, base, ordered), window_rows)
         INTO first_bucket, last_bucket
        USING p_company, p_after_key, p_after_id, p_limit, since, until;
      IF last_bucket IS NOT NULL THEN
        buckets := ARRAY(SELECT facet(CASE WHEN by_time THEN 'week' ELSE 'score' END, n::text)
                         FROM generate_series(least(first_bucket, last_bucket), greatest(first_bucket, last_bucket)) AS n);
        EXECUTE format(select_page, format(of_all, key_sql, base, ' AND r.facets && $14' || matches) || by_key)
           INTO ids, keys
          USING p_company, p_after_key, p_after_id, p_limit, since, until, facets, any_status, query, phone, p_score_min,
                p_score_max, any_score, buckets;
        complete := coalesce(cardinality(ids), 0) >= p_limit;
      END IF;
    END IF;
    IF complete THEN
      RETURN QUERY SELECT * FROM unnest(ids, keys);
      RETURN;
    END IF;
  END IF;

  RETURN QUERY EXECUTE format('SELECT w.id, w.key::text FROM (%s) AS w', format(of_all, key_sql, base, matches) || by_key)
    USING p_company, p_after_key, p_after_id, p_limit, since, until, facets, any_status, query, phone, p_score_min, p_score_max,
          any_score;
END $$;
REVOKE ALL ON FUNCTION record_page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_page TO dialix_app;
