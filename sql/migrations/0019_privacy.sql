-- Privacy: what is taken out of calls as they are analysed, how long what is kept, erasure with a receipt, and a
-- company's data handed over. Every function here works within row-level security unless it says otherwise.

-- ---- What a company wants ------------------------------------------------------------------------------------------

-- Days from the call's arrival (record.created_at, which nobody can set); null: kept.
ALTER TABLE company_settings
  ADD COLUMN audio_days integer CHECK (audio_days BETWEEN 1 AND 36500),
  ADD COLUMN transcript_days integer CHECK (transcript_days BETWEEN 1 AND 36500),
  ADD COLUMN chat_days integer CHECK (chat_days BETWEEN 1 AND 36500),
  ADD COLUMN record_days integer CHECK (record_days BETWEEN 1 AND 36500),
  ADD COLUMN redact_cards boolean NOT NULL DEFAULT false,
  ADD COLUMN redact_phones boolean NOT NULL DEFAULT false,
  ADD COLUMN redact_emails boolean NOT NULL DEFAULT false,
  ADD COLUMN redact_audio boolean NOT NULL DEFAULT false;

-- redacted_spans: what was silenced in its recording: [{"kind","channel","start_ms","end_ms"}], channel null: in all.
-- erased_at: of it only what the ledger needs is left: id, times, length, price.
ALTER TABLE record ADD COLUMN redacted_spans jsonb NOT NULL DEFAULT '[]', ADD COLUMN erased_at timestamptz;
