-- Sessions, API tokens, the second factor, the throttle of log-ins, and requests that were sent twice.

-- ---- throttle ------------------------------------------------------------------------------------------------
--
-- PostgreSQL is the truth, whatever becomes of Redis. A key is what is throttled ("account:<e-mail>",
-- "address:<network>", …), stored as its SHA-256. `free` failures cost nothing; each one after that blocks the key twice as
-- long as the one before: 1, 2, 4, 8 and then 15 minutes. A key is forgotten when it was quiet for 15 minutes.
-- No table here is granted to the application: only the functions are.

CREATE UNLOGGED TABLE login_throttle (
  key             bytea PRIMARY KEY,
  failures        integer NOT NULL,
  last_failed_at  timestamptz NOT NULL,
  blocked_until   timestamptz NOT NULL
) WITH (fillfactor = 70);
ALTER TABLE login_throttle ENABLE ROW LEVEL SECURITY;

-- Who logged in from where: such a pair is throttled for itself, so that nobody can lock the owner out from elsewhere.
CREATE TABLE login_known (
  key            bytea PRIMARY KEY,
  last_login_at  timestamptz NOT NULL
);
ALTER TABLE login_known ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION throttle_key(p_key text) RETURNS bytea
  LANGUAGE sql IMMUTABLE RETURN sha256(convert_to(p_key, 'UTF8'));

CREATE FUNCTION throttle_pause(p_failures integer, p_free integer) RETURNS interval
  LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN p_failures < p_free THEN interval '0'
              ELSE least(interval '15 minutes', interval '1 minute' * (2 ^ least(p_failures - p_free, 10))) END;

-- Seconds until none of these keys is blocked; 0: now.
CREATE FUNCTION throttle_wait(p_keys text[]) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT coalesce(max(ceil(extract(epoch FROM t.blocked_until - clock_timestamp()))), 0)::integer
    FROM unnest(p_keys) AS k JOIN login_throttle t ON t.key = throttle_key(k)
   WHERE t.blocked_until > clock_timestamp()
$$;

-- Counts a failure: 0. Where the key is blocked already, nothing is counted: the seconds to wait.
CREATE FUNCTION throttle_fail(p_key text, p_free integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO login_throttle AS t (key, failures, last_failed_at, blocked_until)
  VALUES (throttle_key(p_key), 1, clock_timestamp(), clock_timestamp() + throttle_pause(1, p_free))
  ON CONFLICT (key) DO UPDATE
    SET (failures, last_failed_at, blocked_until) =
        (SELECT n, clock_timestamp(), clock_timestamp() + throttle_pause(n, p_free)
           FROM (SELECT CASE WHEN greatest(t.last_failed_at, t.blocked_until) < clock_timestamp() - interval '15 minutes'
                             THEN 1 ELSE least(t.failures + 1, 1000) END AS n) AS counted)
    WHERE t.blocked_until <= clock_timestamp();
  IF FOUND THEN
    RETURN 0;
  END IF;
  RETURN greatest(throttle_wait(ARRAY[p_key]), 1);
END $$;

CREATE FUNCTION throttle_clear(p_key text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  DELETE FROM login_throttle WHERE key = throttle_key(p_key)
$$;

-- ---- second factor -------------------------------------------------------------------------------------------

-- RFC 6238. Not confirmed: was offered, and is asked for at no log-in yet.
CREATE TABLE account_totp (
  account_id     uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
  company_id     uuid REFERENCES company (id),
  secret_cipher  text NOT NULL,
  last_step      bigint NOT NULL DEFAULT 0,   -- of the last code that was taken: none is taken twice
  created_at     timestamptz NOT NULL DEFAULT now(),
  confirmed_at   timestamptz
);
CREATE TABLE account_recovery_code (
  account_id  uuid NOT NULL REFERENCES account_totp (account_id) ON DELETE CASCADE,
  company_id  uuid REFERENCES company (id),
  code_hash   bytea NOT NULL,
  used_at     timestamptz,
  PRIMARY KEY (account_id, code_hash)
);
CALL enable_tenancy('account_totp');
CALL enable_tenancy('account_recovery_code');
GRANT SELECT, INSERT, UPDATE, DELETE ON account_totp, account_recovery_code TO dialix_app;

-- An account that moves takes its second factor, sessions and tokens along.
CREATE FUNCTION move_credentials() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE account_totp SET company_id = NEW.company_id WHERE account_id = NEW.id;
  UPDATE account_recovery_code SET company_id = NEW.company_id WHERE account_id = NEW.id;
  UPDATE session SET company_id = NEW.company_id WHERE account_id = NEW.id;
  UPDATE api_token SET company_id = NEW.company_id WHERE account_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER move_credentials AFTER UPDATE OF company_id ON account FOR EACH ROW
  WHEN (OLD.company_id IS DISTINCT FROM NEW.company_id) EXECUTE FUNCTION move_credentials();

-- Whether people of the company must have a second factor.
ALTER TABLE company_settings ADD COLUMN require_totp boolean NOT NULL DEFAULT false;
CREATE FUNCTION note_totp_rule() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM note_change(NEW.company_id || ':access');
  RETURN NULL;
END $$;
CREATE TRIGGER note_totp_rule AFTER UPDATE OF require_totp ON company_settings FOR EACH ROW
  WHEN (OLD.require_totp <> NEW.require_totp) EXECUTE FUNCTION note_totp_rule();

-- ---- log-in --------------------------------------------------------------------------------------------------

CREATE FUNCTION login_is_known(p_login text, p_network text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM login_known WHERE key = throttle_key(lower(p_login) || ' ' || p_network)
                    AND last_login_at > now() - interval '30 days')
$$;

-- What is throttled: the account and the network it is tried from, or the two as a pair where they know each other.
CREATE FUNCTION login_keys(p_login text, p_network text) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT CASE WHEN login_is_known(p_login, p_network) THEN ARRAY['pair:' || lower(p_login) || ' ' || p_network]
              ELSE ARRAY['account:' || lower(p_login), 'address:' || p_network] END
$$;

-- Who logs in with this e-mail, whether or not they may, and how long they must wait before they may try. One row always.
CREATE FUNCTION auth_begin_login(p_login text, p_network text)
  RETURNS TABLE (wait_s integer, account_id uuid, company_id uuid, password_hash text, is_active boolean,
                 company_active boolean, totp_cipher text, totp_last_step bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT throttle_wait(login_keys(p_login, p_network)), f.account_id, f.company_id, f.password_hash, f.is_active,
         f.company_active, t.secret_cipher, t.last_step
    FROM (SELECT) AS one
    LEFT JOIN auth_find_login(p_login) f ON true
    LEFT JOIN account_totp t ON t.account_id = f.account_id AND t.confirmed_at IS NOT NULL
$$;

-- Counts and notes a log-in that failed. Where it had to wait by then, because of others that failed meanwhile, nothing is
-- counted or noted, and the answer must not tell whether it would have been right: the seconds to wait, else 0. So the log
-- grows no faster than the throttle lets people try.
CREATE FUNCTION auth_login_failed(p_context jsonb, p_login text, p_network text, p_account uuid, p_company uuid, p_reason text,
                                  p_account_free integer, p_address_free integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  keys text[] := login_keys(p_login, p_network);
  wait integer := throttle_wait(keys);
BEGIN
  IF wait = 0 THEN
    wait := throttle_fail(keys[1], p_account_free);
  END IF;
  IF wait > 0 THEN
    RETURN wait;
  END IF;
  IF keys[2] IS NOT NULL THEN
    PERFORM throttle_fail(keys[2], p_address_free);
  END IF;
  PERFORM note_activity(p_context, p_company, 'auth.login_failed', 'account', p_account, NULL,
                        jsonb_build_object('login', p_login, 'reason', p_reason, 'blocked_s', throttle_wait(keys)));
  RETURN 0;
END $$;

-- Opens a session where everything that was checked still holds, and ends the one that came along with the request.
-- verdict: 'ok'; 'throttled' (wait_s); 'stale': the account has changed since; 'totp_required'; 'totp_wrong': the code was
-- used meanwhile (counted and noted as a failure).
CREATE FUNCTION auth_log_in(p_context jsonb, p_login text, p_network text, p_account uuid, p_session uuid, p_token_hash bytea,
                            p_max interval, p_old_token_hash bytea, p_password_hash text, p_new_password_hash text,
                            p_totp_step bigint, p_recovery_hash bytea, p_account_free integer, p_address_free integer)
  RETURNS TABLE (verdict text, wait_s integer)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  keys text[] := login_keys(p_login, p_network);
  who account;
BEGIN
  -- Behind those who fail at this moment.
  PERFORM FROM login_throttle t WHERE t.key = throttle_key(keys[1]) FOR UPDATE;
  wait_s := throttle_wait(keys);
  IF wait_s > 0 THEN
    verdict := 'throttled';
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO who FROM account a WHERE a.id = p_account AND a.password_hash = p_password_hash AND a.is_active
     AND a.deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    verdict := 'stale';
    RETURN NEXT;
    RETURN;
  END IF;
  IF p_totp_step IS NOT NULL THEN
    UPDATE account_totp t SET last_step = p_totp_step
     WHERE t.account_id = p_account AND t.confirmed_at IS NOT NULL AND t.last_step < p_totp_step;
    verdict := CASE WHEN NOT FOUND THEN 'totp_wrong' END;
  ELSIF p_recovery_hash IS NOT NULL THEN
    UPDATE account_recovery_code r SET used_at = now()
     WHERE r.account_id = p_account AND r.code_hash = p_recovery_hash AND r.used_at IS NULL;
    verdict := CASE WHEN NOT FOUND THEN 'totp_wrong' END;
  ELSIF EXISTS (SELECT FROM account_totp t WHERE t.account_id = p_account AND t.confirmed_at IS NOT NULL) THEN
    verdict := 'totp_required';
  END IF;
  IF verdict = 'totp_wrong' THEN
    wait_s := auth_login_failed(p_context, p_login, p_network, p_account, who.company_id, 'wrong code', p_account_free,
                                p_address_free);
  END IF;
  IF verdict IS NOT NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;

  DELETE FROM session s WHERE s.token_hash = p_old_token_hash;
  INSERT INTO session (id, account_id, company_id, token_hash, expires_at, remote_addr, user_agent)
  VALUES (p_session, p_account, who.company_id, p_token_hash, now() + p_max, (p_context ->> 'remote_addr')::inet,
          coalesce(p_context ->> 'user_agent', ''));
  UPDATE account a SET last_login_at = now(), password_hash = coalesce(p_new_password_hash, a.password_hash)
   WHERE a.id = p_account;
  DELETE FROM login_throttle t WHERE t.key = throttle_key(keys[1]);
  INSERT INTO login_known AS k (key, last_login_at) VALUES (throttle_key(lower(p_login) || ' ' || p_network), now())
    ON CONFLICT (key) DO UPDATE SET last_login_at = now();
  PERFORM note_activity(jsonb_set(p_context, '{account_id}', to_jsonb(p_account)), who.company_id, 'auth.login', 'session',
                        p_session, NULL, jsonb_build_object('second_factor', CASE WHEN p_totp_step IS NOT NULL THEN 'code'
                          WHEN p_recovery_hash IS NOT NULL THEN 'recovery code' END));
  verdict := 'ok';
  RETURN NEXT;
END $$;

-- What somebody with a live session needs to prove that they are its owner still. `password_wait_s`: they have guessed
-- too often.
CREATE FUNCTION auth_own_secrets(p_token_hash bytea)
  RETURNS TABLE (password_hash text, company_name text, password_wait_s integer, totp_cipher text, totp_is_on boolean,
                 totp_last_step bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT a.password_hash, c.name, throttle_wait(ARRAY['password:' || a.id]), t.secret_cipher,
         t.confirmed_at IS NOT NULL, t.last_step
    FROM session s JOIN account a ON a.id = s.account_id
    LEFT JOIN company c ON c.id = a.company_id
    LEFT JOIN account_totp t ON t.account_id = a.id
   WHERE s.token_hash = p_token_hash AND s.expires_at > now()
$$;

-- Whether the owner of the session must first set up a second factor.
CREATE FUNCTION auth_must_enrol(p_token_hash bytea) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM session s JOIN account a ON a.id = s.account_id
      JOIN company_settings cs ON cs.company_id = a.company_id AND cs.require_totp
     WHERE s.token_hash = p_token_hash
       AND NOT EXISTS (SELECT FROM account_totp t WHERE t.account_id = a.id AND t.confirmed_at IS NOT NULL))
$$;

-- Notes that an API token is in use, once a minute at most.
CREATE FUNCTION auth_touch_token(p_token_hash bytea) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  UPDATE api_token SET last_used_at = now()
   WHERE token_hash = p_token_hash AND revoked_at IS NULL
     AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
$$;

-- ---- requests that were sent twice ---------------------------------------------------------------------------

-- Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the row is written in the transaction of the change itself,
-- the answer, encrypted, right after it.
CREATE TABLE idempotency_key (
  account_id     uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  route          text NOT NULL,
  key            text NOT NULL,
  fingerprint    bytea NOT NULL,   -- of the request
  answer_cipher  text,             -- null: not known yet, or lost
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, route, key)
);
CREATE INDEX idx_idempotency_key_created_at ON idempotency_key (created_at);
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;

-- The first statement of the change. DX002: the key was used before, or is in use at this moment for longer than anybody
-- waits; nothing of the transaction stands then.
CREATE FUNCTION idempotency_begin(p_account uuid, p_route text, p_key text, p_fingerprint bytea) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  before text := current_setting('lock_timeout');
  is_new boolean;
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  BEGIN
    DELETE FROM idempotency_key
     WHERE account_id = p_account AND route = p_route AND key = p_key AND created_at < now() - interval '24 hours';
    INSERT INTO idempotency_key (account_id, route, key, fingerprint) VALUES (p_account, p_route, p_key, p_fingerprint)
      ON CONFLICT DO NOTHING;
    is_new := FOUND;
  EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'idempotency key in use' USING ERRCODE = 'DX002';
  END;
  IF NOT is_new THEN
    RAISE EXCEPTION 'idempotency key used before' USING ERRCODE = 'DX002';
  END IF;
  PERFORM set_config('lock_timeout', before, true);
END $$;

CREATE FUNCTION idempotency_find(p_account uuid, p_route text, p_key text)
  RETURNS TABLE (fingerprint bytea, answer_cipher text, age_s integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT k.fingerprint, k.answer_cipher, extract(epoch FROM clock_timestamp() - k.created_at)::integer FROM idempotency_key k
   WHERE k.account_id = p_account AND k.route = p_route AND k.key = p_key
$$;

CREATE FUNCTION idempotency_answer(p_account uuid, p_route text, p_key text, p_answer_cipher text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  UPDATE idempotency_key SET answer_cipher = p_answer_cipher
   WHERE account_id = p_account AND route = p_route AND key = p_key
$$;

-- Where the answer was a refusal, which changed nothing: it may be sent again.
CREATE FUNCTION idempotency_drop(p_account uuid, p_route text, p_key text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  DELETE FROM idempotency_key WHERE account_id = p_account AND route = p_route AND key = p_key AND answer_cipher IS NULL
$$;

-- ---- what nobody needs any more ------------------------------------------------------------------------------

-- Ended sessions, quiet throttles, pairs that were long apart, old keys: at most p_limit of each. True: there may be more.
CREATE FUNCTION sweep_sessions(p_idle interval, p_limit integer) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  ended integer;
  quiet integer;
  apart integer;
  old integer;
BEGIN
  DELETE FROM session WHERE id IN (
    SELECT id FROM session WHERE expires_at < now() OR last_seen_at < now() - p_idle
     ORDER BY id LIMIT p_limit FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS ended = ROW_COUNT;
  DELETE FROM login_throttle WHERE key IN (
    SELECT key FROM login_throttle WHERE greatest(last_failed_at, blocked_until) < now() - interval '15 minutes'
     LIMIT p_limit FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS quiet = ROW_COUNT;
  DELETE FROM login_known WHERE key IN (
    SELECT key FROM login_known WHERE last_login_at < now() - interval '30 days' LIMIT p_limit FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS apart = ROW_COUNT;
  DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '24 hours' LIMIT p_limit FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS old = ROW_COUNT;
  RETURN p_limit IN (ended, quiet, apart, old);
END $$;

REVOKE ALL ON FUNCTION throttle_wait(text[]), throttle_fail(text, integer), throttle_clear(text), login_is_known(text, text),
  login_keys(text, text), auth_begin_login(text, text),
  auth_login_failed(jsonb, text, text, uuid, uuid, text, integer, integer),
  auth_log_in(jsonb, text, text, uuid, uuid, bytea, interval, bytea, text, text, bigint, bytea, integer, integer),
  auth_own_secrets(bytea), auth_must_enrol(bytea), auth_touch_token(bytea),
  idempotency_begin(uuid, text, text, bytea), idempotency_find(uuid, text, text), idempotency_answer(uuid, text, text, text),
  idempotency_drop(uuid, text, text), sweep_sessions(interval, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION throttle_wait(text[]), throttle_fail(text, integer), throttle_clear(text),
  auth_begin_login(text, text), auth_login_failed(jsonb, text, text, uuid, uuid, text, integer, integer),
  auth_log_in(jsonb, text, text, uuid, uuid, bytea, interval, bytea, text, text, bigint, bytea, integer, integer),
  auth_own_secrets(bytea), auth_must_enrol(bytea), auth_touch_token(bytea),
  idempotency_begin(uuid, text, text, bytea), idempotency_find(uuid, text, text), idempotency_answer(uuid, text, text, text),
  idempotency_drop(uuid, text, text), sweep_sessions(interval, integer) TO dialix_app;
