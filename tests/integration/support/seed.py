"""Known calls written straight into the tables, for tests that compare with numbers computed by hand."""
import json
import uuid


class Seed:
    def __init__(self, sql, company_id):
        self.sql, self.company_id = sql, company_id

    def record(self, started_at, *, status="COMPLETED", duration_ms=60_000, operator_id=None, call_type=None, title="call",
               phone=None, deleted=False, checklist=None, failure=None, charged=None, created_at=None, audio_path=None):
        record_id = str(uuid.uuid4())
        self.sql("""
            INSERT INTO record (id, company_id, operator_id, checklist_id, title, status, failure, progress, call_type,
              client_phone_number, duration_ms, cost_minor, audio_path, audio_bytes, audio_type, channels, sample_rate,
              started_at, created_at, deleted_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1000, 'audio/wav', 2, 8000, %s,
              coalesce(%s, now()), CASE WHEN %s THEN now() END)""",
                 (record_id, self.company_id, operator_id, checklist and checklist["id"], title, status, failure,
                  100 if status == "COMPLETED" else 0, call_type, phone, duration_ms, charged or 0, audio_path, started_at,
                  created_at, deleted))
        if charged is not None:
            job_id = str(uuid.uuid4())
            self.sql("""INSERT INTO job (id, company_id, record_id, state, reserved_minor, finished_at)
                        VALUES (%s, %s, %s, 'done', %s, now())""", (job_id, self.company_id, record_id, charged))
            self.sql("""INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor, record_id, job_id)
                        SELECT %s, id, 'charge', %s, balance_minor, %s, %s FROM company WHERE id = %s""",
                     (str(uuid.uuid4()), -charged, record_id, job_id, self.company_id))
        return record_id

    def result(self, record_id, *, score=None, sentiment=None, purpose=None, source=None, interests=(), delay=None,
               operator_speech=None, customer_speech=None, silence=0, checklist=None, summary=None):
        self.sql("""
            INSERT INTO result (id, record_id, company_id, checklist_id, checklist_version, engine, score, summary,
              call_purpose, lead_source, interests, sentiment_conversation, operator_answer_delay_ms, operator_speech_ms,
              customer_speech_ms, speech_ms, silence_ms)
            VALUES (%s, %s, %s, %s, %s, 'hand/1', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
                 (str(uuid.uuid4()), record_id, self.company_id, checklist and checklist["id"],
                  checklist and checklist["version"], score, summary, purpose, source, list(interests), sentiment, delay,
                  operator_speech, customer_speech, (operator_speech or 0) + (customer_speech or 0), silence))

    def answer(self, record_id, position, question_id, verdict, *, override=None, by=None, segment="Opening", weight=1,
               text=None):
        self.sql("""
            INSERT INTO result_answer (record_id, question_id, company_id, position, segment_position, segment, question, weight,
              verdict,
              quote, quote_start_ms, quote_end_ms, quote_speaker, override_verdict, override_by, override_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 500, 'operator', %s, %s, CASE WHEN %s IS NOT NULL THEN now() END)""",
                 (record_id, question_id, self.company_id, position, int(segment == "Closing"), segment, text or f"{question_id}?", weight, verdict,
                  "hello" if verdict == "yes" else None, override, by, override))

    def transcript(self, record_id, text):
        segments = [{"speaker": "operator", "start_ms": 0, "end_ms": 1000, "text": text, "words": []}]
        self.sql("""INSERT INTO transcript (record_id, company_id, language, engine, segments, text)
                    VALUES (%s, %s, 'en', 'hand/1', %s, %s)""", (record_id, self.company_id, json.dumps(segments), text))
