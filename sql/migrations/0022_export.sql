-- A company's data handed over (0019), as the analyzers make it: how far one is, why it failed, and nothing left behind
-- by who died at it.

-- progress: percent. failure, failure_code: for people, for programs. deleted_at: the company took it away; its file and
-- the row for the API are gone.
ALTER TABLE company_export
  ADD COLUMN progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  ADD COLUMN failure_code text,
  ADD COLUMN started_at timestamptz,
  ADD COLUMN deleted_at timestamptz;

-- All calls of a company, deleted and erased ones too, one page after another.
CREATE INDEX idx_record_company ON record (company_id, id);

-- As in 0019, under a name that can't be guessed and is nobody's but this attempt's: an attempt that was presumed dead
-- can't write into its successor's file. What the one before it may have left on disk is removed.
CREATE OR REPLACE FUNCTION export_take(p_lease interval)
  RETURNS TABLE (id uuid, company_id uuid, lease_token uuid, with_audio boolean, losses integer, file text)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  WITH due AS (
    SELECT e.id, e.file FROM company_export e
     WHERE e.state = 'queued' OR (e.state = 'running' AND e.lease_until < clock_timestamp())
     ORDER BY e.created_at, e.id LIMIT 1 FOR UPDATE SKIP LOCKED
  ), taken AS (
    UPDATE company_export e
       SET losses = e.losses + (e.state = 'running')::integer, state = 'running', lease_token = gen_random_uuid(),
           lease_until = clock_timestamp() + p_lease, progress = 0, started_at = clock_timestamp(),
           file = 'exports/' || e.company_id || '/' || gen_random_uuid() || '.zip'
      FROM due WHERE e.id = due.id
    RETURNING e.id, e.company_id, e.lease_token, e.with_audio, e.losses, e.file, due.file AS left_behind
  ), cleared AS (
    INSERT INTO file_removal (company_id, path)
    SELECT t.company_id, t.left_behind || f.ending FROM taken t CROSS JOIN (VALUES (''), ('.part')) AS f (ending)
     WHERE t.left_behind IS NOT NULL
  )
  SELECT t.id, t.company_id, t.lease_token, t.with_audio, t.losses, t.file FROM taken t
$$;

-- As in 0019, and noted in the activity log.
CREATE OR REPLACE FUNCTION exports_expire() RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  WITH old AS (
    SELECT id, company_id, file FROM company_export WHERE state = 'done' AND expires_at < now() FOR UPDATE SKIP LOCKED
  ), gone AS (
    UPDATE company_export e SET state = 'expired', file = NULL FROM old WHERE e.id = old.id
    RETURNING e.id, old.company_id, old.file
  ), queued AS (
    INSERT INTO file_removal (company_id, path) SELECT company_id, file FROM gone
  ), noted AS (
    SELECT note_activity(jsonb_build_object('id', gen_random_uuid()), company_id, 'export.expire', 'export', id, NULL, NULL) FROM gone
  )
  SELECT count(*) FROM noted
$$;

-- As in 0019, and the file that an export is being written to is no orphan either.
CREATE OR REPLACE FUNCTION audio_orphans(p_paths text[]) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT path FROM unnest(p_paths) AS path
  WHERE NOT EXISTS (SELECT FROM record WHERE audio_path = path AND deleted_at IS NULL)
    AND NOT EXISTS (SELECT FROM company_export WHERE file = regexp_replace(path, '\.part$', '') AND state IN ('running', 'done'))
$$;
