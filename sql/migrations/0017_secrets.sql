-- What is stored encrypted beside the secrets of 0006 (Fernet, by the programs: PostgreSQL never sees a key), where a
-- company wants it: what was said, and what quotes it. The plain columns are empty then, so no trigger or index that
-- reads them can hold a word of it.

ALTER TABLE company_settings ADD COLUMN encrypt_transcripts boolean NOT NULL DEFAULT false;

ALTER TABLE transcript ADD COLUMN segments_cipher text,
  ADD CONSTRAINT transcript_cipher_alone CHECK (segments_cipher IS NULL OR (segments = '[]' AND text = ''));

ALTER TABLE result ADD COLUMN summary_cipher text,
  ADD CONSTRAINT result_cipher_alone CHECK (summary_cipher IS NULL OR summary IS NULL);

ALTER TABLE result_answer ADD COLUMN quote_cipher text, ADD COLUMN comment_cipher text,
  ADD CONSTRAINT result_answer_cipher_alone
    CHECK ((quote_cipher IS NULL OR quote IS NULL) AND (comment_cipher IS NULL OR comment IS NULL));
DO $$
DECLARE
  old_check name := (SELECT conname FROM pg_constraint WHERE conrelid = 'result_answer'::regclass AND contype = 'c'
                     AND pg_get_constraintdef(oid) LIKE '%''yes''%quote IS NOT NULL%');
BEGIN
  EXECUTE format('ALTER TABLE result_answer DROP CONSTRAINT %I', old_check);
END $$;
ALTER TABLE result_answer ADD CONSTRAINT result_answer_yes_has_quote
  CHECK (verdict <> 'yes' OR quote IS NOT NULL OR quote_cipher IS NOT NULL);

-- When an outside service was last tried, and how that ended (last_error is null: well).
ALTER TABLE pbx_credentials ADD COLUMN checked_at timestamptz;
ALTER TABLE bitrix_credentials ADD COLUMN checked_at timestamptz;
ALTER TABLE amocrm_credentials ADD COLUMN checked_at timestamptz;
CREATE TRIGGER touch BEFORE UPDATE ON webhook FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE INDEX idx_webhook_delivery_page ON webhook_delivery (webhook_id, created_at DESC, id DESC);
DROP INDEX idx_webhook_delivery_webhook;
