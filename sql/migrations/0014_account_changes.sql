-- A changed account is told as a change of the account. "OLD IS NOT NULL" of a whole row is true only where each of
-- its columns is set, which no account's are, so no account's own scope ever got a new version.
CREATE OR REPLACE FUNCTION note_account() RETURNS trigger
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
