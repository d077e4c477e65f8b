-- Privacy: what is taken out of calls as they are analysed, how long what is kept, erasure with a receipt, and a
-- company's data handed over. Every function here works within row-level security unless it says otherwise.

-- ---- What a company wants ------------------------------------------------------------------------------------------

-- Days from the call's arrival (record.created_at, which nobody can set); null: kept.
ALTER TABLE company_settings
  ADD COLUMN audio_days integer CHECK (audio_days BETWEEN 1 AND 36500),
  ADD COLUMN transcript_days integer CHECK (transcript_days BETWEEN 1 AND 36500),
  ADD COLUMN chat_days integer CHECK (chat_days BETWEEN 1 AND 36500),
  ADD COLUMN record_days integer CHECK (record_days BETWEEN 1 AND 36500),
  ADD COLUMN redact_cards boolean NOT NULL DEFAULT false,
  ADD COLUMN redact_phones boolean NOT NULL DEFAULT false,
  ADD COLUMN redact_emails boolean NOT NULL DEFAULT false,
  ADD COLUMN redact_audio boolean NOT NULL DEFAULT false;

-- redacted_spans: what was silenced in its recording: [{"kind","channel","start_ms","end_ms"}], channel null: in all.
-- erased_at: of it only what the ledger needs is left: id, times, length, price.
ALTER TABLE record ADD COLUMN redacted_spans jsonb NOT NULL DEFAULT '[]', ADD COLUMN erased_at timestamptz;

-- A quote that retention removed. The verdict that it was evidence for stays.
ALTER TABLE result_answer ADD COLUMN quote_erased boolean NOT NULL DEFAULT false;
ALTER TABLE result_answer DROP CONSTRAINT result_answer_yes_has_quote,
  ADD CONSTRAINT result_answer_yes_has_quote
    CHECK (verdict <> 'yes' OR quote IS NOT NULL OR quote_cipher IS NOT NULL OR quote_erased);

-- When the call came in, whenever it was last analysed: what retention goes by.
ALTER TABLE transcript ADD COLUMN received_at timestamptz;
UPDATE transcript t SET received_at = r.created_at FROM record r WHERE r.id = t.record_id;
ALTER TABLE transcript ALTER COLUMN received_at SET NOT NULL;
CREATE FUNCTION set_received_at() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  NEW.received_at := coalesce((SELECT created_at FROM record WHERE id = NEW.record_id), now());
  RETURN NEW;
END $$;
CREATE TRIGGER received_at BEFORE INSERT ON transcript FOR EACH ROW EXECUTE FUNCTION set_received_at();

-- Each holds what is still there, so looking for what is past its time reads that alone.
CREATE INDEX idx_record_audio_age ON record (company_id, created_at) WHERE audio_path IS NOT NULL;
CREATE INDEX idx_transcript_age ON transcript (company_id, received_at);
CREATE INDEX idx_transcript_company ON transcript (company_id, record_id);
CREATE INDEX idx_record_to_erase ON record (company_id, created_at) WHERE deleted_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX idx_ai_chat_session_age ON ai_chat_session (company_id, updated_at);
CREATE INDEX idx_ai_chat_session_record ON ai_chat_session (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX idx_pbx_call_record ON pbx_call (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX idx_webhook_delivery_company ON webhook_delivery (company_id, created_at);

-- ---- Files -----------------------------------------------------------------------------------------------------------

-- Files of the audio store that no row needs any more: written in the transaction that gives them up, removed after
-- it, again and again until they are gone. A crash between the two leaves neither a file nor a row that needs it.
CREATE TABLE file_removal (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id  uuid NOT NULL REFERENCES company (id),
  path        text NOT NULL,
  failures    integer NOT NULL DEFAULT 0,   -- one that can't be removed must not stand before the others
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_file_removal_due ON file_removal (failures, id);
CREATE INDEX idx_file_removal_company ON file_removal (company_id);
CALL enable_tenancy('file_removal');
GRANT SELECT, INSERT ON file_removal TO dialix_app;

-- The analyzers serve all companies.
CREATE FUNCTION files_to_remove(p_limit integer) RETURNS TABLE (id bigint, path text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT f.id, f.path FROM file_removal f ORDER BY f.failures, f.id LIMIT p_limit
$$;
CREATE FUNCTION files_removed(p_gone bigint[], p_failed bigint[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  UPDATE file_removal SET failures = failures + 1 WHERE id = ANY (p_failed);
  DELETE FROM file_removal WHERE id = ANY (p_gone)
$$;

-- ---- Erasing calls ---------------------------------------------------------------------------------------------------

-- Erases calls for good, in one transaction with whatever else the caller does: recording, waveform, transcript, result,
-- answers, chats about them, what the PBX and webhooks told of them. The row stays without anything personal, deleted,
-- because the ledger refers to it; so does the PBX's id of the call, or the next synchronisation would bring it back.
-- A call that is being analysed is given up first. Gives how much of what it was.
CREATE FUNCTION record_erase(p_ids uuid[]) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  ids uuid[];
  chats uuid[];
  companies uuid[];
  recordings bigint;
  transcripts bigint;
  results bigint;
  messages bigint;
  pbx_calls bigint;
  deliveries bigint;
BEGIN
  -- The order of all locks: record, job, company, rollups.
  ids := ARRAY(SELECT id FROM record WHERE id = ANY (p_ids) AND erased_at IS NULL ORDER BY id FOR UPDATE);
  companies := ARRAY(SELECT DISTINCT company_id FROM record WHERE id = ANY (ids));
  PERFORM FROM job WHERE record_id = ANY (ids) AND state IN ('queued', 'running') ORDER BY id FOR UPDATE;
  PERFORM billing_end_job(id, 'cancelled', NULL) FROM job WHERE record_id = ANY (ids) AND state IN ('queued', 'running');
  PERFORM FROM company WHERE id = ANY (companies) ORDER BY id FOR NO KEY UPDATE;

  INSERT INTO file_removal (company_id, path)
  SELECT company_id, audio_path FROM record WHERE id = ANY (ids) AND audio_path IS NOT NULL;
  GET DIAGNOSTICS recordings = ROW_COUNT;
  -- Before what was found in it goes: the rollups subtract it with the call.
  UPDATE record SET deleted_at = coalesce(deleted_at, now()), audio_path = NULL WHERE id = ANY (ids);
  UPDATE job SET last_error = NULL WHERE record_id = ANY (ids) AND last_error IS NOT NULL;

  DELETE FROM transcript WHERE record_id = ANY (ids);
  GET DIAGNOSTICS transcripts = ROW_COUNT;
  DELETE FROM waveform WHERE record_id = ANY (ids);
  DELETE FROM result_answer WHERE record_id = ANY (ids);
  DELETE FROM result WHERE record_id = ANY (ids);
  GET DIAGNOSTICS results = ROW_COUNT;
  chats := ARRAY(SELECT id FROM ai_chat_session WHERE record_id = ANY (ids));
  DELETE FROM ai_chat_message WHERE session_id = ANY (chats);
  GET DIAGNOSTICS messages = ROW_COUNT;
  DELETE FROM ai_chat_session WHERE id = ANY (chats);
  UPDATE pbx_call SET caller = '', callee = '', payload = '{}' WHERE record_id = ANY (ids);
  GET DIAGNOSTICS pbx_calls = ROW_COUNT;
  DELETE FROM webhook_delivery
   WHERE company_id = ANY (companies) AND payload::text LIKE ANY (SELECT '%' || id || '%' FROM unnest(ids) AS id);
  GET DIAGNOSTICS deliveries = ROW_COUNT;
  -- Last: the words to search by are of what is left.
  UPDATE record SET title = '-', client_phone_number = NULL, failure = NULL, stage = NULL, language = NULL,
                    idempotency_key = NULL, redacted_spans = '[]', search = NULL, erased_at = now()
   WHERE id = ANY (ids);
  RETURN jsonb_build_object('calls', cardinality(ids), 'recordings', recordings, 'transcripts', transcripts, 'results', results,
                            'chat_messages', messages, 'pbx_calls', pbx_calls, 'webhook_deliveries', deliveries);
END $$;

-- { "a": 1 } + { "a": 2, "b": 3 } = { "a": 3, "b": 3 }
CREATE FUNCTION add_counts(p_one jsonb, p_other jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (SELECT coalesce(jsonb_object_agg(key, total), '{}') FROM (
            SELECT key, sum(value::bigint) AS total FROM (SELECT * FROM jsonb_each_text(p_one) UNION ALL
                                                          SELECT * FROM jsonb_each_text(p_other)) AS both_of_them
            GROUP BY key) AS sums);

-- ---- Retention -------------------------------------------------------------------------------------------------------

-- Companies that do not keep everything for ever. For the analyzers, which serve all.
CREATE FUNCTION retention_companies() RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT company_id FROM company_settings
   WHERE audio_days IS NOT NULL OR transcript_days IS NOT NULL OR chat_days IS NOT NULL OR record_days IS NOT NULL
   ORDER BY company_id
$$;

CREATE FUNCTION is_under_analysis(p_record uuid, p_status text) RETURNS boolean
  LANGUAGE sql STABLE
  RETURN p_status NOT IN ('COMPLETED', 'FAILED')
         OR EXISTS (SELECT FROM job WHERE record_id = p_record AND state IN ('queued', 'running'));

-- Removes of one company up to p_limit each of what is past its time, and notes how many it was in the activity log.
-- Leaves calls under analysis and those that somebody else is writing for another time. `more`: it was a full step.
CREATE FUNCTION retention_step(p_company uuid, p_limit integer, p_context jsonb) RETURNS TABLE (removed jsonb, more boolean)
  LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept company_settings;
  ids uuid[];
  calls integer := 0;
  recordings integer := 0;
  transcripts integer := 0;
  chats integer := 0;
BEGIN
  SELECT * INTO kept FROM company_settings WHERE company_id = p_company;
  IF kept.record_days IS NOT NULL THEN
    ids := ARRAY(SELECT id FROM record r WHERE company_id = p_company AND deleted_at IS NULL AND erased_at IS NULL
                    AND created_at < now() - make_interval(days => kept.record_days) AND NOT is_under_analysis(id, status)
                  ORDER BY created_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    ids := ids || ARRAY(SELECT id FROM record r WHERE company_id = p_company AND deleted_at IS NOT NULL AND erased_at IS NULL
                           AND created_at < now() - make_interval(days => kept.record_days)
                         ORDER BY created_at LIMIT p_limit - cardinality(ids) FOR UPDATE SKIP LOCKED);
    calls := cardinality(ids);
    IF calls > 0 THEN
      PERFORM record_erase(ids);
    END IF;
  END IF;
  IF kept.audio_days IS NOT NULL THEN
    ids := ARRAY(SELECT id FROM record r WHERE company_id = p_company AND audio_path IS NOT NULL
                    AND created_at < now() - make_interval(days => kept.audio_days) AND NOT is_under_analysis(id, status)
                  ORDER BY created_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    recordings := cardinality(ids);
    INSERT INTO file_removal (company_id, path) SELECT company_id, audio_path FROM record WHERE id = ANY (ids);
    UPDATE record SET audio_path = NULL WHERE id = ANY (ids);
    DELETE FROM waveform WHERE record_id = ANY (ids);
  END IF;
  IF kept.transcript_days IS NOT NULL THEN
    ids := ARRAY(SELECT r.id FROM transcript t JOIN record r ON r.id = t.record_id
                  WHERE t.company_id = p_company AND t.received_at < now() - make_interval(days => kept.transcript_days)
                    AND NOT is_under_analysis(r.id, r.status)
                  ORDER BY t.received_at LIMIT p_limit FOR UPDATE OF r SKIP LOCKED);
    transcripts := cardinality(ids);
    PERFORM FROM company WHERE id = p_company AND transcripts > 0 FOR NO KEY UPDATE;
    DELETE FROM transcript WHERE record_id = ANY (ids);
    UPDATE result SET summary = NULL, summary_cipher = NULL WHERE record_id = ANY (ids);
    UPDATE result_answer
       SET quote_erased = quote_erased OR quote IS NOT NULL OR quote_cipher IS NOT NULL, quote = NULL, quote_cipher = NULL,
           quote_start_ms = NULL, quote_end_ms = NULL, quote_speaker = NULL, comment = NULL, comment_cipher = NULL
     WHERE record_id = ANY (ids);
    UPDATE record SET search = NULL WHERE id = ANY (ids);   -- the trigger says what is left to search by
  END IF;
  IF kept.chat_days IS NOT NULL THEN
    ids := ARRAY(SELECT id FROM ai_chat_session WHERE company_id = p_company
                    AND updated_at < now() - make_interval(days => kept.chat_days)
                  ORDER BY updated_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
    chats := cardinality(ids);
    DELETE FROM ai_chat_message WHERE session_id = ANY (ids);
    DELETE FROM ai_chat_session WHERE id = ANY (ids);
  END IF;
  removed := jsonb_build_object('calls', calls, 'recordings', recordings, 'transcripts', transcripts, 'chats', chats);
  more := greatest(calls, recordings, transcripts, chats) >= p_limit;
  IF calls + recordings + transcripts + chats > 0 THEN
    PERFORM note_activity(p_context, p_company, 'retention.purge', 'company', p_company, NULL, removed);
  END IF;
  RETURN NEXT;
END $$;

-- ---- Erasures --------------------------------------------------------------------------------------------------------

CREATE TABLE erasure (
  id              uuid PRIMARY KEY,
  company_id      uuid NOT NULL REFERENCES company (id),
  requested_by    uuid NOT NULL REFERENCES account (id),
  record_id       uuid REFERENCES record (id),   -- one call,
  phone           text CHECK (phone ~ '^[0-9]{3,15}$'),   -- or one number everywhere; gone once it is done
  phone_hash      text,   -- HMAC-SHA256: the receipt tells of which number it is to who knows the number
  redact_spoken   boolean NOT NULL DEFAULT false,   -- also take the number out of what was said in other calls
  reason          text NOT NULL,
  state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done')),
  looked_through  uuid,   -- transcripts up to this call, while it is looked for in others
  record_ids      uuid[] NOT NULL DEFAULT '{}',
  counts          jsonb NOT NULL DEFAULT '{}',
  created_at      timestamptz NOT NULL DEFAULT now(),
  started_at      timestamptz,
  finished_at     timestamptz,
  receipt         text,   -- JWS, compact
  CHECK ((record_id IS NULL) = (phone_hash IS NOT NULL)),
  CHECK ((state = 'done') = (receipt IS NOT NULL) AND (state <> 'done' OR phone IS NULL))
);
CREATE INDEX idx_erasure_company ON erasure (company_id, created_at DESC, id DESC);
CREATE INDEX idx_erasure_open ON erasure (created_at, id) WHERE state <> 'done';
CALL enable_tenancy('erasure');
GRANT SELECT, INSERT, UPDATE ON erasure TO dialix_app;

-- Only the digits; without 00 before the country, and with 7 for Russia's inland 8.
CREATE FUNCTION phone_digits(p_phone text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN regexp_replace(regexp_replace(regexp_replace(p_phone, '[^0-9]', '', 'g'), '^00', ''), '^8([0-9]{10})$', '7\1');

-- Whether two numbers, as digits, are one: equal, or one of them is the other without the code of its country
-- (nine digits at least, so that an extension is nobody's number).
CREATE FUNCTION is_same_phone(p_one text, p_other text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN p_one = p_other OR (least(length(p_one), length(p_other)) >= 9
         AND (right(p_one, length(p_other)) = p_other OR right(p_other, length(p_one)) = p_one));

-- Calls of the company with this number that are not erased: the customer's, or told by the PBX. Runs as the owner,
-- because row-level security would keep LIKE from the index; checks the tenant itself.
CREATE FUNCTION calls_of_phone(p_company uuid, p_digits text, p_limit integer) RETURNS SETOF uuid
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  ending text := reverse(right(p_digits, 9));
BEGIN
  IF NOT (p_company = ANY (coalesce(app_company_ids(), '{}')) OR app_is_platform()) THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT found.id FROM (
    SELECT r.id FROM record r WHERE r.company_id = p_company AND r.deleted_at IS NULL
       AND reverse(r.client_phone_number) LIKE ending || '%' AND is_same_phone(phone_digits(r.client_phone_number), p_digits)
    UNION
    SELECT r.id FROM record r WHERE r.company_id = p_company AND r.deleted_at IS NOT NULL AND r.erased_at IS NULL
       AND is_same_phone(phone_digits(r.client_phone_number), p_digits)
    UNION
    SELECT r.id FROM pbx_call p JOIN record r ON r.id = p.record_id WHERE p.company_id = p_company AND r.erased_at IS NULL
       AND (is_same_phone(phone_digits(p.caller), p_digits) OR is_same_phone(phone_digits(p.callee), p_digits))
  ) AS found LIMIT p_limit;
END $$;

-- The next erasure that is not done, of any company.
CREATE FUNCTION erasure_next()
  RETURNS TABLE (id uuid, company_id uuid, phone text, redact_spoken boolean, looked_through uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT e.id, e.company_id, e.phone, e.redact_spoken, e.looked_through FROM erasure e
   WHERE e.state <> 'done' ORDER BY e.created_at, e.id LIMIT 1
$$;

-- Erases up to p_limit calls of an erasure. How many; 0: none is left.
CREATE FUNCTION erasure_step(p_erasure uuid, p_limit integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  asked erasure;
  ids uuid[];
BEGIN
  SELECT * INTO asked FROM erasure WHERE id = p_erasure AND state <> 'done' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  ids := CASE WHEN asked.record_id IS NOT NULL
              THEN ARRAY(SELECT id FROM record WHERE id = asked.record_id AND company_id = asked.company_id AND erased_at IS NULL)
              ELSE ARRAY(SELECT * FROM calls_of_phone(asked.company_id, asked.phone, p_limit)) END;
  UPDATE erasure SET state = 'running', started_at = coalesce(started_at, now()), record_ids = record_ids || ids,
                     counts = add_counts(counts, record_erase(ids))
   WHERE id = p_erasure;
  RETURN cardinality(ids);
END $$;

-- Takes a number out of what is no call's: PBX calls without a recording, chats, webhooks not sent yet, people's own
-- settings (a filter by it), titles of other calls. p_pattern: the number's digits with anything between them, as a
-- regular expression. One pass over each table: for a number, not for lists.
CREATE FUNCTION erasure_elsewhere(p_erasure uuid, p_pattern text) RETURNS void
  LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  asked erasure;
  titles bigint;
  pbx_calls bigint;
  messages bigint;
  deliveries bigint;
  preferences bigint;
BEGIN
  SELECT * INTO asked FROM erasure WHERE id = p_erasure AND state <> 'done' FOR UPDATE;
  IF NOT FOUND OR asked.phone IS NULL THEN
    RETURN;
  END IF;
  UPDATE record SET title = regexp_replace(title, p_pattern, '[phone]', 'g')
   WHERE company_id = asked.company_id AND erased_at IS NULL AND title ~ p_pattern;
  GET DIAGNOSTICS titles = ROW_COUNT;
  UPDATE pbx_call SET caller = '', callee = '', payload = '{}'
   WHERE company_id = asked.company_id AND (is_same_phone(phone_digits(caller), asked.phone)
         OR is_same_phone(phone_digits(callee), asked.phone) OR payload::text ~ p_pattern);
  GET DIAGNOSTICS pbx_calls = ROW_COUNT;
  UPDATE ai_chat_message SET content = regexp_replace(content, p_pattern, '[phone]', 'g')
   WHERE company_id = asked.company_id AND content ~ p_pattern;
  GET DIAGNOSTICS messages = ROW_COUNT;
  UPDATE ai_chat_session SET title = regexp_replace(title, p_pattern, '[phone]', 'g')
   WHERE company_id = asked.company_id AND title ~ p_pattern;
  DELETE FROM webhook_delivery WHERE company_id = asked.company_id AND payload::text ~ p_pattern;
  GET DIAGNOSTICS deliveries = ROW_COUNT;
  UPDATE user_settings SET settings = '{}' WHERE company_id = asked.company_id AND settings::text ~ p_pattern;
  GET DIAGNOSTICS preferences = ROW_COUNT;
  UPDATE erasure SET counts = add_counts(counts, jsonb_build_object('titles', titles, 'pbx_calls', pbx_calls,
           'chat_messages', messages, 'webhook_deliveries', deliveries, 'user_settings', preferences))
   WHERE id = p_erasure;
END $$;

-- ---- A company's data handed over ------------------------------------------------------------------------------------

CREATE TABLE company_export (
  id            uuid PRIMARY KEY,
  company_id    uuid NOT NULL REFERENCES company (id),
  requested_by  uuid NOT NULL REFERENCES account (id),
  state         text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'expired')),
  with_audio    boolean NOT NULL DEFAULT true,
  file          text,   -- below the audio store
  size_bytes    bigint,
  sha256        text,
  failure       text,
  losses        integer NOT NULL DEFAULT 0,   -- how often who made it died at it
  lease_token   uuid,
  lease_until   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  finished_at   timestamptz,
  expires_at    timestamptz,
  CHECK ((state = 'running') = (lease_token IS NOT NULL)),
  CHECK (state <> 'done' OR (file IS NOT NULL AND size_bytes IS NOT NULL AND sha256 IS NOT NULL AND expires_at IS NOT NULL))
);
CREATE INDEX idx_company_export_company ON company_export (company_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX idx_company_export_open ON company_export (company_id) WHERE state IN ('queued', 'running');
CREATE INDEX idx_company_export_file ON company_export (file) WHERE file IS NOT NULL;
CALL enable_tenancy('company_export');
GRANT SELECT, INSERT, UPDATE ON company_export TO dialix_app;

-- The next export to make, of any company, with a lease on it.
CREATE FUNCTION export_take(p_lease interval)
  RETURNS TABLE (id uuid, company_id uuid, lease_token uuid, with_audio boolean, losses integer, file text)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  WITH due AS (
    SELECT e.id FROM company_export e
     WHERE e.state = 'queued' OR (e.state = 'running' AND e.lease_until < clock_timestamp())
     ORDER BY e.created_at, e.id LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  UPDATE company_export e
     SET losses = e.losses + (e.state = 'running')::integer, state = 'running', lease_token = gen_random_uuid(),
         lease_until = clock_timestamp() + p_lease, file = 'exports/' || e.company_id || '/' || e.id || '.zip'
    FROM due WHERE e.id = due.id
  RETURNING e.id, e.company_id, e.lease_token, e.with_audio, e.losses, e.file
$$;

-- Those past their time, or not wanted any more, of any company: expired, their files to be removed. How many.
CREATE FUNCTION exports_expire() RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  WITH old AS (
    SELECT id, company_id, file FROM company_export WHERE state = 'done' AND expires_at < now() FOR UPDATE SKIP LOCKED
  ), gone AS (
    UPDATE company_export e SET state = 'expired', file = NULL FROM old WHERE e.id = old.id RETURNING old.company_id, old.file
  ), queued AS (
    INSERT INTO file_removal (company_id, path) SELECT company_id, file FROM gone RETURNING 1
  )
  SELECT count(*) FROM queued
$$;

-- As in 0004, and exports are no orphans.
CREATE OR REPLACE FUNCTION audio_orphans(p_paths text[]) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT path FROM unnest(p_paths) AS path
  WHERE NOT EXISTS (SELECT FROM record WHERE audio_path = path AND deleted_at IS NULL)
    AND NOT EXISTS (SELECT FROM company_export WHERE file = path AND state IN ('running', 'done'))
$$;

-- ---- What was written before -----------------------------------------------------------------------------------------

-- Calls that were deleted kept the words to search them by.
UPDATE record SET search = NULL WHERE deleted_at IS NOT NULL;
-- The activity log holds no phone numbers from 0018 on; what is not sealed yet is brought to the same.
UPDATE activity_log SET before = audit_mask(before), after = audit_mask(after)
 WHERE id IN (SELECT log_id FROM activity_unsealed)
   AND (before IS DISTINCT FROM audit_mask(before) OR after IS DISTINCT FROM audit_mask(after));

REVOKE ALL ON FUNCTION set_received_at(), files_to_remove(integer), files_removed(bigint[], bigint[]), retention_companies(),
  calls_of_phone(uuid, text, integer), erasure_next(), export_take(interval), exports_expire() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION files_to_remove(integer), files_removed(bigint[], bigint[]), retention_companies(),
  calls_of_phone(uuid, text, integer), erasure_next(), export_take(interval), exports_expire() TO dialix_app;
