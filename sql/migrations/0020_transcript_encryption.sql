-- Switching the encryption of what was said (company_settings.encrypt_transcripts, columns of 0017) on and off: calls that
-- are there already follow in steps, done by the analyzers.

-- pending: calls may still be stored the other way; after: how far a pass over them has come.
ALTER TABLE company_settings
  ADD COLUMN transcript_encryption_pending boolean NOT NULL DEFAULT false,
  ADD COLUMN transcript_encryption_after uuid;
CREATE INDEX idx_company_settings_encryption_pending ON company_settings (company_id) WHERE transcript_encryption_pending;

CREATE FUNCTION transcript_encryption_changed() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.encrypt_transcripts <> OLD.encrypt_transcripts THEN
    NEW.transcript_encryption_pending := true;
    NEW.transcript_encryption_after := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER transcript_encryption BEFORE UPDATE OF encrypt_transcripts ON company_settings
  FOR EACH ROW EXECUTE FUNCTION transcript_encryption_changed();

-- Called in the transaction that stores what was heard. The setting can't change before that transaction ends; where it
-- has changed since the call was begun, another pass is due.
CREATE FUNCTION transcript_encryption_settled(p_company uuid, p_encrypts boolean) RETURNS void
  LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM company_settings WHERE company_id = p_company AND encrypt_transcripts = p_encrypts FOR SHARE;
  IF NOT FOUND THEN
    UPDATE company_settings SET transcript_encryption_pending = true, transcript_encryption_after = NULL
     WHERE company_id = p_company;
  END IF;
END $$;
