-- True for a zone of the IANA database: not for PostgreSQL's abbreviations and POSIX forms ("EST5EDT4"), and not
-- for the file tree's own entries. Reads every zone file: for the rare write of a setting.
CREATE FUNCTION is_timezone(p_name text) RETURNS boolean
  LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM pg_timezone_names
                 WHERE name = p_name AND name !~ '^(posix|right)/' AND name NOT IN ('posixrules', 'localtime', 'Factory'))
$$;

-- What the client called a top-up (Idempotency-Key): the same name books once.
ALTER TABLE transaction ADD COLUMN idempotency_key text;
CREATE UNIQUE INDEX idx_transaction_idempotency ON transaction (company_id, account_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
