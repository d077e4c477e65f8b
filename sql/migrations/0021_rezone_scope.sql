-- A company's days are moved at the wish of its own people: rollup_rezone looks whether the caller is in the company.
-- The analyzers, which act for nobody, go through rollup_rezone_any, which takes whichever company waits.

ALTER FUNCTION rollup_rezone(uuid, integer) RENAME TO rollup_rezone_step;
REVOKE EXECUTE ON FUNCTION rollup_rezone_step FROM dialix_app;

CREATE FUNCTION rollup_rezone(p_company uuid, p_limit integer) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT (p_company = ANY (coalesce(app_company_ids(), '{}')) OR app_is_platform()) THEN
    RETURN false;
  END IF;
  RETURN rollup_rezone_step(p_company, p_limit);
END $$;

CREATE OR REPLACE FUNCTION rollup_rezone_any(p_limit integer) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  company uuid;
BEGIN
  SELECT company_id INTO company FROM rollup_state ORDER BY changed_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  RETURN rollup_rezone_step(company, p_limit) OR EXISTS (SELECT FROM rollup_state WHERE company_id <> company);
END $$;

REVOKE ALL ON FUNCTION rollup_rezone FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rollup_rezone TO dialix_app;
