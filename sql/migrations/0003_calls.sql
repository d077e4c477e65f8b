-- Checklists, recordings, and what was found in them.

CREATE TABLE checklist (
  id               uuid PRIMARY KEY,
  company_id       uuid NOT NULL REFERENCES company (id),
  title            text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  is_active        boolean NOT NULL DEFAULT false,
  current_version  integer NOT NULL DEFAULT 1,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  deleted_at       timestamptz
);
CREATE UNIQUE INDEX idx_checklist_active ON checklist (company_id) WHERE is_active AND deleted_at IS NULL;
CREATE INDEX idx_checklist_company ON checklist (company_id, created_at, id) WHERE deleted_at IS NULL;
CREATE TRIGGER touch BEFORE UPDATE ON checklist FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- Never changed once written: a result points at the very questions it answered.
CREATE TABLE checklist_version (
  checklist_id  uuid NOT NULL REFERENCES checklist (id),
  version       integer NOT NULL CHECK (version > 0),
  company_id    uuid NOT NULL REFERENCES company (id),
  segments      jsonb NOT NULL,
  created_by    uuid REFERENCES account (id),
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (checklist_id, version)
);

CREATE TABLE record (
  id                   uuid PRIMARY KEY,
  company_id           uuid NOT NULL REFERENCES company (id),
  created_by           uuid REFERENCES account (id),
  operator_id          uuid REFERENCES operator (id),
  checklist_id         uuid REFERENCES checklist (id),   -- what it is judged by; null: without a checklist
  title                text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
  status               text NOT NULL DEFAULT 'PENDING'
                         CHECK (status IN ('UPLOADED', 'PENDING', 'PROCESSING', 'COMPLETED', 'FAILED')),
  failure              text,   -- why it is FAILED, for people
  progress             smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  stage                text CHECK (stage IN ('decode', 'transcribe', 'assess', 'settle')),
  call_type            text CHECK (call_type IN ('inbound', 'outbound', 'internal')),
  client_phone_number  text CHECK (client_phone_number ~ '^\+?[0-9]{3,15}$'),
  source               text NOT NULL DEFAULT 'upload' CHECK (source IN ('upload', 'pbx')),
  language             text,
  duration_ms          bigint NOT NULL CHECK (duration_ms > 0),
  audio_path           text,   -- below the audio store; null once erased
  cost_minor           bigint NOT NULL DEFAULT 0 CHECK (cost_minor >= 0),   -- reserved or charged for it
  audio_bytes          bigint NOT NULL,
  audio_type           text NOT NULL,   -- MIME type it is served with
  channels             smallint NOT NULL,
  sample_rate          integer NOT NULL,
  idempotency_key      text,
  started_at           timestamptz NOT NULL,  -- when the call took place
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  deleted_at           timestamptz
);
CREATE INDEX idx_record_owner_status ON record (company_id, status, started_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_record_client_phone ON record (company_id, client_phone_number, started_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_record_created_at ON record (company_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_record_started_at ON record (company_id, started_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_record_operator ON record (company_id, operator_id, started_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX idx_record_idempotency ON record (company_id, created_by, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX idx_record_audio_path ON record (audio_path);
CREATE TRIGGER touch BEFORE UPDATE ON record FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TABLE transcript (
  record_id   uuid PRIMARY KEY REFERENCES record (id),
  company_id  uuid NOT NULL REFERENCES company (id),
  language    text NOT NULL DEFAULT '',
  engine      text NOT NULL,
  segments    jsonb NOT NULL,   -- as the API shows them
  text        text NOT NULL,    -- the words alone, for search
  search      tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
  operator_channel        smallint,   -- null: unknown
  speaker_confidence      real NOT NULL DEFAULT 0,
  speaker_basis           text NOT NULL DEFAULT 'none',
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_transcript_search ON transcript USING gin (search);

-- Peaks for the player: [[3, 41, …], …], one array of 0..100 a channel.
CREATE TABLE waveform (
  record_id   uuid PRIMARY KEY REFERENCES record (id),
  company_id  uuid NOT NULL REFERENCES company (id),
  channels    jsonb NOT NULL
);

CREATE TABLE result (
  id                        uuid PRIMARY KEY,
  record_id                 uuid NOT NULL UNIQUE REFERENCES record (id),
  company_id                uuid NOT NULL REFERENCES company (id),
  checklist_id              uuid,
  checklist_version         integer,
  engine                    text NOT NULL,
  score                     numeric(5,2) CHECK (score BETWEEN 0 AND 100),
  summary                   text,
  call_purpose              text,
  lead_source               text,
  interests                 text[] NOT NULL DEFAULT '{}',
  sentiment_conversation    text CHECK (sentiment_conversation IN ('positive', 'neutral', 'negative')),
  sentiment_operator        text CHECK (sentiment_operator IN ('positive', 'neutral', 'negative')),
  sentiment_customer        text CHECK (sentiment_customer IN ('positive', 'neutral', 'negative')),
  customer_gender           text CHECK (customer_gender IN ('male', 'female')),
  operator_greeted          boolean,
  operator_answer_delay_ms  bigint,
  operator_speech_ms        bigint,
  customer_speech_ms        bigint,
  speech_ms                 bigint NOT NULL,
  silence_ms                bigint NOT NULL,
  overlap_ms                bigint,
  silence_spans             jsonb NOT NULL DEFAULT '[]',
  overlap_spans             jsonb NOT NULL DEFAULT '[]',
  created_at                timestamptz NOT NULL DEFAULT now(),
  updated_at                timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (checklist_id, checklist_version) REFERENCES checklist_version (checklist_id, version)
);
CREATE INDEX idx_result_record_id ON result (record_id);
CREATE INDEX idx_result_owner_created ON result (company_id, created_at DESC);
CREATE INDEX idx_result_score ON result (company_id, score);
CREATE TRIGGER touch BEFORE UPDATE ON result FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- One answered question. The words of the question come from checklist_version; the verdict that counts is
-- the override where there is one.
CREATE TABLE result_answer (
  record_id         uuid NOT NULL REFERENCES record (id),
  question_id       text NOT NULL,
  company_id        uuid NOT NULL REFERENCES company (id),
  position          integer NOT NULL,   -- of the question in the whole checklist
  segment_position  integer NOT NULL,
  segment           text NOT NULL,
  question          text NOT NULL,
  weight            double precision NOT NULL CHECK (weight > 0),
  verdict           text NOT NULL CHECK (verdict IN ('yes', 'no', 'na', 'needs_review')),
  confidence        real,
  comment           text,
  quote             text,
  quote_start_ms    bigint,
  quote_end_ms      bigint,
  quote_speaker     text CHECK (quote_speaker IN ('operator', 'customer', 'unknown')),
  override_verdict  text CHECK (override_verdict IN ('yes', 'no', 'na')),
  override_comment  text,
  override_by       uuid REFERENCES account (id),
  override_at       timestamptz,
  PRIMARY KEY (record_id, question_id),
  CHECK (verdict <> 'yes' OR quote IS NOT NULL)
);
CREATE INDEX idx_result_answer_company ON result_answer (company_id, question_id);

CALL enable_tenancy('checklist');
CALL enable_tenancy('checklist_version');
CALL enable_tenancy('record');
CALL enable_tenancy('transcript');
CALL enable_tenancy('waveform');
CALL enable_tenancy('result');
CALL enable_tenancy('result_answer');

GRANT SELECT, INSERT, UPDATE ON checklist, record TO dialix_app;
GRANT SELECT, INSERT ON checklist_version TO dialix_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON transcript, waveform, result, result_answer TO dialix_app;
