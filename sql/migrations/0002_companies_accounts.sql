-- Companies (tenants, a tree of branches), the people in them, and how they are let in.

CREATE TABLE company (
  id                      uuid PRIMARY KEY,
  parent_id               uuid REFERENCES company (id),
  name                    text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  is_active               boolean NOT NULL DEFAULT true,
  currency                text NOT NULL DEFAULT 'UZS' CHECK (currency ~ '^[A-Z]{3}$'),
  balance_minor           bigint NOT NULL DEFAULT 0,
  reserved_minor          bigint NOT NULL DEFAULT 0 CHECK (reserved_minor >= 0),
  price_per_minute_minor  bigint NOT NULL CHECK (price_per_minute_minor >= 0),
  created_at              timestamptz NOT NULL DEFAULT now(),
  updated_at              timestamptz NOT NULL DEFAULT now(),
  deleted_at              timestamptz
);
CREATE INDEX idx_company_is_active ON company (is_active) WHERE deleted_at IS NULL;
CREATE INDEX idx_company_parent_id ON company (parent_id);
CREATE INDEX idx_company_name ON company (name, id);
CREATE TRIGGER touch BEFORE UPDATE ON company FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- What a company asks about its calls and how it wants to see them.
CREATE TABLE company_settings (
  company_id        uuid PRIMARY KEY REFERENCES company (id),
  language          text NOT NULL DEFAULT 'uz' CHECK (language IN ('uz', 'ru', 'en')),
  timezone          text NOT NULL DEFAULT 'Asia/Tashkent',
  purposes          text[] NOT NULL DEFAULT '{}',
  products          text[] NOT NULL DEFAULT '{}',
  lead_sources      text[] NOT NULL DEFAULT '{}',
  operator_channel  smallint CHECK (operator_channel IN (0, 1)),
  updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER touch BEFORE UPDATE ON company_settings FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TABLE operator (
  id          uuid PRIMARY KEY,
  company_id  uuid NOT NULL REFERENCES company (id),
  code        text NOT NULL CHECK (code ~ '^[0-9]{3}$'),
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  is_active   boolean NOT NULL DEFAULT true,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  deleted_at  timestamptz
);
CREATE UNIQUE INDEX idx_operator_code ON operator (company_id, code) WHERE deleted_at IS NULL;
CREATE INDEX idx_operator_name ON operator (company_id, name, id);
CREATE TRIGGER touch BEFORE UPDATE ON operator FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- company_id is null for platform administrators alone.
CREATE TABLE account (
  id                   uuid PRIMARY KEY,
  company_id           uuid REFERENCES company (id),
  email                text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  name                 text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
  role                 text NOT NULL CHECK (role IN ('admin', 'company_admin', 'supervisor', 'user', 'viewer', 'operator')),
  operator_id          uuid REFERENCES operator (id),
  language             text NOT NULL DEFAULT 'uz' CHECK (language IN ('uz', 'ru', 'en')),
  password_hash        text NOT NULL,
  password_changed_at  timestamptz NOT NULL DEFAULT now(),
  permissions_granted  text[] NOT NULL DEFAULT '{}',
  permissions_denied   text[] NOT NULL DEFAULT '{}',
  is_active            boolean NOT NULL DEFAULT true,
  last_login_at        timestamptz,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  deleted_at           timestamptz,
  CHECK ((role = 'admin') = (company_id IS NULL))
);
CREATE UNIQUE INDEX idx_account_email ON account (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX idx_account_company_id ON account (company_id, created_at, id);
CREATE INDEX idx_account_operator_id ON account (operator_id) WHERE operator_id IS NOT NULL;
CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- One person's own choices in the browser (theme, columns, last filters).
CREATE TABLE user_settings (
  account_id  uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
  company_id  uuid REFERENCES company (id),
  settings    jsonb NOT NULL DEFAULT '{}',
  updated_at  timestamptz NOT NULL DEFAULT now()
);

-- Tokens are stored as SHA-256 of the 256-bit random value that only the browser holds.
CREATE TABLE session (
  id            uuid PRIMARY KEY,
  account_id    uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  company_id    uuid REFERENCES company (id),
  token_hash    bytea NOT NULL UNIQUE,
  created_at    timestamptz NOT NULL DEFAULT now(),
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  remote_addr   inet,
  user_agent    text NOT NULL DEFAULT ''
);
CREATE INDEX idx_session_account_id ON session (account_id);
CREATE INDEX idx_session_expires_at ON session (expires_at);

CREATE TABLE api_token (
  id            uuid PRIMARY KEY,
  account_id    uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  company_id    uuid REFERENCES company (id),
  name          text NOT NULL,
  token_hash    bytea NOT NULL UNIQUE,
  scopes        text[] NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  last_used_at  timestamptz,
  expires_at    timestamptz,
  revoked_at    timestamptz
);
CREATE INDEX idx_api_token_account_id ON api_token (account_id);

CALL enable_tenancy('company', 'id');
CALL enable_tenancy('company_settings');
CALL enable_tenancy('operator');
CALL enable_tenancy('account');
CALL enable_tenancy('user_settings');
CALL enable_tenancy('session');
CALL enable_tenancy('api_token');

GRANT SELECT, INSERT, UPDATE ON company, company_settings, operator, account, user_settings, api_token TO dialix_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO dialix_app;

-- The only doors through which somebody who is not yet known can be looked up. They run as the owner, so they
-- see past row-level security, and give back no more than the one row that was asked for.

CREATE FUNCTION auth_find_login(p_email text)
  RETURNS TABLE (account_id uuid, company_id uuid, password_hash text, is_active boolean, company_active boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT a.id, a.company_id, a.password_hash, a.is_active, coalesce(c.is_active AND c.deleted_at IS NULL, true)
  FROM account a LEFT JOIN company c ON c.id = a.company_id
  WHERE lower(a.email) = lower(p_email) AND a.deleted_at IS NULL
$$;

-- The live session with this hash, whose owner and company are active. Moves last_seen_at on once a minute.
CREATE FUNCTION auth_find_session(p_token_hash bytea, p_idle interval)
  RETURNS TABLE (session_id uuid, account_id uuid, company_id uuid, role text, operator_id uuid, email text,
                 name text, language text, granted text[], denied text[])
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
     AND (c.id IS NULL OR (c.is_active AND c.deleted_at IS NULL));
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF seen < now() - interval '1 minute' THEN
    UPDATE session SET last_seen_at = now() WHERE id = session_id;
  END IF;
  RETURN NEXT;
END $$;

CREATE FUNCTION auth_find_token(p_token_hash bytea)
  RETURNS TABLE (token_id uuid, account_id uuid, company_id uuid, role text, operator_id uuid, email text,
                 name text, language text, granted text[], denied text[], scopes text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT t.id, a.id, a.company_id, a.role, a.operator_id, a.email, a.name, a.language,
         a.permissions_granted, a.permissions_denied, t.scopes
  FROM api_token t
  JOIN account a ON a.id = t.account_id AND a.is_active AND a.deleted_at IS NULL
  LEFT JOIN company c ON c.id = a.company_id
  WHERE t.token_hash = p_token_hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
    AND (c.id IS NULL OR (c.is_active AND c.deleted_at IS NULL))
$$;

-- The password hash behind a live session, for those who change their own password.
CREATE FUNCTION auth_session_password(p_token_hash bytea) RETURNS TABLE (password_hash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT a.password_hash FROM session s JOIN account a ON a.id = s.account_id
  WHERE s.token_hash = p_token_hash AND s.expires_at > now()
$$;

REVOKE ALL ON FUNCTION auth_find_login(text), auth_find_session(bytea, interval), auth_find_token(bytea),
  auth_session_password(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth_find_login(text), auth_find_session(bytea, interval), auth_find_token(bytea),
  auth_session_password(bytea) TO dialix_app;
