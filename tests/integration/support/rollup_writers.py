"""Everything that happens to calls, in random order: what uploads, analyzers, people and psql do to the tables that the
rollups are made of. A Writer is one connection's; any number may work on one company at once."""
import random
import uuid

import psycopg2

from support.seed import Seed

TYPES = [None, "inbound", "outbound", "internal"]
VERDICTS = ["yes", "no", "na", "needs_review"]
RETRIED = (psycopg2.errors.DeadlockDetected, psycopg2.errors.SerializationFailure)


class Writer:
    def __init__(self, connection, company_id, operators, author, seed):
        self.connection, self.company_id, self.author = connection, company_id, author
        self.operators, self.random = [None, *operators], random.Random(seed)
        self.seed = Seed(self.sql, company_id)
        self.deadlocks = 0

    def sql(self, statement, arguments=None):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return cursor.fetchall() if cursor.description else []

    # ---- what a call may be ------------------------------------------------------------------------------------
    def when(self):
        """Within a bit more than a year, often within an hour of a midnight somewhere."""
        hour = self.random.choice([0, 5, 18, 19, 20, 23, self.random.randrange(24)])
        days = int(self.random.triangular(0, 400, 3))
        return self.sql("SELECT date '2026-11-20' - %s + make_interval(hours => %s, mins => %s)",
                        (days, hour, self.random.choice([0, 1, 30, 59])))[0][0]

    def found(self):
        pick = self.random.choice
        score = pick([None, 0, 100, self.random.randrange(0, 101), self.random.randrange(0, 10001) / 100])
        return {"score": score, "sentiment": pick([None, "positive", "neutral", "negative"]),
                "purpose": pick([None, "", "order", "complaint", "x" * 5000]), "source": pick([None, "radio", "friend"]),
                "interests": pick([[], ["oven"], ["oven", "lamp", "oven"], ["", "tv"]]),
                "delay": pick([None, 0, self.random.randrange(9000)]), "operator_speech": pick([None, 1000, 12345]),
                "customer_speech": pick([None, 1000, 999]), "silence": self.random.randrange(5000)}

    def answers(self, record):
        for position, question in enumerate(self.random.sample(["greeting", "name", "thanks", "price"], self.random.randrange(5))):
            override = self.random.choice([None, None, "yes", "no", "na"])
            self.seed.answer(record, position, question, self.random.choice(VERDICTS), override=override,
                             by=override and self.author, text=f"{question}, worded once?")

    def a_record(self, where="true"):
        """Some call, or none."""
        rows = self.sql(f"SELECT id FROM record WHERE company_id = %s AND {where} ORDER BY random() LIMIT 1", (self.company_id,))
        return rows[0][0] if rows else None

    # ---- what happens ------------------------------------------------------------------------------------------
    def arrives(self):
        self.seed.record(self.when(), status=self.random.choice(["UPLOADED", "PENDING", "PROCESSING"]),
                         operator_id=self.random.choice(self.operators), call_type=self.random.choice(TYPES),
                         duration_ms=self.random.randrange(1, 500_000))

    def arrives_complete(self):
        record = self.seed.record(self.when(), status="COMPLETED", operator_id=self.random.choice(self.operators),
                                  call_type=self.random.choice(TYPES), duration_ms=self.random.randrange(1, 500_000),
                                  charged=self.random.choice([None, 500, 1234]))
        if self.random.random() < 0.9:
            self.seed.result(record, **self.found())
            self.answers(record)

    def settles(self):
        """In the analyzer's order: result, answers, score, charge, record."""
        record = self.a_record("status IN ('PENDING', 'PROCESSING')")
        if not record:
            return
        self.sql("SELECT FROM record WHERE id = %s FOR NO KEY UPDATE", (record,))
        self.sql("DELETE FROM result WHERE record_id = %s", (record,))
        self.seed.result(record, **self.found())
        self.sql("DELETE FROM result_answer WHERE record_id = %s", (record,))
        self.answers(record)
        self.sql("UPDATE result SET score = %s WHERE record_id = %s", (self.random.choice([None, 33.33, 50]), record))
        if self.random.random() < 0.7:
            job = str(uuid.uuid4())
            self.sql("INSERT INTO job (id, company_id, record_id, state, reserved_minor) VALUES (%s, %s, %s, 'done', 700)",
                     (job, self.company_id, record))
            self.sql("UPDATE company SET balance_minor = balance_minor - 700 WHERE id = %s", (self.company_id,))
            self.sql("INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor, record_id, job_id) "
                     "VALUES (%s, %s, 'charge', -700, 0, %s, %s)", (str(uuid.uuid4()), self.company_id, record, job))
        self.sql("UPDATE record SET status = 'COMPLETED' WHERE id = %s", (record,))

    def progresses(self):
        self.sql("UPDATE record SET status = 'PROCESSING', progress = 40 WHERE id = %s", (self.a_record("status = 'PENDING'"),))

    def fails(self):
        self.sql("UPDATE record SET status = 'FAILED', failure = 'Broken.' WHERE id = %s",
                 (self.a_record("status IN ('PENDING', 'PROCESSING')"),))

    def is_reprocessed(self):
        self.sql("UPDATE record SET status = 'PENDING', progress = 0 WHERE id = %s",
                 (self.a_record("status IN ('COMPLETED', 'FAILED')"),))

    def is_overridden(self):
        record = self.a_record("status = 'COMPLETED'")
        verdict = self.random.choice([None, "yes", "no", "na"])
        self.sql("SELECT FROM record WHERE id = %s FOR NO KEY UPDATE", (record,))
        self.sql("UPDATE result_answer SET override_verdict = %s, override_by = %s, override_at = CASE WHEN %s IS NOT NULL THEN now() END "
                 "WHERE record_id = %s AND random() < 0.5", (verdict, verdict and self.author, verdict, record))
        self.sql("UPDATE result SET score = %s WHERE record_id = %s", (self.random.choice([None, 12.5, 66.67]), record))

    def is_deleted(self):
        record = self.a_record("deleted_at IS NULL")
        self.sql("UPDATE record SET deleted_at = now() WHERE id = %s", (record,))
        if self.random.random() < 0.5:
            self.sql("DELETE FROM result_answer WHERE record_id = %s", (record,))
            self.sql("DELETE FROM result WHERE record_id = %s", (record,))

    def comes_back(self):
        self.sql("UPDATE record SET deleted_at = NULL WHERE id = %s", (self.a_record("deleted_at IS NOT NULL"),))

    def is_moved(self):
        self.sql("UPDATE record SET operator_id = %s, call_type = %s WHERE id = %s",
                 (self.random.choice(self.operators), self.random.choice(TYPES), self.a_record()))

    def is_retimed(self):
        self.sql("UPDATE record SET started_at = %s WHERE id = %s", (self.when(), self.a_record()))

    def everything_at_once(self):
        self.sql("UPDATE record SET started_at = %s, operator_id = %s, status = %s, duration_ms = duration_ms + 5 WHERE id = %s",
                 (self.when(), self.random.choice(self.operators), self.random.choice(["COMPLETED", "FAILED", "PENDING"]), self.a_record()))

    def loses_what_was_found(self):
        record = self.a_record()
        self.sql("SELECT FROM record WHERE id = %s FOR NO KEY UPDATE", (record,))
        self.sql(f"DELETE FROM {self.random.choice(['result', 'result_answer'])} WHERE record_id = %s", (record,))

    def is_charged_otherwise(self):
        self.sql("UPDATE transaction SET amount_minor = amount_minor - 11 WHERE type = 'charge' AND record_id = %s", (self.a_record(),))

    def many_are_edited(self):
        self.sql("SELECT FROM record WHERE company_id = %s ORDER BY id FOR NO KEY UPDATE", (self.company_id,))
        self.sql("UPDATE result_answer SET verdict = 'na' WHERE company_id = %s AND question_id = 'price' AND random() < 0.2",
                 (self.company_id,))

    ACTS = [arrives] * 3 + [arrives_complete] * 5 + [settles] * 6 + [
        progresses, fails, is_reprocessed, is_reprocessed, is_overridden, is_overridden, is_deleted, comes_back, is_moved, is_moved,
        is_retimed, everything_at_once, loses_what_was_found, is_charged_otherwise, many_are_edited]

    def act(self):
        """One of them, as one transaction, tried again after a deadlock."""
        chosen = self.random.choice(self.ACTS)
        while True:
            try:
                chosen(self)
                self.connection.commit()
                return chosen.__name__
            except RETRIED:
                self.connection.rollback()
                self.deadlocks += 1
