-- The activity log as evidence: nobody writes a secret or a time of their own into it, and what is in it is sealed.
--
-- Each entry is noted in activity_unsealed by the transaction that writes it, so what is committed waits there until
-- it is sealed, in whatever order transactions end. A sealer (fcgi-app/audit/) takes what it sees in steps: each
-- entry gets the next number, the SHA-256 of all its columns and a stamp, a keyed hash (HMAC) of the two; a step ends
-- with a signed seal over all stamps so far. The keys are the programs' own, so that not even a superuser of this
-- database can make a stamp. Writers of entries take no lock and wait for nobody.

-- ---- What is never written ----------------------------------------------------------------------------------------

-- True for the name of a field whose value is a secret: "password", "newPassword", "api_key", "token_hash"; not for
-- "token_id", "password_changed_at", "keywords".
CREATE FUNCTION is_secret_name(p_name text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN lower(regexp_replace(p_name, '([a-z0-9])([A-Z])', '\1_\2', 'g'))
    ~ '(^|[_.\s-])(password|passwd|passphrase|pwd|secrets?|tokens?|hash|salt|cipher|ciphertext|encrypted|authorization|cookies?|bearer|jwt|keys?|apikey|totp|otp|pin|credentials?|private|recovery_codes?|signature)([_.\s-](hash|cipher|ciphertext|encrypted|enc|plain|value|code|codes|new|old|current|previous|next|confirmation))*$';

-- The same document with secrets as "***", of phone numbers the last four digits, and long numbers in titles (a
-- file's name may have the phone in it) the same way: an entry outlives the call, and can't be erased.
CREATE FUNCTION audit_mask(p_value jsonb) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  CASE jsonb_typeof(p_value)
    WHEN 'object' THEN
      RETURN (SELECT coalesce(jsonb_object_agg(f.key,
                       CASE WHEN jsonb_typeof(f.value) IN ('boolean', 'null') THEN f.value
                            WHEN is_secret_name(f.key) THEN '"***"'
                            WHEN jsonb_typeof(f.value) <> 'string' THEN audit_mask(f.value)
                            WHEN lower(f.key) ~ 'phone' THEN to_jsonb(regexp_replace(f.value #>> '{}', '[0-9](?=[0-9]{4})', '*', 'g'))
                            WHEN lower(f.key) ~ '(^|_)(title|file|file_?name)$'
                              THEN to_jsonb(regexp_replace(f.value #>> '{}', '[0-9]{3,}([0-9]{4})', '***\1', 'g'))
                            ELSE f.value END), '{}')
                FROM jsonb_each(p_value) AS f);
    WHEN 'array' THEN
      RETURN (SELECT coalesce(jsonb_agg(audit_mask(e.value) ORDER BY e.n), '[]')
                FROM jsonb_array_elements(p_value) WITH ORDINALITY AS e (value, n));
    ELSE
      RETURN p_value;
  END CASE;
END $$;

-- ---- Waiting to be sealed -----------------------------------------------------------------------------------------

CREATE TABLE activity_unsealed (log_id uuid PRIMARY KEY);
INSERT INTO activity_unsealed SELECT id FROM activity_log;

CREATE FUNCTION enter_activity() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  NEW.created_at := clock_timestamp();   -- whatever was given
  NEW.before := audit_mask(NEW.before);
  NEW.after := audit_mask(NEW.after);
  INSERT INTO activity_unsealed VALUES (NEW.id);
  RETURN NEW;
END $$;
CREATE TRIGGER enter BEFORE INSERT ON activity_log FOR EACH ROW EXECUTE FUNCTION enter_activity();

-- ---- The chain ----------------------------------------------------------------------------------------------------

CREATE TABLE activity_seal (
  batch              bigint PRIMARY KEY CHECK (batch > 0),
  first_seq          bigint NOT NULL UNIQUE,
  last_seq           bigint NOT NULL CHECK (last_seq >= first_seq),
  previous_root      bytea NOT NULL,        -- that of the batch before; zeros before the first
  root               bytea NOT NULL,        -- a hash over all stamps so far
  newest_at          timestamptz NOT NULL,  -- of its entries
  drained            boolean NOT NULL,      -- nothing that could be seen was left waiting
  sealed_at          timestamptz NOT NULL,
  key_id             text NOT NULL,
  signature          bytea NOT NULL,
  removed_at         timestamptz,           -- its entries were too old to be kept; the seal stays
  removal_key_id     text,
  removal_signature  bytea,
  CHECK ((removed_at IS NULL) = (removal_key_id IS NULL) AND (removed_at IS NULL) = (removal_signature IS NULL))
);
CREATE INDEX idx_activity_seal_kept ON activity_seal (batch) WHERE removed_at IS NULL;
-- No reference to activity_log: an entry that is gone must leave its stamp behind.
CREATE TABLE activity_chain (
  seq       bigint PRIMARY KEY,
  log_id    uuid NOT NULL UNIQUE,
  row_hash  bytea NOT NULL,
  stamp     bytea NOT NULL
);
GRANT SELECT ON activity_unsealed, activity_seal, activity_chain TO dialix_app;

-- Writes a batch behind the last one. Fails where another was faster (activity_seal_pkey).
CREATE FUNCTION audit_seal(p_batch bigint, p_first_seq bigint, p_previous_root bytea, p_ids uuid[], p_hashes bytea[], p_stamps bytea[],
                           p_newest_at timestamptz, p_drained boolean, p_sealed_at timestamptz, p_key_id text, p_root bytea, p_signature bytea)
  RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  last activity_seal;
  taken integer;
BEGIN
  SELECT * INTO last FROM activity_seal ORDER BY batch DESC LIMIT 1;
  IF p_batch <> coalesce(last.batch, 0) + 1 OR p_first_seq <> coalesce(last.last_seq, 0) + 1
     OR p_previous_root IS DISTINCT FROM coalesce(last.root, p_previous_root) THEN
    RAISE unique_violation USING MESSAGE = 'the chain does not end there', CONSTRAINT = 'activity_seal_pkey';
  END IF;
  INSERT INTO activity_seal (batch, first_seq, last_seq, previous_root, root, newest_at, drained, sealed_at, key_id, signature)
  VALUES (p_batch, p_first_seq, p_first_seq + cardinality(p_ids) - 1, p_previous_root, p_root, p_newest_at,
          p_drained, p_sealed_at, p_key_id, p_signature);
  INSERT INTO activity_chain (seq, log_id, row_hash, stamp)
  SELECT p_first_seq + n - 1, id, hash, stamp FROM unnest(p_ids, p_hashes, p_stamps) WITH ORDINALITY AS e (id, hash, stamp, n);
  DELETE FROM activity_unsealed WHERE log_id = ANY (p_ids);
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF taken <> cardinality(p_ids) THEN
    RAISE unique_violation USING MESSAGE = 'some of it is sealed', CONSTRAINT = 'activity_seal_pkey';
  END IF;
END $$;

-- Removes the entries of the oldest batch that is kept, where all of them are older than p_days (90 at least), and
-- leaves its seal, with who removed it signed. The only way by which an entry leaves. Gives how many.
CREATE FUNCTION audit_remove(p_batch bigint, p_days integer, p_removed_at timestamptz, p_key_id text, p_signature bytea) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  oldest activity_seal;
  removed bigint;
BEGIN
  SELECT * INTO oldest FROM activity_seal WHERE removed_at IS NULL ORDER BY batch LIMIT 1 FOR UPDATE;
  IF p_days < 90 OR abs(extract(epoch FROM clock_timestamp() - p_removed_at)) > 3600 OR oldest.batch IS DISTINCT FROM p_batch
     OR oldest.newest_at >= p_removed_at - make_interval(days => p_days)
     OR EXISTS (SELECT FROM activity_chain c JOIN activity_log l ON l.id = c.log_id
                 WHERE c.seq BETWEEN oldest.first_seq AND oldest.last_seq
                   AND l.created_at >= p_removed_at - make_interval(days => p_days)) THEN
    RAISE insufficient_privilege USING MESSAGE = 'batch ' || p_batch || ' of the activity log may not be removed';
  END IF;
  DELETE FROM activity_log l USING activity_chain c
   WHERE c.seq BETWEEN oldest.first_seq AND oldest.last_seq AND l.id = c.log_id;
  GET DIAGNOSTICS removed = ROW_COUNT;
  DELETE FROM activity_chain WHERE seq BETWEEN oldest.first_seq AND oldest.last_seq;
  UPDATE activity_seal SET removed_at = p_removed_at, removal_key_id = p_key_id, removal_signature = p_signature WHERE batch = p_batch;
  RETURN removed;
END $$;

-- ---- Who looked at a call -----------------------------------------------------------------------------------------

-- A player asks for many pieces of a recording: one entry tells them all. Nothing to recover, so not logged.
CREATE UNLOGGED TABLE activity_recent (
  account_id   uuid NOT NULL,
  resource_id  uuid NOT NULL,
  action       text NOT NULL,
  noted_at     timestamptz NOT NULL,
  PRIMARY KEY (account_id, resource_id, action)
);
CREATE INDEX idx_activity_recent_noted_at ON activity_recent (noted_at);

-- As note_activity, of what is only read: once for each person, thing and action in p_every, also where many ask at
-- the same moment. Null.
CREATE FUNCTION note_access(p_context jsonb, p_company uuid, p_action text, p_resource_type text, p_resource_id uuid, p_every interval)
  RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  who uuid := (p_context ->> 'account_id')::uuid;
BEGIN
  IF NOT (p_company = ANY (coalesce(app_company_ids(), '{}')) OR app_is_platform()) THEN
    RAISE insufficient_privilege USING MESSAGE = 'another company''s';
  END IF;
  IF EXISTS (SELECT FROM activity_recent WHERE account_id = who AND resource_id = p_resource_id AND action = p_action
                AND noted_at > clock_timestamp() - p_every) THEN
    RETURN NULL;
  END IF;
  INSERT INTO activity_recent AS r VALUES (who, p_resource_id, p_action, clock_timestamp())
  ON CONFLICT (account_id, resource_id, action) DO UPDATE SET noted_at = excluded.noted_at
    WHERE r.noted_at <= excluded.noted_at - p_every;
  IF FOUND THEN
    PERFORM note_activity(p_context, p_company, p_action, p_resource_type, p_resource_id, NULL, NULL);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION forget_recent_activity(p_age interval) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  WITH gone AS (DELETE FROM activity_recent WHERE noted_at < clock_timestamp() - greatest(p_age, interval '1 day') RETURNING 1)
  SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION enter_activity(), audit_seal, audit_remove, note_access, forget_recent_activity FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_seal, audit_remove, note_access, forget_recent_activity TO dialix_app;

-- A platform administrator reads all companies' entries.
CREATE INDEX idx_activity_log_all ON activity_log (created_at DESC, id DESC);
