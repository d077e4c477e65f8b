-- What changed, and since when: the cache's word on what is fresh.
--
-- A scope names a part of the data that is read together: '<company>:records', 'account:<id>'. Row changes note
-- their scopes in the transaction (app.changes); changes_commit(), the last statement of every writing batch,
-- gives each of them a new version and says so on channel dialix_changes. Who writes without calling it is
-- covered by a deferred trigger, so nobody can change a row and leave its scope at the old version.
--
-- A version only grows, also over a restored backup: it is the time in microseconds, or one more than before.
-- Lock order of all transactions: record, job, company, rollups, and last data_version, sorted by scope.

CREATE TABLE data_version (
  scope       text PRIMARY KEY,
  version     bigint NOT NULL,
  changed_at  timestamptz NOT NULL
) WITH (fillfactor = 50);   -- updated in place, all the time

-- One row while a transaction has scopes noted; its deferred trigger fires at the commit. Nothing to recover.
CREATE UNLOGGED TABLE change_ticket (transaction_id xid8 NOT NULL);

CREATE FUNCTION note_change(p_scope text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  noted text := coalesce(current_setting('app.changes', true), '');
BEGIN
  IF noted = '' THEN
    INSERT INTO change_ticket VALUES (pg_current_xact_id());
  ELSIF position(' ' || p_scope || ' ' IN noted) > 0 THEN
    RETURN;
  END IF;
  PERFORM set_config('app.changes', CASE noted WHEN '' THEN ' ' ELSE noted END || p_scope || ' ', true);
END $$;

-- The new versions of what this transaction noted, "scope=version scope=version"; '' where it noted nothing.
CREATE FUNCTION changes_commit() RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  noted text := trim(coalesce(current_setting('app.changes', true), ''));
  published text;
BEGIN
  IF noted = '' THEN
    RETURN '';
  END IF;
  PERFORM set_config('app.changes', '', true);
  DELETE FROM change_ticket WHERE transaction_id = pg_current_xact_id();
  WITH bumped AS (
    INSERT INTO data_version AS v (scope, version, changed_at)
    SELECT scope, extract(epoch FROM clock_timestamp())::numeric * 1000000, clock_timestamp()
      FROM unnest(string_to_array(noted, ' ')) AS scope ORDER BY scope
    ON CONFLICT (scope) DO UPDATE SET version = greatest(v.version + 1, excluded.version),
                                      changed_at = excluded.changed_at
    RETURNING v.scope || '=' || v.version AS change
  )
  SELECT string_agg(change, ' '), max(pg_notify('dialix_changes', change)::text) INTO published FROM bumped;
  RETURN published;
END $$;

CREATE FUNCTION publish_changes() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM changes_commit();
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER publish AFTER INSERT ON change_ticket DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION publish_changes();

-- The versions of these scopes, in their order; 0 for one that never changed. Read before the data they speak of.
CREATE FUNCTION versions_of(p_scopes text[]) RETURNS bigint[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT array_agg(coalesce(v.version, 0) ORDER BY s.n)
    FROM unnest(p_scopes) WITH ORDINALITY AS s (scope, n) LEFT JOIN data_version v ON v.scope = s.scope
$$;

-- What changed lately, for who may have missed the notifications.
CREATE FUNCTION changes_since(p_age interval) RETURNS TABLE (scope text, version bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT v.scope, v.version FROM data_version v WHERE v.changed_at > now() - p_age
$$;

REVOKE ALL ON FUNCTION note_change(text), changes_commit(), publish_changes(), versions_of(text[]), changes_since(interval)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION changes_commit(), versions_of(text[]), changes_since(interval) TO dialix_app;

-- Notes '<company>:<kind>' for every company with a changed row, once a statement.
CREATE FUNCTION note_company_rows() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM note_change(c.company_id || ':' || TG_ARGV[0]) FROM (SELECT DISTINCT company_id FROM changed) AS c
    WHERE c.company_id IS NOT NULL;
  RETURN NULL;
END $$;

CREATE PROCEDURE watch_changes(target regclass, kind text)
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER note_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS changed '
                 'FOR EACH STATEMENT EXECUTE FUNCTION note_company_rows(%L)', target, kind);
  EXECUTE format('CREATE TRIGGER note_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS changed '
                 'FOR EACH STATEMENT EXECUTE FUNCTION note_company_rows(%L)', target, kind);
  EXECUTE format('CREATE TRIGGER note_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS changed '
                 'FOR EACH STATEMENT EXECUTE FUNCTION note_company_rows(%L)', target, kind);
END $$;

CALL watch_changes('record', 'records');
CALL watch_changes('transcript', 'records');
CALL watch_changes('result', 'records');
CALL watch_changes('result_answer', 'records');
CALL watch_changes('operator', 'operators');
CALL watch_changes('checklist', 'checklists');
CALL watch_changes('checklist_version', 'checklists');
CALL watch_changes('company_settings', 'settings');
CALL watch_changes('transaction', 'billing');

-- The company's row holds its balance, which moves with every call, beside what rarely changes.
CREATE FUNCTION note_company() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF (OLD.balance_minor, OLD.reserved_minor, OLD.price_per_minute_minor, OLD.currency) IS DISTINCT FROM
     (NEW.balance_minor, NEW.reserved_minor, NEW.price_per_minute_minor, NEW.currency) THEN
    PERFORM note_change(NEW.id || ':billing');
  END IF;
  IF OLD.price_per_minute_minor IS DISTINCT FROM NEW.price_per_minute_minor THEN   -- shown with the settings
    PERFORM note_change(NEW.id || ':settings');
  END IF;
  IF (OLD.name, OLD.parent_id, OLD.is_active, OLD.currency, OLD.deleted_at) IS DISTINCT FROM
     (NEW.name, NEW.parent_id, NEW.is_active, NEW.currency, NEW.deleted_at) THEN
    PERFORM note_change(NEW.id || ':access');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_update AFTER UPDATE ON company FOR EACH ROW EXECUTE FUNCTION note_company();

-- Both companies of an account that moves. What a login alone changes (last_login_at) is told in lists of
-- people and decides nothing about what the person may do.
CREATE FUNCTION note_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM note_change(c || ':people') FROM (SELECT DISTINCT unnest(ARRAY[OLD.company_id, NEW.company_id]) AS c) AS companies
    WHERE c IS NOT NULL;
  IF TG_OP <> 'INSERT' AND (to_jsonb(OLD) - '{last_login_at,updated_at}'::text[])
                           IS DISTINCT FROM (to_jsonb(NEW) - '{last_login_at,updated_at}'::text[]) THEN
    PERFORM note_change('account:' || OLD.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_row AFTER INSERT OR UPDATE OR DELETE ON account FOR EACH ROW EXECUTE FUNCTION note_account();

-- A session or a token that ended. One that begins, or was just used, makes nothing wrong that is known already.
CREATE FUNCTION note_credential() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM note_change('account:' || OLD.account_id);
  RETURN NULL;
END $$;
CREATE TRIGGER note_delete AFTER DELETE ON session FOR EACH ROW EXECUTE FUNCTION note_credential();
CREATE TRIGGER note_expiry AFTER UPDATE OF expires_at, account_id ON session
  FOR EACH ROW EXECUTE FUNCTION note_credential();
CREATE TRIGGER note_delete AFTER DELETE ON api_token FOR EACH ROW EXECUTE FUNCTION note_credential();
CREATE TRIGGER note_change AFTER UPDATE OF revoked_at, expires_at, scopes, account_id ON api_token
  FOR EACH ROW EXECUTE FUNCTION note_credential();
