-- The tree of companies: who is above whom, who is blocked with whom, what a company may use, and who pays.
--
-- `path` are a company's ancestors and itself, from the root down; `is_open` is whether it and everything above it is
-- neither blocked nor deleted. Both are kept by triggers, whoever changes the tree, and the application cannot write them.
-- Changes of the tree come one after another (company_lock_tree), and companies' rows are locked from the root down.

ALTER TABLE company
  ADD COLUMN path uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN is_open boolean NOT NULL DEFAULT true,
  -- Who blocked it: what the platform blocked a parent's administrator cannot unblock.
  ADD COLUMN blocked_by text CHECK (blocked_by IN ('platform', 'parent')),
  ADD COLUMN block_reason text NOT NULL DEFAULT '' CHECK (length(block_reason) <= 500),
  ADD COLUMN shares_parent_balance boolean NOT NULL DEFAULT false,
  -- What the company and all below it may use: {"max_accounts", "max_branches", "max_minutes_per_month",
  -- "max_concurrent_jobs"}, absent: as much as it likes. The lower of the platform's and the parent's counts.
  ADD COLUMN limits jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN limits_by_parent jsonb NOT NULL DEFAULT '{}',
  ADD CONSTRAINT company_cycle CHECK (parent_id <> id),
  ADD CONSTRAINT company_shares_with_parent CHECK (parent_id IS NOT NULL OR NOT shares_parent_balance);

WITH RECURSIVE tree AS (
  SELECT id, ARRAY[id] AS path, is_active AND deleted_at IS NULL AS is_open FROM company WHERE parent_id IS NULL
  UNION ALL
  SELECT c.id, t.path || c.id, t.is_open AND c.is_active AND c.deleted_at IS NULL
    FROM company c JOIN tree t ON c.parent_id = t.id WHERE c.id <> ALL (t.path)
)
UPDATE company c SET path = t.path, is_open = t.is_open, blocked_by = CASE WHEN NOT c.is_active THEN 'platform' END
  FROM tree t WHERE t.id = c.id;
CREATE INDEX idx_company_path ON company USING gin (path) WITH (fastupdate = off);

REVOKE UPDATE ON company FROM dialix_app;
GRANT UPDATE (parent_id, name, is_active, currency, balance_minor, reserved_minor, price_per_minute_minor, updated_at, deleted_at,
              blocked_by, block_reason, shares_parent_balance, limits, limits_by_parent) ON company TO dialix_app;

-- ---- the tree ------------------------------------------------------------------------------------------------

CREATE FUNCTION company_max_depth() RETURNS integer LANGUAGE sql IMMUTABLE RETURN 8;

-- The first statement of a transaction that changes the tree: what it reads next is then what it changes.
CREATE FUNCTION company_lock_tree() RETURNS void
  LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_xact_lock(hashtextextended('company tree', 0)) $$;

CREATE FUNCTION company_in_scope(p_company uuid) RETURNS boolean
  LANGUAGE sql STABLE RETURN app_is_platform() OR coalesce(p_company = ANY (app_company_ids()), false);

-- How many levels stand below a company.
CREATE FUNCTION company_height(p_company uuid) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT coalesce(max(cardinality(d.path)) - min(cardinality(d.path)), 0) FROM company d WHERE d.path @> ARRAY[p_company]
$$;

CREATE FUNCTION company_place() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  above company;
BEGIN
  PERFORM company_lock_tree();
  SELECT * INTO above FROM company WHERE id = NEW.parent_id;
  IF NEW.id = ANY (above.path) THEN
    RAISE EXCEPTION 'company % would be above itself', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'company_cycle';
  END IF;
  IF cardinality(above.path) + 1 + company_height(NEW.id) > company_max_depth() THEN
    RAISE EXCEPTION 'company % would stand too deep', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'company_depth';
  END IF;
  IF NEW.shares_parent_balance AND above.currency <> NEW.currency THEN
    RAISE EXCEPTION 'company % has another currency than its parent', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'company_shares_currency';
  END IF;
  NEW.path := coalesce(above.path, '{}') || NEW.id;
  NEW.is_open := NEW.is_active AND NEW.deleted_at IS NULL AND coalesce(above.is_open, true);
  RETURN NEW;
END $$;
CREATE TRIGGER place BEFORE INSERT OR UPDATE OF parent_id, is_active, deleted_at, currency, shares_parent_balance ON company
  FOR EACH ROW EXECUTE FUNCTION company_place();

-- What changed at a company holds for all below it. Sessions of people whose company is not open any more end.
CREATE FUNCTION company_spread() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE company d SET path = w.path, is_open = w.is_open
    FROM (SELECT b.id, p.path, NOT EXISTS (SELECT FROM company a WHERE a.id = ANY (p.path)
                                             AND NOT (a.is_active AND a.deleted_at IS NULL)) AS is_open
            FROM company b
           CROSS JOIN LATERAL (SELECT NEW.path || b.path[cardinality(OLD.path) + 1 :] AS path) AS p
           WHERE b.path @> ARRAY[NEW.id] AND b.id <> NEW.id) AS w
   WHERE d.id = w.id AND (d.path, d.is_open) IS DISTINCT FROM (w.path, w.is_open);
  DELETE FROM session s USING account a, company c
   WHERE s.account_id = a.id AND a.company_id = c.id AND c.path @> ARRAY[NEW.id] AND NOT c.is_open;
  RETURN NULL;
END $$;
CREATE TRIGGER spread AFTER UPDATE OF parent_id, is_active, deleted_at ON company FOR EACH ROW
  WHEN ((OLD.path, OLD.is_open) IS DISTINCT FROM (NEW.path, NEW.is_open)) EXECUTE FUNCTION company_spread();

-- Who administers a company remembers what is below it (and whether that is open), so every ancestor's `access` is told of
-- a change of the tree, the old ones' as well.
CREATE OR REPLACE FUNCTION note_company() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM note_change(above || ':access') FROM unnest(NEW.path) AS above;
    RETURN NULL;
  END IF;
  IF (OLD.balance_minor, OLD.reserved_minor, OLD.price_per_minute_minor, OLD.currency, OLD.shares_parent_balance)
     IS DISTINCT FROM
     (NEW.balance_minor, NEW.reserved_minor, NEW.price_per_minute_minor, NEW.currency, NEW.shares_parent_balance) THEN
    PERFORM note_change(NEW.id || ':billing');
  END IF;
  IF OLD.price_per_minute_minor IS DISTINCT FROM NEW.price_per_minute_minor THEN   -- shown with the settings
    PERFORM note_change(NEW.id || ':settings');
  END IF;
  IF (OLD.name, OLD.parent_id, OLD.is_active, OLD.currency, OLD.deleted_at) IS DISTINCT FROM
     (NEW.name, NEW.parent_id, NEW.is_active, NEW.currency, NEW.deleted_at) THEN
    PERFORM note_change(NEW.id || ':access');
  END IF;
  IF (OLD.path, OLD.is_open, OLD.deleted_at) IS DISTINCT FROM (NEW.path, NEW.is_open, NEW.deleted_at) THEN
    PERFORM note_change(above || ':access') FROM (SELECT DISTINCT unnest(OLD.path || NEW.path) AS above) AS every;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_insert AFTER INSERT ON company FOR EACH ROW EXECUTE FUNCTION note_company();

-- ---- who is calling ------------------------------------------------------------------------------------------

-- The companies below this one, as an administrator's reach is remembered: id and '+' (open) or '-', 37 characters each,
-- in order; '' where there are none.
CREATE FUNCTION company_branches(p_company uuid) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT coalesce(string_agg(d.id || CASE WHEN d.is_open THEN '+' ELSE '-' END, '' ORDER BY d.id), '')
    FROM company d WHERE d.path @> ARRAY[p_company] AND d.id <> p_company AND d.deleted_at IS NULL
$$;

CREATE OR REPLACE FUNCTION auth_find_login(p_email text)
  RETURNS TABLE (account_id uuid, company_id uuid, password_hash text, is_active boolean, company_active boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT a.id, a.company_id, a.password_hash, a.is_active, coalesce(c.is_open, true)
  FROM account a LEFT JOIN company c ON c.id = a.company_id
  WHERE lower(a.email) = lower(p_email) AND a.deleted_at IS NULL
$$;

-- As before, and: the company and all above it are open; `branches` of those who administer the company.
DROP FUNCTION auth_find_session(bytea, interval);
CREATE FUNCTION auth_find_session(p_token_hash bytea, p_idle interval)
  RETURNS TABLE (session_id uuid, account_id uuid, company_id uuid, role text, operator_id uuid, email text,
                 name text, language text, granted text[], denied text[], branches text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
  seen timestamptz;
BEGIN
  SELECT s.id, a.id, a.company_id, a.role, a.operator_id, a.email, a.name, a.language,
         a.permissions_granted, a.permissions_denied, s.last_seen_at
    INTO session_id, account_id, company_id, role, operator_id, email, name, language, granted, denied, seen
    FROM session s
    JOIN account a ON a.id = s.account_id AND a.is_active AND a.deleted_at IS NULL
    LEFT JOIN company c ON c.id = a.company_id
   WHERE s.token_hash = p_token_hash AND s.expires_at > now() AND s.last_seen_at > now() - p_idle
     AND (c.id IS NULL OR c.is_open);
  IF NOT FOUND THEN
    RETURN;
  END IF;
  branches := CASE WHEN role = 'company_admin' THEN company_branches(company_id) ELSE '' END;
  IF seen < now() - interval '1 minute' THEN
    UPDATE session SET last_seen_at = now() WHERE id = session_id;
  END IF;
  RETURN NEXT;
END $$;

DROP FUNCTION auth_find_token(bytea);
CREATE FUNCTION auth_find_token(p_token_hash bytea)
  RETURNS TABLE (token_id uuid, account_id uuid, company_id uuid, role text, operator_id uuid, email text,
                 name text, language text, granted text[], denied text[], scopes text[], branches text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT t.id, a.id, a.company_id, a.role, a.operator_id, a.email, a.name, a.language,
         a.permissions_granted, a.permissions_denied, t.scopes,
         CASE WHEN a.role = 'company_admin' THEN company_branches(a.company_id) ELSE '' END
  FROM api_token t
  JOIN account a ON a.id = t.account_id AND a.is_active AND a.deleted_at IS NULL
  LEFT JOIN company c ON c.id = a.company_id
  WHERE t.token_hash = p_token_hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
    AND (c.id IS NULL OR c.is_open)
$$;

-- ---- limits --------------------------------------------------------------------------------------------------

-- Audio that was accepted in a month of the company's calendar.
CREATE TABLE company_usage (
  company_id  uuid NOT NULL REFERENCES company (id),
  month       date NOT NULL,
  audio_ms    bigint NOT NULL CHECK (audio_ms >= 0),
  PRIMARY KEY (company_id, month)
);
CALL enable_tenancy('company_usage');
GRANT SELECT ON company_usage TO dialix_app;

ALTER TABLE job
  ADD COLUMN payer_id uuid REFERENCES company (id),        -- whose money is reserved; null: the company's own
  ADD COLUMN counted_ms bigint NOT NULL DEFAULT 0 CHECK (counted_ms >= 0),   -- what it added to company_usage,
  ADD COLUMN counted_month date;                           -- and where
CREATE INDEX idx_job_company_live ON job (company_id) WHERE state IN ('queued', 'running');
-- The application makes jobs and moves them on; what they cost is decided by billing_reserve.
REVOKE UPDATE ON job FROM dialix_app;
GRANT UPDATE (state, attempts, losses, run_at, leased_by, lease_token, lease_until, last_error, finished_at) ON job TO dialix_app;

-- One limit of one company's row: the lower of the two that were set, null: none.
CREATE FUNCTION company_limit(p_limits jsonb, p_by_parent jsonb, p_limit text) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN least((p_limits ->> p_limit)::bigint, (p_by_parent ->> p_limit)::bigint);

-- All four as the API shows them.
CREATE FUNCTION company_limits_json(p_limits jsonb, p_by_parent jsonb) RETURNS json
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN json_build_object('max_accounts', company_limit(p_limits, p_by_parent, 'max_accounts'),
                           'max_branches', company_limit(p_limits, p_by_parent, 'max_branches'),
                           'max_minutes_per_month', company_limit(p_limits, p_by_parent, 'max_minutes_per_month'),
                           'max_concurrent_jobs', company_limit(p_limits, p_by_parent, 'max_concurrent_jobs'));

-- What a company and all below it use of a limit; of minutes the milliseconds.
CREATE FUNCTION company_used(p_company uuid, p_limit text) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  every uuid[] := ARRAY(SELECT id FROM company WHERE path @> ARRAY[p_company] AND deleted_at IS NULL);
BEGIN
  RETURN CASE p_limit
    WHEN 'max_accounts' THEN (SELECT count(*) FROM account a WHERE a.company_id = ANY (every) AND a.deleted_at IS NULL)
    WHEN 'max_branches' THEN cardinality(every) - 1
    WHEN 'max_concurrent_jobs' THEN
      (SELECT count(*) FROM job j WHERE j.company_id = ANY (every) AND j.state IN ('queued', 'running'))
    WHEN 'max_minutes_per_month' THEN
      (SELECT coalesce(sum(u.audio_ms), 0) FROM company_usage u
        WHERE u.company_id = ANY (every) AND u.month = date_trunc('month', company_day(p_company, now()))::date)
  END;
END $$;

-- Whether p_more of p_limit ("max_accounts", …; of minutes milliseconds) fit into what the company and everything above it may have. Null: they do;
-- else the number that would be passed. Call it in the transaction that then uses it, before: it locks the companies whose
-- limit it is (from the root down) until the commit, so two transactions cannot take the last place. p_moving: a branch that
-- comes from elsewhere, with what it has (p_more is then not looked at); what is above it already has counted it.
CREATE FUNCTION company_check_limit(p_company uuid, p_limit text, p_more bigint DEFAULT 1, p_moving uuid DEFAULT NULL)
  RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  holder company;
  more bigint := CASE WHEN p_moving IS NULL THEN p_more ELSE company_used(p_moving, p_limit) + (p_limit = 'max_branches')::integer END;
  most bigint;
BEGIN
  IF NOT company_in_scope(p_company) THEN
    RETURN 0;
  END IF;
  FOR holder IN
    SELECT * FROM company c
     WHERE c.id = ANY ((SELECT path FROM company WHERE id = p_company)::uuid[])
       AND (c.limits ->> p_limit IS NOT NULL OR c.limits_by_parent ->> p_limit IS NOT NULL)
       AND c.id <> ALL (coalesce((SELECT path FROM company WHERE id = p_moving), '{}'::uuid[]))
     ORDER BY cardinality(c.path) FOR NO KEY UPDATE
  LOOP
    most := company_limit(holder.limits, holder.limits_by_parent, p_limit);
    IF company_used(holder.id, p_limit) + more > most * (CASE p_limit WHEN 'max_minutes_per_month' THEN 60000 ELSE 1 END) THEN
      RETURN most;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- ---- money ---------------------------------------------------------------------------------------------------

-- A charge of a branch that shares its parent's balance stands in the payer's ledger and names the branch.
ALTER TABLE transaction ADD COLUMN branch_id uuid REFERENCES company (id);
CREATE INDEX idx_transaction_branch ON transaction (branch_id, created_at DESC) WHERE branch_id IS NOT NULL;

-- Who pays for a company's calls: itself, or the nearest above it that does not share its own parent's balance.
CREATE FUNCTION billing_payer(p_company uuid) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT p.id FROM company c JOIN company p ON p.id = ANY (c.path)
  WHERE c.id = p_company AND NOT p.shares_parent_balance
  ORDER BY cardinality(p.path) DESC LIMIT 1
$$;

-- The money that a company's calls are paid from; nothing where the transaction may not see the company.
CREATE FUNCTION billing_balance(p_company uuid)
  RETURNS TABLE (payer_id uuid, balance_minor bigint, reserved_minor bigint, currency text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT p.id, p.balance_minor, p.reserved_minor, p.currency FROM company p
  WHERE p.id = billing_payer(p_company) AND company_in_scope(p_company)
$$;

CREATE FUNCTION billing_lock(VARIADIC p_companies uuid[]) RETURNS void
  LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM company WHERE id = ANY (p_companies) ORDER BY cardinality(path) FOR NO KEY UPDATE;
END $$;

-- Takes what one job needs, or nothing: its price from whoever pays, its audio and itself from the limits. One row:
-- refused is null, "balance" (available_minor says how much there is) or the limit that would be passed (most).
-- No row where not p_go, or where the transaction may not see the company. p_audio_ms: 0 for what is counted already.
CREATE FUNCTION billing_reserve(p_go boolean, p_company uuid, p_cost bigint, p_audio_ms bigint)
  RETURNS TABLE (payer_id uuid, refused text, most bigint, available_minor bigint, counted_month date)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_variable
DECLARE
  own company;
  kind text;
BEGIN
  IF NOT p_go OR p_cost < 0 OR p_audio_ms < 0 OR NOT company_in_scope(p_company) THEN
    RETURN;
  END IF;
  SELECT * INTO own FROM company c WHERE c.id = p_company AND c.deleted_at IS NULL;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  payer_id := CASE WHEN own.shares_parent_balance THEN billing_payer(p_company) ELSE p_company END;
  counted_month := date_trunc('month', company_day(p_company, now()))::date;
  PERFORM FROM company c
    WHERE c.id = ANY (own.path) AND (c.id IN (p_company, payer_id) OR c.limits <> '{}' OR c.limits_by_parent <> '{}')
    ORDER BY cardinality(c.path) FOR NO KEY UPDATE;
  FOREACH kind IN ARRAY ARRAY['max_concurrent_jobs', 'max_minutes_per_month'] LOOP
    most := company_check_limit(p_company, kind, CASE kind WHEN 'max_concurrent_jobs' THEN 1 ELSE p_audio_ms END);
    IF most IS NOT NULL THEN
      refused := kind;
      RETURN NEXT;
      RETURN;
    END IF;
  END LOOP;
  UPDATE company c SET reserved_minor = c.reserved_minor + p_cost
   WHERE c.id = payer_id AND c.balance_minor - c.reserved_minor >= p_cost
  RETURNING c.balance_minor - c.reserved_minor INTO available_minor;
  IF NOT FOUND THEN
    refused := 'balance';
    SELECT c.balance_minor - c.reserved_minor INTO available_minor FROM company c WHERE c.id = payer_id;
  ELSIF p_audio_ms > 0 THEN
    INSERT INTO company_usage AS u VALUES (p_company, counted_month, p_audio_ms)
    ON CONFLICT (company_id, month) DO UPDATE SET audio_ms = u.audio_ms + excluded.audio_ms;
  END IF;
  RETURN NEXT;
END $$;

-- Before other rows are written for a job whose payer is another company: companies are locked from the root down.
CREATE FUNCTION billing_hold(p_job uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held job;
BEGIN
  SELECT * INTO held FROM job WHERE id = p_job AND company_in_scope(company_id);
  IF held.payer_id <> held.company_id THEN
    PERFORM billing_lock(held.company_id, held.payer_id);
  END IF;
END $$;

-- Charges what a job has reserved; a job is charged once (idx_transaction_charge). The transaction must see the job's
-- company and hold the job's row.
CREATE FUNCTION billing_charge(p_job uuid, p_id uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held job;
  payer uuid;
  left_minor bigint;
BEGIN
  SELECT * INTO held FROM job WHERE id = p_job AND state = 'running' AND company_in_scope(company_id);
  IF NOT FOUND OR held.reserved_minor = 0 THEN
    RETURN;
  END IF;
  payer := coalesce(held.payer_id, held.company_id);
  UPDATE company c SET balance_minor = c.balance_minor - held.reserved_minor, reserved_minor = c.reserved_minor - held.reserved_minor
   WHERE c.id = payer RETURNING c.balance_minor INTO left_minor;
  INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor, record_id, job_id, branch_id)
  VALUES (p_id, payer, 'charge', -held.reserved_minor, left_minor, held.record_id, held.id,
          CASE WHEN payer <> held.company_id THEN held.company_id END);
END $$;

-- Ends a job that will not be done (failed, cancelled) and gives back what it has taken; one that has ended already, or
-- whose company the transaction may not see, stays as it is.
CREATE FUNCTION billing_end_job(p_job uuid, p_state text, p_error text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  ended job;
BEGIN
  UPDATE job SET state = p_state, lease_token = NULL, lease_until = NULL, last_error = coalesce(p_error, last_error),
                 finished_at = now()
   WHERE id = p_job AND state IN ('queued', 'running') AND p_state IN ('failed', 'cancelled') AND company_in_scope(company_id)
  RETURNING * INTO ended;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM billing_lock(ended.company_id, coalesce(ended.payer_id, ended.company_id));
  IF ended.reserved_minor > 0 THEN
    UPDATE company c SET reserved_minor = c.reserved_minor - ended.reserved_minor
     WHERE c.id = coalesce(ended.payer_id, ended.company_id);
  END IF;
  UPDATE company_usage u SET audio_ms = greatest(u.audio_ms - ended.counted_ms, 0)
   WHERE u.company_id = ended.company_id AND u.month = ended.counted_month AND ended.counted_ms > 0;
END $$;

-- Whether a call was paid for, whoever paid.
CREATE FUNCTION billing_is_charged(p_record uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM transaction x JOIN record r ON r.id = x.record_id
                 WHERE x.record_id = p_record AND x.type = 'charge' AND company_in_scope(r.company_id))
$$;

REVOKE ALL ON FUNCTION company_height(uuid), company_place(), company_spread(), company_branches(uuid), auth_find_session(bytea, interval),
  auth_find_token(bytea), company_used(uuid, text), company_check_limit(uuid, text, bigint, uuid), billing_payer(uuid),
  billing_balance(uuid), billing_lock(uuid[]), billing_reserve(boolean, uuid, bigint, bigint), billing_hold(uuid),
  billing_charge(uuid, uuid), billing_end_job(uuid, text, text), billing_is_charged(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth_find_session(bytea, interval), auth_find_token(bytea),
  company_check_limit(uuid, text, bigint, uuid), billing_balance(uuid), billing_reserve(boolean, uuid, bigint, bigint),
  billing_hold(uuid), billing_charge(uuid, uuid), billing_end_job(uuid, text, text), billing_is_charged(uuid) TO dialix_app;
