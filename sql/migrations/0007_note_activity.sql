-- Notes a change in the activity log from inside the statement that makes it:
--
--   WITH o AS (UPDATE operator … RETURNING *) SELECT …, note_activity($1::jsonb, …) FROM o
--
-- so there is an entry exactly when a row was changed. p_context is who asked, from where
-- ({"id","account_id","remote_addr","user_agent","request_id"}). Of a change (before and after are both given)
-- only the fields that differ are kept; where none does, nothing is noted.
CREATE FUNCTION note_activity(p_context jsonb, p_company uuid, p_action text, p_resource_type text, p_resource_id uuid,
                              p_before jsonb, p_after jsonb) RETURNS void
  LANGUAGE sql VOLATILE AS $$
  WITH differing AS (
    SELECT coalesce(array_agg(key), '{}') AS keys
      FROM (SELECT jsonb_object_keys(p_before || p_after) AS key) AS fields
     WHERE p_before -> key IS DISTINCT FROM p_after -> key AND key <> 'updated_at'
  )
  INSERT INTO activity_log (id, company_id, account_id, action, resource_type, resource_id, before, after,
                            remote_addr, user_agent, request_id)
  SELECT (p_context ->> 'id')::uuid, p_company, (p_context ->> 'account_id')::uuid, p_action, p_resource_type,
         coalesce(p_resource_id::text, ''),
         CASE WHEN p_after IS NULL THEN p_before
              ELSE (SELECT jsonb_object_agg(key, value) FROM jsonb_each(p_before) WHERE key = ANY (keys)) END,
         CASE WHEN p_before IS NULL THEN p_after
              ELSE (SELECT jsonb_object_agg(key, value) FROM jsonb_each(p_after) WHERE key = ANY (keys)) END,
         (p_context ->> 'remote_addr')::inet, coalesce(p_context ->> 'user_agent', ''),
         coalesce(p_context ->> 'request_id', '')
    FROM differing
   WHERE p_before IS NULL OR p_after IS NULL OR keys <> '{}'
$$;
