-- Tenancy: how row-level security knows whose rows a transaction may see.
--
-- The application connects as dialix_app, which owns nothing and cannot bypass row-level security. Each of its
-- transactions sets app.company_ids (comma-separated) or, for a platform administrator, app.platform = 'on'.
-- With neither set no tenant row is visible. The functions are wrapped in sub-selects by the policies, so they
-- are evaluated once a query and not once a row.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dialix_app') THEN
    RAISE EXCEPTION 'role dialix_app does not exist'
      USING HINT = 'CREATE ROLE dialix_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE';
  END IF;
  IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'dialix_app') THEN
    RAISE EXCEPTION 'role dialix_app may bypass row-level security'
      USING HINT = 'ALTER ROLE dialix_app NOSUPERUSER NOBYPASSRLS';
  END IF;
END $$;

CREATE EXTENSION IF NOT EXISTS pg_trgm;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO dialix_app;

CREATE FUNCTION app_company_ids() RETURNS uuid[]
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(current_setting('app.company_ids', true), ''), ',')::uuid[];

CREATE FUNCTION app_is_platform() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(current_setting('app.platform', true), '') = 'on';

-- Turns on row-level security for a table whose tenant is in the named column.
CREATE PROCEDURE enable_tenancy(target regclass, tenant_column name DEFAULT 'company_id')
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY tenant ON %s USING (%I = ANY ((SELECT app_company_ids())::uuid[]) OR (SELECT app_is_platform()))',
    target, tenant_column);
END $$;

CREATE FUNCTION touch_updated_at() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;

-- A time as the API writes it: ISO 8601, UTC, milliseconds.
CREATE FUNCTION iso(t timestamptz) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
