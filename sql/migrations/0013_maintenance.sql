-- Work that is due from time to time (sealing the activity log, retention, ended sessions): done by whichever
-- analyzer comes first, by one at a time.
CREATE TABLE maintenance_task (
  name           text PRIMARY KEY,
  claimed_until  timestamptz NOT NULL,
  due_at         timestamptz NOT NULL
);

-- True for the one caller who is to do it now. Whoever dies at it is succeeded after p_lease.
CREATE FUNCTION maintenance_claim(p_name text, p_every interval, p_lease interval) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  WITH claimed AS (
    INSERT INTO maintenance_task AS t (name, claimed_until, due_at)
    VALUES (p_name, clock_timestamp() + p_lease, clock_timestamp() + p_every)
    ON CONFLICT (name) DO UPDATE SET claimed_until = excluded.claimed_until, due_at = excluded.due_at
      WHERE t.claimed_until < clock_timestamp() AND t.due_at <= clock_timestamp()
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM claimed)
$$;

-- Ends the claim. A task that is not through is due again at once.
CREATE FUNCTION maintenance_done(p_name text, p_again boolean) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  UPDATE maintenance_task
     SET claimed_until = clock_timestamp(), due_at = CASE WHEN p_again THEN clock_timestamp() ELSE due_at END
   WHERE name = p_name
$$;

REVOKE ALL ON FUNCTION maintenance_claim(text, interval, interval), maintenance_done(text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION maintenance_claim(text, interval, interval), maintenance_done(text, boolean) TO dialix_app;
