-- A second factor as a duty of the platform's own administrators, which no company's settings can ask for: whether it is
-- one is the installation's setting, which the caller passes.
CREATE FUNCTION auth_must_enrol(p_token_hash bytea, p_of_platform boolean) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM session s JOIN account a ON a.id = s.account_id
      LEFT JOIN company_settings cs ON cs.company_id = a.company_id
     WHERE s.token_hash = p_token_hash AND coalesce(cs.require_totp, p_of_platform AND a.company_id IS NULL)
       AND NOT EXISTS (SELECT FROM account_totp t WHERE t.account_id = a.id AND t.confirmed_at IS NOT NULL))
$$;
REVOKE ALL ON FUNCTION auth_must_enrol(bytea, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth_must_enrol(bytea, boolean) TO dialix_app;
