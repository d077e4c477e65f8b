-- The job queue and the ledger. A record, its job and the reservation of what it costs are written in one
-- transaction; what the analysis found, the charge and the job's end are written in another.

CREATE TABLE job (
  id              uuid PRIMARY KEY,
  company_id      uuid NOT NULL REFERENCES company (id),
  record_id       uuid NOT NULL REFERENCES record (id),
  state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  reserved_minor  bigint NOT NULL CHECK (reserved_minor >= 0),
  attempts        integer NOT NULL DEFAULT 0,   -- tries that ended in an error
  losses          integer NOT NULL DEFAULT 0,   -- leases that ran out: the analyzer died or hung
  run_at          timestamptz NOT NULL DEFAULT now(),
  leased_by       text,
  lease_token     uuid,
  lease_until     timestamptz,
  last_error      text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  finished_at     timestamptz,
  CHECK ((state = 'running') = (lease_token IS NOT NULL))
);
CREATE INDEX idx_job_queued ON job (run_at, id) WHERE state = 'queued';
CREATE INDEX idx_job_running ON job (lease_until) WHERE state = 'running';
CREATE UNIQUE INDEX idx_job_live ON job (record_id) WHERE state IN ('queued', 'running');
CREATE INDEX idx_job_record ON job (record_id);

CREATE TABLE transaction (
  id                   uuid PRIMARY KEY,
  company_id           uuid NOT NULL REFERENCES company (id),
  type                 text NOT NULL CHECK (type IN ('topup', 'charge', 'adjustment')),
  amount_minor         bigint NOT NULL,   -- what it added to the balance: negative for a charge
  balance_after_minor  bigint NOT NULL,
  record_id            uuid REFERENCES record (id),
  job_id               uuid REFERENCES job (id),
  account_id           uuid REFERENCES account (id),
  comment              text NOT NULL DEFAULT '',
  created_at           timestamptz NOT NULL DEFAULT now(),
  CHECK (type <> 'charge' OR (amount_minor <= 0 AND job_id IS NOT NULL))
);
CREATE INDEX idx_transaction_owner_type ON transaction (company_id, type, created_at DESC, id DESC);
CREATE INDEX idx_transaction_created_at ON transaction (company_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX idx_transaction_charge ON transaction (job_id) WHERE type = 'charge';
CREATE INDEX idx_transaction_record ON transaction (record_id);

CALL enable_tenancy('job');
CALL enable_tenancy('transaction');
GRANT SELECT, INSERT, UPDATE ON job TO dialix_app;
GRANT SELECT, INSERT ON transaction TO dialix_app;

-- Takes up to p_count jobs of any tenant whose time has come or whose lease ran out. A job whose lease ran out
-- too often is handed over with losses > p_max_losses: the taker must fail it and not run it.
CREATE FUNCTION job_take(p_worker text, p_lease interval, p_count integer)
  RETURNS TABLE (job_id uuid, company_id uuid, record_id uuid, lease_token uuid, attempts integer, losses integer)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  WITH due AS (
    SELECT j.id FROM job j
    WHERE (j.state = 'queued' AND j.run_at <= now()) OR (j.state = 'running' AND j.lease_until < now())
    ORDER BY j.run_at, j.id
    LIMIT p_count
    FOR UPDATE SKIP LOCKED
  )
  UPDATE job j
     SET losses = j.losses + CASE WHEN j.state = 'running' THEN 1 ELSE 0 END,
         state = 'running', leased_by = p_worker, lease_token = gen_random_uuid(), lease_until = now() + p_lease
    FROM due WHERE j.id = due.id
  RETURNING j.id, j.company_id, j.record_id, j.lease_token, j.attempts, j.losses
$$;

-- Milliseconds until the next queued or leased job is due; null where there is none.
CREATE FUNCTION job_next_due_ms() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT (extract(epoch FROM least(
           (SELECT min(run_at) FROM job WHERE state = 'queued'),
           (SELECT min(lease_until) FROM job WHERE state = 'running')) - now()) * 1000)::bigint
$$;

-- Renews the leases that still hold; gives back the jobs that do. The others were taken by somebody or cancelled.
CREATE FUNCTION job_heartbeat(p_jobs uuid[], p_tokens uuid[], p_lease interval) RETURNS SETOF uuid
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  UPDATE job j SET lease_until = now() + p_lease
    FROM unnest(p_jobs, p_tokens) AS held (id, token)
   WHERE j.id = held.id AND j.lease_token = held.token AND j.state = 'running'
  RETURNING j.id
$$;

-- The first statement of whatever writes on behalf of a job: fails the transaction unless the lease still holds,
-- and keeps the job's row locked until the commit, so nobody can take it meanwhile.
CREATE FUNCTION job_hold(p_job uuid, p_token uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM 1 FROM job WHERE id = p_job AND state = 'running' AND lease_token = p_token FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'lease of job % is lost', p_job USING ERRCODE = 'DX001';
  END IF;
END $$;

-- Depth and age of the queue over all tenants, for metrics and health.
CREATE FUNCTION job_stats()
  RETURNS TABLE (queued bigint, running bigint, failed_last_hour bigint, oldest_queued_s double precision)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT (SELECT count(*) FROM job WHERE state = 'queued'),
         (SELECT count(*) FROM job WHERE state = 'running'),
         (SELECT count(*) FROM job WHERE state = 'failed' AND finished_at > now() - interval '1 hour'),
         (SELECT extract(epoch FROM now() - min(created_at)) FROM job WHERE state = 'queued' AND run_at <= now())
$$;
CREATE INDEX idx_job_failed ON job (finished_at) WHERE state = 'failed';

-- Which of these stored files no record speaks of; the analyzer's sweep removes them.
CREATE FUNCTION audio_orphans(p_paths text[]) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT path FROM unnest(p_paths) AS path
  WHERE NOT EXISTS (SELECT FROM record WHERE audio_path = path AND deleted_at IS NULL)
$$;

REVOKE ALL ON FUNCTION job_take(text, interval, integer), job_heartbeat(uuid[], uuid[], interval), job_next_due_ms(), job_stats(), audio_orphans(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION job_take(text, interval, integer), job_heartbeat(uuid[], uuid[], interval), job_next_due_ms(), job_stats(), audio_orphans(text[]) TO dialix_app;
