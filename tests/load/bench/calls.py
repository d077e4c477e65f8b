"""One company's year of calls as lines for COPY, table by table: when people call, who answers, what is found.

Nothing of it goes through the product; what comes out is what the analyzer would have written. Text format of COPY:
tab between fields, \\N is null. Times are UTC; the company's zone is Asia/Tashkent, five hours ahead all year.
"""
import datetime
import random
from collections import namedtuple

from words import Speaker

ZONE, OFFSET = "Asia/Tashkent", datetime.timedelta(hours=5)
HOURS = [0, 0, 0, 0, 0, 0, 0.2, 0.8, 3, 7, 10, 10, 7, 6, 9, 10, 9, 7, 4, 2, 1, 0.5, 0.2, 0]
WEEKDAYS = [1.1, 1, 1, 1, 1.05, 0.6, 0.25]
PURPOSES = ["order", "delivery", "complaint", "price", "refund", "support", "appointment", "payment", "cancel", "other"]
SOURCES = ["website", "instagram", "telegram", "friend", "billboard", "search", "repeat"]
PRODUCTS = ["basic", "standard", "premium", "family", "business", "router", "tv", "phone", "insurance", "warranty", "gift", "loan"]
QUESTIONS = [("greeting", "Opening", 2.0), ("own-name", "Opening", 1.0), ("customer-name", "Opening", 1.0),
             ("need", "Needs", 2.0), ("questions", "Needs", 1.5), ("listening", "Needs", 1.0), ("offer", "Offer", 2.5),
             ("price-told", "Offer", 1.0), ("objection", "Offer", 2.0), ("next-step", "Closing", 1.5),
             ("thanks", "Closing", 1.0), ("politeness", "Closing", 0.5)]
PRICE_PER_MINUTE = 10_000
PATTERNS = 600

COLUMNS = {
    "record": "id company_id operator_id checklist_id title status failure progress call_type client_phone_number source language "
              "duration_ms cost_minor audio_bytes audio_type channels sample_rate started_at created_at updated_at",
    "transcript": "record_id company_id language engine segments text operator_channel speaker_confidence speaker_basis created_at received_at",
    "waveform": "record_id company_id channels",
    "result": "id record_id company_id checklist_id checklist_version engine score summary call_purpose lead_source interests "
              "sentiment_conversation sentiment_operator sentiment_customer customer_gender operator_greeted "
              "operator_answer_delay_ms operator_speech_ms customer_speech_ms speech_ms silence_ms overlap_ms created_at updated_at",
    "result_answer": "record_id question_id company_id position segment_position segment question weight verdict confidence "
                     "quote quote_start_ms quote_end_ms quote_speaker override_verdict override_at",
    "job": "id company_id record_id state reserved_minor created_at finished_at",
    "transaction": "id company_id type amount_minor balance_after_minor record_id job_id created_at",
}

Company = namedtuple("Company", "id checklist_id operators calls")


def checklist_segments():
    """The checklist as POST /checklists takes it."""
    titles = list(dict.fromkeys(segment for _, segment, _ in QUESTIONS))
    return [{"title": title, "questions": [
        {"id": name, "text": question_text(name), "weight": weight, "keywords": [name.replace("-", " ")]}
        for name, segment, weight in QUESTIONS if segment == title]} for title in titles]


def question_text(name):
    return f"Did the operator do well with {name.replace('-', ' ')}?"


def answer_patterns(chance, company_id):
    """PATTERNS ready-made sets of answers: (lines with @ for the record's id, score). About 100 different scores."""
    titles = list(dict.fromkeys(segment for _, segment, _ in QUESTIONS))
    patterns = []
    for _ in range(PATTERNS):
        skill, lines, won, asked = chance.betavariate(5, 2), [], 0.0, 0.0
        for position, (name, segment, weight) in enumerate(QUESTIONS):
            verdict = chance.choices(["yes", "no", "na", "needs_review"], [skill * 90, (1 - skill) * 90, 6, 4])[0]
            override = chance.choice(["yes", "no"]) if chance.random() < 0.01 else None
            counted = override or verdict
            won, asked = won + weight * (counted == "yes"), asked + weight * (counted in ("yes", "no"))
            start = chance.randrange(0, 40_000)
            quote = (f"as said about {name}", str(start), str(start + 2500), "operator") if verdict == "yes" else ("\\N",) * 4
            lines.append("\t".join(("@", name, company_id, str(position), str(titles.index(segment)), segment, question_text(name),
                                    str(weight), verdict, f"{chance.uniform(0.5, 1):.2f}", *quote, override or "\\N",
                                    "2026-01-01" if override else "\\N")))
        patterns.append(("\n".join(lines) + "\n", f"{100 * won / asked:.0f}" if asked else "\\N"))
    return patterns


class Year:
    """The calls of one company over `days` days that end today, oldest first."""

    def __init__(self, company, seed, days=365, today=None):
        self.company, self.days = company, days
        self.chance = random.Random(f"{seed} {company.id}")
        self.today = today or (datetime.datetime.utcnow() + OFFSET).date()
        self.speaker = Speaker(self.chance)
        self.patterns = answer_patterns(self.chance, company.id)
        self.balance = 10**12
        self.weights = [self.chance.uniform(0.3, 1.5) for _ in company.operators]

    def starts(self):
        """Local start times: more on weekdays and in office hours, the company grows by half over the year."""
        now = datetime.datetime.utcnow() + OFFSET
        days = [self.today - datetime.timedelta(days=self.days - 1 - n) for n in range(self.days)]
        weights = [WEEKDAYS[day.weekday()] * (0.8 + 0.4 * n / self.days) for n, day in enumerate(days)]
        times = [datetime.datetime.combine(day, datetime.time(hour)) + datetime.timedelta(milliseconds=self.chance.randrange(3_600_000))
                 for day, hour in zip(self.chance.choices(days, weights, k=self.company.calls),
                                      self.chance.choices(range(24), HOURS, k=self.company.calls))]
        return sorted(min(time, now - datetime.timedelta(minutes=5)) for time in times)

    def uuid(self, at):
        """Version 7 (RFC 9562), of the time `at`."""
        ms, bits = int(at.timestamp() * 1000), self.chance.getrandbits(74)
        text = f"{ms:012x}7{bits & 0xfff:03x}{8 | (bits >> 12) & 3:x}{bits >> 14 & 0xfffffffffffffff:015x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def blocks(self, size=5000):
        """Dicts of table → text for COPY, of about `size` calls each."""
        starts = self.starts()
        for at in range(0, len(starts), size):
            out = {table: [] for table in COLUMNS}
            for number, start in enumerate(starts[at:at + size], at):
                self.call(out, number, start)
            yield {table: "".join(lines) for table, lines in out.items()}

    def call(self, out, number, local):
        chance, company = self.chance, self.company
        began = local - OFFSET
        record = self.uuid(began.replace(tzinfo=datetime.timezone.utc))
        created = (began + datetime.timedelta(minutes=4)).isoformat(sep=" ", timespec="milliseconds") + "+00"
        done = chance.random() < 0.97
        duration = int(min(3_600_000, max(8_000, chance.lognormvariate(11.9, 0.7))))
        cost = -(-duration // 60_000) * PRICE_PER_MINUTE if done else 0
        operator = chance.choices(company.operators, self.weights)[0] if chance.random() < 0.98 else "\\N"
        kind = chance.choices(["inbound", "outbound", "internal"], [60, 35, 5])[0]
        phone = f"+9989{chance.randrange(5 * 10**7):08d}"
        out["record"].append("\t".join((
            record, company.id, operator, company.checklist_id, f"call-{number:07d}", "COMPLETED" if done else "FAILED",
            "\\N" if done else "the recording has no sound", "100" if done else "20", kind, phone, "pbx" if number % 3 else "upload",
            "en", str(duration), str(cost), str(duration * 16), "audio/mpeg", "2", "8000",
            began.isoformat(sep=" ", timespec="milliseconds") + "+00", created, created)) + self.more_of_record(local))
        job = self.uuid(began.replace(tzinfo=datetime.timezone.utc))
        out["job"].append("\t".join((job, company.id, record, "done" if done else "failed", str(cost), created, created)) + "\n")
        if not done:
            return
        self.balance -= cost
        out["transaction"].append("\t".join((self.uuid(began.replace(tzinfo=datetime.timezone.utc)), company.id, "charge", str(-cost),
                                             str(self.balance), record, job, created)) + "\n")
        segments, text = self.speaker.transcript(duration)
        out["transcript"].append("\t".join((record, company.id, "en", "bench/1", segments, text, "0", "0.9", "channel", created, created)) + "\n")
        out["waveform"].append(f"{record}\t{company.id}\t[[3,41,60,22,9,70,12,5],[2,30,44,51,8,13,66,7]]\n")
        self.result(out, record, created, duration)

    def more_of_record(self, local):
        return f"\t{local.date().isoformat()}\n" if self.with_day else "\n"

    with_day = False

    def result(self, out, record, created, duration):
        chance, company = self.chance, self.company
        answers, score = self.patterns[chance.randrange(PATTERNS)]
        mood = chance.choices(["positive", "neutral", "negative", "\\N"], [35, 45, 15, 5])[0]
        wants = "{" + ",".join(chance.sample(PRODUCTS, chance.choices([0, 1, 2, 3], [40, 35, 20, 5])[0])) + "}"
        talk = int(duration * chance.uniform(0.5, 0.9))
        mine = int(talk * chance.uniform(0.35, 0.65))
        purpose = chance.choices(PURPOSES, [20, 15, 8, 14, 5, 13, 6, 8, 3, 8])[0]
        source = chance.choice(SOURCES) if chance.random() < 0.6 else "\\N"
        out["result_answer"].append(answers.replace("@", record))
        out["result"].append("\t".join((
            record, record, company.id, company.checklist_id, "1", "bench/1", score, f"The customer asked about {purpose}.", purpose,
            source, wants, mood, chance.choice(["positive", "neutral"]), mood, chance.choice(["male", "female"]), "t",
            str(int(chance.expovariate(1 / 2500))), str(mine), str(talk - mine), str(talk), str(duration - talk), "0", created,
            created)) + "\n")
