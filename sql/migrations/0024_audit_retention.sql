-- How long a company wants its part of the activity log kept: shorter than the installation (AUDIT_RETENTION_DAYS), never
-- shorter than 90 days. An entry that leaves before its batch leaves its stamp, and a signed note of its removal.

ALTER TABLE company_settings
  ADD COLUMN audit_retention_days integer CHECK (audit_retention_days BETWEEN 90 AND 36500);   -- null: the installation's

CREATE TABLE activity_removed (
  seq         bigint PRIMARY KEY REFERENCES activity_chain (seq) ON DELETE CASCADE,
  created_at  timestamptz NOT NULL,   -- when the entry was made
  removed_at  timestamptz NOT NULL,
  key_id      text NOT NULL,
  signature   bytea NOT NULL          -- of all of these and the entry's stamp
);
ALTER TABLE activity_removed ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform_read ON activity_removed FOR SELECT USING (app_is_platform());
GRANT SELECT ON activity_removed TO dialix_app;

-- Removes single entries that are older than their company wants them kept, all or none. With audit_remove the only way by
-- which an entry leaves.
CREATE FUNCTION audit_remove_entries(p_seqs bigint[], p_removed_at timestamptz, p_key_id text, p_signatures bytea[]) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  removed bigint;
BEGIN
  WITH gone AS (
    DELETE FROM activity_log l USING activity_chain c, company_settings s
     WHERE c.seq = ANY (p_seqs) AND l.id = c.log_id AND s.company_id = l.company_id AND s.audit_retention_days >= 90
       AND l.created_at < p_removed_at - make_interval(days => s.audit_retention_days)
    RETURNING c.seq, l.created_at),
  noted AS (
    INSERT INTO activity_removed (seq, created_at, removed_at, key_id, signature)
    SELECT gone.seq, gone.created_at, p_removed_at, p_key_id, e.signature
      FROM unnest(p_seqs, p_signatures) AS e (seq, signature) JOIN gone ON gone.seq = e.seq
    RETURNING 1)
  SELECT count(*) INTO removed FROM noted;
  IF abs(extract(epoch FROM clock_timestamp() - p_removed_at)) > 3600 OR removed <> cardinality(p_seqs) THEN
    RAISE insufficient_privilege USING MESSAGE = 'not all of these entries of the activity log may be removed';
  END IF;
  RETURN removed;
END $$;
REVOKE ALL ON FUNCTION audit_remove_entries(bigint[], timestamptz, text, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_remove_entries(bigint[], timestamptz, text, bytea[]) TO dialix_app;
