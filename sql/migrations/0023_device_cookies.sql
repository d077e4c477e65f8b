-- Log-ins from devices and networks that are known: a device has a throttle of its own, and both are served ahead of
-- strangers while many log in at once. The functions of 0016 stay for programs that know of neither.

-- Networks from which anybody has logged in. It depends on no name, so it tells nothing of one.
CREATE TABLE login_network (
  key            bytea PRIMARY KEY,
  last_login_at  timestamptz NOT NULL
);
ALTER TABLE login_network ENABLE ROW LEVEL SECURITY;

-- p_device: the id of a device that is known to this account, or null. Its wrong tries are counted for it alone: who guesses
-- elsewhere locks nobody out on it, and who has stolen it has no more tries than anybody.
CREATE FUNCTION login_keys(p_login text, p_network text, p_device text) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT CASE WHEN p_device IS NOT NULL THEN ARRAY['device:' || lower(p_login) || ' ' || p_device]
              ELSE login_keys(p_login, p_network) END
$$;

-- As auth_begin_login(text, text). device_known: the account takes the device, whose cookie was made at p_device_since: its
-- password is the same since then. network_known: somebody has logged in from this network within 30 days.
CREATE FUNCTION auth_begin_login(p_login text, p_network text, p_device text, p_device_since timestamptz)
  RETURNS TABLE (wait_s integer, account_id uuid, company_id uuid, password_hash text, is_active boolean,
                 company_active boolean, totp_cipher text, totp_last_step bigint, device_known boolean, network_known boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT throttle_wait(login_keys(p_login, p_network, CASE WHEN d.known THEN p_device END)), f.account_id, f.company_id,
         f.password_hash, f.is_active, f.company_active, t.secret_cipher, t.last_step, d.known,
         EXISTS (SELECT FROM login_network n WHERE n.key = throttle_key('network:' || p_network)
                    AND n.last_login_at > now() - interval '30 days')
    FROM (SELECT) AS one
    LEFT JOIN auth_find_login(p_login) f ON true
    LEFT JOIN account a ON a.id = f.account_id
    LEFT JOIN account_totp t ON t.account_id = f.account_id AND t.confirmed_at IS NOT NULL
    CROSS JOIN LATERAL (SELECT coalesce(p_device IS NOT NULL AND p_device_since >=
      date_trunc('milliseconds', greatest(a.password_changed_at, a.created_at)), false) AS known) AS d
$$;

CREATE FUNCTION auth_login_failed(p_context jsonb, p_login text, p_network text, p_account uuid, p_company uuid, p_reason text,
                                  p_account_free integer, p_address_free integer, p_device text) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  keys text[] := login_keys(p_login, p_network, p_device);
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

-- As auth_log_in of 0016, which says what comes back.
CREATE FUNCTION auth_log_in(p_context jsonb, p_login text, p_network text, p_account uuid, p_session uuid, p_token_hash bytea,
                            p_max interval, p_old_token_hash bytea, p_password_hash text, p_new_password_hash text,
                            p_totp_step bigint, p_recovery_hash bytea, p_account_free integer, p_address_free integer,
                            p_device text)
  RETURNS TABLE (verdict text, wait_s integer)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  keys text[] := login_keys(p_login, p_network, p_device);
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
                                p_address_free, p_device);
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
  -- What its owner typed wrong before, with and without the cookie.
  DELETE FROM login_throttle t
   WHERE t.key IN (throttle_key(keys[1]), throttle_key('pair:' || lower(p_login) || ' ' || p_network));
  INSERT INTO login_known AS k (key, last_login_at) VALUES (throttle_key(lower(p_login) || ' ' || p_network), now())
    ON CONFLICT (key) DO UPDATE SET last_login_at = now();
  INSERT INTO login_network AS n (key, last_login_at) VALUES (throttle_key('network:' || p_network), now())
    ON CONFLICT (key) DO UPDATE SET last_login_at = now() WHERE n.last_login_at < now() - interval '1 hour';
  PERFORM note_activity(jsonb_set(p_context, '{account_id}', to_jsonb(p_account)), who.company_id, 'auth.login', 'session',
                        p_session, NULL, jsonb_build_object('second_factor', CASE WHEN p_totp_step IS NOT NULL THEN 'code'
                          WHEN p_recovery_hash IS NOT NULL THEN 'recovery code' END, 'known_device', p_device IS NOT NULL));
  verdict := 'ok';
  RETURN NEXT;
END $$;

-- Ended sessions, quiet throttles, pairs and networks that were long apart, old keys: at most p_limit of each. True: there
-- may be more.
CREATE OR REPLACE FUNCTION sweep_sessions(p_idle interval, p_limit integer) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  ended integer;
  quiet integer;
  apart integer;
  left_alone integer;
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
  DELETE FROM login_network WHERE key IN (
    SELECT key FROM login_network WHERE last_login_at < now() - interval '30 days' LIMIT p_limit FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS left_alone = ROW_COUNT;
  DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '24 hours' LIMIT p_limit FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS old = ROW_COUNT;
  RETURN p_limit IN (ended, quiet, apart, left_alone, old);
END $$;

REVOKE ALL ON FUNCTION login_keys(text, text, text), auth_begin_login(text, text, text, timestamptz),
  auth_login_failed(jsonb, text, text, uuid, uuid, text, integer, integer, text),
  auth_log_in(jsonb, text, text, uuid, uuid, bytea, interval, bytea, text, text, bigint, bytea, integer, integer, text)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth_begin_login(text, text, text, timestamptz),
  auth_login_failed(jsonb, text, text, uuid, uuid, text, integer, integer, text),
  auth_log_in(jsonb, text, text, uuid, uuid, bytea, interval, bytea, text, text, bigint, bytea, integer, integer, text)
  TO dialix_app;
