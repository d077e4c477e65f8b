-- People: invited, active or blocked; the links by which they choose a password; what they may do, told by SQL as by
-- the programs; moves from one company to another.

-- is_active stays what decides whether somebody may log in. Whoever is not active is invited (and has never chosen a
-- password) or blocked.
ALTER TABLE account
  ADD COLUMN is_invited    boolean NOT NULL DEFAULT false,
  ADD COLUMN blocked_at    timestamptz,
  ADD COLUMN block_reason  text NOT NULL DEFAULT '' CHECK (length(block_reason) <= 500);
UPDATE account SET blocked_at = updated_at WHERE NOT is_active AND deleted_at IS NULL;

CREATE FUNCTION account_status(p_is_active boolean, p_is_invited boolean, p_blocked_at timestamptz) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN p_is_active THEN 'active' WHEN p_is_invited AND p_blocked_at IS NULL THEN 'invited' ELSE 'blocked' END;

-- What an account may do: its role's permissions + granted − denied; nobody gains 'admin' by a grant. p_roles is what
-- the roles carry, {"admin": ["manage_users", …], …}, given by the programs so that there is one truth; 'admin' there
-- names every permission, and the answer is in its order.
CREATE FUNCTION effective_permissions(p_roles jsonb, p_role text, p_granted text[], p_denied text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (SELECT coalesce(array_agg(e.name ORDER BY e.n), '{}')
            FROM jsonb_array_elements_text(p_roles -> 'admin') WITH ORDINALITY AS e (name, n)
           WHERE (p_roles -> p_role ? e.name OR (e.name = ANY (p_granted) AND e.name <> 'admin'))
             AND e.name <> ALL (p_denied));

-- The link by which somebody invited, or whose password was reset, chooses a password: the SHA-256 of 256 random bits.
-- At most one an account: a new one takes the place of the old. A link that was used is gone.
CREATE TABLE account_link (
  id          uuid PRIMARY KEY,
  account_id  uuid NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
  company_id  uuid REFERENCES company (id),
  purpose     text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
  token_hash  bytea NOT NULL UNIQUE,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL
);
CALL enable_tenancy('account_link');
CALL watch_changes('account_link', 'people');
GRANT SELECT, INSERT, UPDATE, DELETE ON account_link TO dialix_app;

-- The doors for whoever holds a link and is nobody yet, as auth_find_login is. A link that is unknown, used, expired,
-- of another purpose, or whose account or company is blocked or gone: no row, and false.
CREATE FUNCTION auth_find_link(p_token_hash bytea)
  RETURNS TABLE (purpose text, email text, name text, language text, company_name text, expires_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT l.purpose, a.email, a.name, a.language, c.name, l.expires_at
    FROM account_link l
    JOIN account a ON a.id = l.account_id AND a.deleted_at IS NULL
     AND account_status(a.is_active, a.is_invited, a.blocked_at) = CASE l.purpose WHEN 'invitation' THEN 'invited' ELSE 'active' END
    LEFT JOIN company c ON c.id = a.company_id
   WHERE l.token_hash = p_token_hash AND l.expires_at > now()
     AND (c.id IS NULL OR c.is_open)
$$;

-- Uses a link: sets the password, lets in whoever was invited, ends what sessions there are. Notes it, also where the
-- link is no good. Locks the account, then the link, as the statements of accounts do.
CREATE FUNCTION auth_use_link(p_context jsonb, p_token_hash bytea, p_purpose text, p_password_hash text, p_name text)
  RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  who account;
BEGIN
  SELECT a.* INTO who FROM account a JOIN account_link l ON l.account_id = a.id
   WHERE l.token_hash = p_token_hash AND l.purpose = p_purpose FOR NO KEY UPDATE OF a;
  IF FOUND AND EXISTS (SELECT FROM auth_find_link(p_token_hash) f WHERE f.purpose = p_purpose) THEN
    DELETE FROM account_link WHERE token_hash = p_token_hash;
    UPDATE account SET password_hash = p_password_hash, password_changed_at = now(), is_active = true, is_invited = false,
                       name = coalesce(p_name, name) WHERE id = who.id;
    DELETE FROM session WHERE account_id = who.id;
    PERFORM note_activity(p_context || jsonb_build_object('account_id', who.id), who.company_id,
                          CASE p_purpose WHEN 'invitation' THEN 'account.accept_invitation' ELSE 'account.password_change' END,
                          'account', who.id, NULL,
                          jsonb_build_object('email', who.email, 'status', 'active', 'password_changed', true, 'by', p_purpose));
    RETURN true;
  END IF;
  PERFORM note_activity(p_context, NULL, 'auth.link_failed', 'account', NULL, NULL, jsonb_build_object('purpose', p_purpose));
  RETURN false;
END $$;

REVOKE ALL ON FUNCTION auth_find_link(bytea), auth_use_link(jsonb, bytea, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth_find_link(bytea), auth_use_link(jsonb, bytea, text, text, text) TO dialix_app;

-- Who moved from which company to which. What they did before stays with the company that they did it in; there the
-- account itself is out of sight, so the address it had is kept here.
CREATE TABLE account_transfer (
  id               uuid PRIMARY KEY,
  account_id       uuid NOT NULL REFERENCES account (id),
  from_company_id  uuid NOT NULL REFERENCES company (id),
  to_company_id    uuid NOT NULL REFERENCES company (id),
  email            text NOT NULL,
  from_role        text NOT NULL,
  to_role          text NOT NULL,
  moved_by         uuid REFERENCES account (id),
  created_at       timestamptz NOT NULL DEFAULT now(),
  CHECK (from_company_id <> to_company_id)
);
CREATE INDEX idx_account_transfer_account ON account_transfer (account_id, created_at DESC, id DESC);

-- Both companies may read of it; whoever writes it acts in both.
ALTER TABLE account_transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_read ON account_transfer FOR SELECT
  USING (from_company_id = ANY ((SELECT app_company_ids())::uuid[]) OR to_company_id = ANY ((SELECT app_company_ids())::uuid[])
         OR (SELECT app_is_platform()));
CREATE POLICY tenant_write ON account_transfer FOR INSERT
  WITH CHECK ((from_company_id = ANY ((SELECT app_company_ids())::uuid[]) AND to_company_id = ANY ((SELECT app_company_ids())::uuid[]))
              OR (SELECT app_is_platform()));
GRANT SELECT, INSERT ON account_transfer TO dialix_app;

-- As company_check_limit of migration 0014, for one account that moves: what is above both companies has counted it already.
CREATE FUNCTION account_check_move(p_from uuid, p_to uuid) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  holder company;
  most bigint;
BEGIN
  IF NOT (company_in_scope(p_from) AND company_in_scope(p_to)) THEN
    RETURN 0;
  END IF;
  FOR holder IN
    SELECT * FROM company c
     WHERE c.id = ANY ((SELECT path FROM company WHERE id = p_to)::uuid[])
       AND c.id <> ALL (coalesce((SELECT path FROM company WHERE id = p_from), '{}'::uuid[]))
       AND company_limit(c.limits, c.limits_by_parent, 'max_accounts') IS NOT NULL
     ORDER BY cardinality(c.path) FOR NO KEY UPDATE
  LOOP
    most := company_limit(holder.limits, holder.limits_by_parent, 'max_accounts');
    IF company_used(holder.id, 'max_accounts') + 1 > most THEN
      RETURN most;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION account_check_move(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_check_move(uuid, uuid) TO dialix_app;
