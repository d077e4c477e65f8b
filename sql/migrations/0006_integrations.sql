-- The assistant's chats and the outside services of a company. Secrets are stored encrypted only (Fernet).

CREATE TABLE ai_chat_session (
  id          uuid PRIMARY KEY,
  company_id  uuid NOT NULL REFERENCES company (id),
  account_id  uuid NOT NULL REFERENCES account (id),
  record_id   uuid REFERENCES record (id),
  title       text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  deleted_at  timestamptz
);
CREATE INDEX idx_ai_chat_session_account ON ai_chat_session (account_id, updated_at DESC);

CREATE TABLE ai_chat_message (
  id          uuid PRIMARY KEY,
  session_id  uuid NOT NULL REFERENCES ai_chat_session (id),
  company_id  uuid NOT NULL REFERENCES company (id),
  role        text NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content     text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_ai_chat_message_session ON ai_chat_message (session_id, created_at);

CREATE TABLE pbx_credentials (
  company_id       uuid PRIMARY KEY REFERENCES company (id),
  host             text NOT NULL,
  domain           text NOT NULL,
  auth_key_cipher  text NOT NULL,
  session_cipher   text,
  is_active        boolean NOT NULL DEFAULT true,
  synced_until     timestamptz,
  last_error       text,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE bitrix_credentials (
  company_id          uuid PRIMARY KEY REFERENCES company (id),
  webhook_url_cipher  text NOT NULL,
  is_active           boolean NOT NULL DEFAULT true,
  last_error          text,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE amocrm_credentials (
  company_id            uuid PRIMARY KEY REFERENCES company (id),
  subdomain             text NOT NULL,
  client_id             text NOT NULL,
  client_secret_cipher  text NOT NULL,
  access_token_cipher   text NOT NULL,
  refresh_token_cipher  text NOT NULL,
  redirect_uri          text NOT NULL,
  expires_at            timestamptz NOT NULL,
  is_active             boolean NOT NULL DEFAULT true,
  last_error            text,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now()
);

-- A call as the PBX tells of it, whether or not its recording came in.
CREATE TABLE pbx_call (
  company_id   uuid NOT NULL REFERENCES company (id),
  uuid         text NOT NULL,
  record_id    uuid REFERENCES record (id),
  direction    text NOT NULL,
  caller       text NOT NULL,
  callee       text NOT NULL,
  started_at   timestamptz NOT NULL,
  duration_s   integer NOT NULL,
  talk_time_s  integer NOT NULL,
  payload      jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, uuid)
);
CREATE INDEX idx_pbx_call_started ON pbx_call (company_id, started_at DESC);

CREATE TABLE webhook (
  id             uuid PRIMARY KEY,
  company_id     uuid NOT NULL REFERENCES company (id),
  url            text NOT NULL,
  secret_cipher  text NOT NULL,
  events         text[] NOT NULL,
  is_active      boolean NOT NULL DEFAULT true,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  deleted_at     timestamptz
);
CREATE INDEX idx_webhook_company ON webhook (company_id) WHERE deleted_at IS NULL;

CREATE TABLE webhook_delivery (
  id             uuid PRIMARY KEY,
  webhook_id     uuid NOT NULL REFERENCES webhook (id),
  company_id     uuid NOT NULL REFERENCES company (id),
  event          text NOT NULL,
  payload        jsonb NOT NULL,
  attempts       integer NOT NULL DEFAULT 0,
  next_try_at    timestamptz,
  delivered_at   timestamptz,
  response_code  integer,
  last_error     text,
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_webhook_delivery_due ON webhook_delivery (next_try_at) WHERE delivered_at IS NULL;
CREATE INDEX idx_webhook_delivery_webhook ON webhook_delivery (webhook_id, created_at DESC);

CALL enable_tenancy('ai_chat_session');
CALL enable_tenancy('ai_chat_message');
CALL enable_tenancy('pbx_credentials');
CALL enable_tenancy('bitrix_credentials');
CALL enable_tenancy('amocrm_credentials');
CALL enable_tenancy('pbx_call');
CALL enable_tenancy('webhook');
CALL enable_tenancy('webhook_delivery');

GRANT SELECT, INSERT, UPDATE, DELETE ON ai_chat_session, ai_chat_message, pbx_credentials, bitrix_credentials,
  amocrm_credentials, pbx_call, webhook, webhook_delivery TO dialix_app;
