-- Who did what. Append-only for the application.

CREATE TABLE activity_log (
  id             uuid PRIMARY KEY,
  company_id     uuid REFERENCES company (id),   -- null: the platform's own
  account_id     uuid REFERENCES account (id),   -- null: nobody known (a failed login), or the system
  action         text NOT NULL,                  -- "record.create", "auth.login_failed"
  resource_type  text NOT NULL DEFAULT '',
  resource_id    text NOT NULL DEFAULT '',
  before         jsonb,
  after          jsonb,
  remote_addr    inet,
  user_agent     text NOT NULL DEFAULT '',
  request_id     text NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_activity_log_user_id ON activity_log (account_id, created_at DESC);
CREATE INDEX idx_activity_log_created_at ON activity_log (company_id, created_at DESC, id DESC);
CREATE INDEX idx_activity_log_resource ON activity_log (resource_type, resource_id);

ALTER TABLE activity_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_read ON activity_log FOR SELECT
  USING (company_id = ANY ((SELECT app_company_ids())::uuid[]) OR (SELECT app_is_platform()));
-- A failed login has no tenant yet; it is written with none.
CREATE POLICY tenant_write ON activity_log FOR INSERT
  WITH CHECK (company_id IS NULL OR company_id = ANY ((SELECT app_company_ids())::uuid[]) OR (SELECT app_is_platform()));
GRANT SELECT, INSERT ON activity_log TO dialix_app;
