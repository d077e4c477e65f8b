"""GET /dashboard against numbers computed by hand. The company's zone is Asia/Tashkent, UTC+5."""
import pytest

from support.seed import Seed
from support.world import World

DASHBOARD = "/api/v1/dashboard"
PERIOD = {"start": "2026-11-02", "end": "2026-11-04"}  # previous: 2026-10-30 … 2026-11-01


@pytest.fixture(scope="module")
def board(admin, sql):
    """
    day (local)  key  operator  type      status     duration  score  sentiment  delay  op/cust/silence  charged
    11-01 23:59  p1   A         inbound   COMPLETED   30 000    50    negative   1 000   5/ 5/0 s         500     previous
    10-30 00:00  p2   B         outbound  FAILED      10 000                                                      previous
    10-29 23:59  x1   A         inbound   COMPLETED   99 000    99    positive   9 000                     900     before both
    11-02 00:00  c1   A         inbound   COMPLETED   60 000    90    positive   1 000  30/20/4 s        1 000
    11-02 12:00  c2   A         outbound  COMPLETED  120 000    60    negative   2 000  50/40/0 s        2 000
    11-02 13:00  c3   B         inbound   COMPLETED   90 000    80.5  positive   null    -/ -/6 s        1 500
    11-04 10:00  c4   B         inbound   COMPLETED   30 000    null  null       4 500  10/ 5/0 s          500
    11-04 11:00  c5   nobody    none      FAILED      15 000
    11-04 12:00  c6   A         inbound   PENDING     45 000
    11-04 23:59  c7   nobody    internal  COMPLETED   10 001    20    neutral    null   (mono)             167
    11-05 00:00  x2   A         inbound   COMPLETED   99 000    99    positive   9 000                     900     after
    11-03 10:00  d    A         inbound   COMPLETED   99 000    99    positive   9 000                             deleted
    """
    company = World(admin).company()
    seed = Seed(sql, company.id)
    a, b = company.operator(code="101", name="Anvar"), company.operator(code="102", name="Barno")
    checklist = company.checklist()
    rows = {
        "p1": ("2026-11-01T18:59:59Z", a, "inbound", "COMPLETED", 30_000, 50, "negative", 1_000, 5, 5, 0, 500),
        "p2": ("2026-10-29T19:00:00Z", b, "outbound", "FAILED", 10_000),
        "x1": ("2026-10-29T18:59:59Z", a, "inbound", "COMPLETED", 99_000, 99, "positive", 9_000, 9, 9, 9, 900),
        "c1": ("2026-11-01T19:00:00Z", a, "inbound", "COMPLETED", 60_000, 90, "positive", 1_000, 30, 20, 4, 1_000),
        "c2": ("2026-11-02T07:00:00Z", a, "outbound", "COMPLETED", 120_000, 60, "negative", 2_000, 50, 40, 0, 2_000),
        "c3": ("2026-11-02T08:00:00Z", b, "inbound", "COMPLETED", 90_000, 80.5, "positive", None, None, None, 6, 1_500),
        "c4": ("2026-11-04T05:00:00Z", b, "inbound", "COMPLETED", 30_000, None, None, 4_500, 10, 5, 0, 500),
        "c5": ("2026-11-04T06:00:00Z", None, None, "FAILED", 15_000),
        "c6": ("2026-11-04T07:00:00Z", a, "inbound", "PENDING", 45_000),
        "c7": ("2026-11-04T18:59:59Z", None, "internal", "COMPLETED", 10_001, 20, "neutral", None, None, None, 0, 167),
        "x2": ("2026-11-04T19:00:00Z", a, "inbound", "COMPLETED", 99_000, 99, "positive", 9_000, 9, 9, 9, 900),
        "d": ("2026-11-03T05:00:00Z", a, "inbound", "COMPLETED", 99_000, 99, "positive", 9_000, 9, 9, 9, None),
    }
    told = {  # purpose, lead source, interests
        "c1": ("order", "telegram", ["fridge", "oven"]), "c2": ("complaint", None, ["fridge"]), "c3": ("order", "friend", []),
        "c4": (None, None, []), "c7": ("complaint", "telegram", ["lamp"]), "p1": ("order", "radio", ["tv"]),
    }
    answers = {  # question → verdict, or (verdict, override)
        "c1": {"greeting": "yes", "name": "no", "thanks": "yes"},
        "c2": {"greeting": "no", "name": ("no", "yes"), "thanks": "needs_review"},
        "c3": {"greeting": "yes", "name": ("yes", "no"), "thanks": "na"},
        "c7": {"greeting": "yes", "name": ("needs_review", "na"), "thanks": "needs_review"},
        "p1": {"greeting": "no", "name": "no", "thanks": "no"},
        "d": {"greeting": "no", "name": "no", "thanks": "no"},
    }
    author = company.as_("supervisor").account["id"]
    for key, (at, operator, kind, status, duration, *rest) in rows.items():
        score, sentiment, delay, spoken, heard, silence, charged = rest or [None] * 7
        record = seed.record(at, operator_id=operator and operator["id"], call_type=kind, status=status, duration_ms=duration,
                             deleted=key == "d", charged=charged, checklist=checklist, failure="Broken." if status == "FAILED" else None)
        if status == "COMPLETED":
            purpose, source, interests = told.get(key, (None, None, []))
            seed.result(record, score=score, sentiment=sentiment, purpose=purpose, source=source, interests=interests, delay=delay,
                        operator_speech=spoken and spoken * 1000, customer_speech=heard and heard * 1000, silence=silence * 1000,
                        checklist=checklist)
            for position, (question, verdict) in enumerate(answers.get(key, {}).items()):
                verdict, override = verdict if isinstance(verdict, tuple) else (verdict, None)
                seed.answer(record, position, question, verdict, override=override, by=override and author,
                            segment="Closing" if question == "thanks" else "Opening")
    client = company.as_("viewer")
    return type("Board", (), {"company": company, "client": client, "a": a, "b": b,
                              "get": staticmethod(lambda **query: client.get(DASHBOARD, query={**PERIOD, **query}).json)})


def test_the_period_and_the_one_before(board):
    assert board.get()["period"] == {"start": "2026-11-02", "end": "2026-11-04", "previous_start": "2026-10-30",
                                     "previous_end": "2026-11-01", "timezone": "Asia/Tashkent"}


def test_totals(board):
    assert board.get()["totals"] == {
        "calls": 7, "completed": 5, "failed": 1, "in_progress": 1,
        "duration_ms": 370_001, "avg_duration_ms": 52_857,  # 370 001 / 7 = 52 857.29
        "avg_score": 62.63, "median_score": 70.25,  # (90 + 60 + 80.5 + 20) / 4 = 62.625; (60 + 80.5) / 2
        "avg_operator_answer_delay_ms": 2_500,  # (1 000 + 2 000 + 4 500) / 3
        "operator_speech_ms": 90_000, "customer_speech_ms": 65_000, "silence_ms": 10_000, "cost_minor": 5_167,
    }


def test_totals_of_the_period_before(board):
    assert board.get()["previous"] == {
        "calls": 2, "completed": 1, "failed": 1, "in_progress": 0, "duration_ms": 40_000, "avg_duration_ms": 20_000,
        "avg_score": 50, "median_score": 50, "avg_operator_answer_delay_ms": 1_000, "operator_speech_ms": 5_000,
        "customer_speech_ms": 5_000, "silence_ms": 0, "cost_minor": 500,
    }


def test_every_day_is_there_also_one_without_calls(board):
    assert board.get()["daily"] == [
        {"date": "2026-11-02", "calls": 3, "positive": 2, "neutral": 0, "negative": 1, "unknown": 0, "avg_score": 76.83},  # 230.5 / 3
        {"date": "2026-11-03", "calls": 0, "positive": 0, "neutral": 0, "negative": 0, "unknown": 0, "avg_score": None},
        {"date": "2026-11-04", "calls": 4, "positive": 0, "neutral": 1, "negative": 0, "unknown": 1, "avg_score": 20},
    ]


def test_operators_most_calls_first(board):
    assert board.get()["operators"] == [
        {"id": board.a["id"], "code": "101", "name": "Anvar", "calls": 3, "completed": 2, "avg_score": 75, "duration_ms": 225_000,
         "avg_operator_answer_delay_ms": 1_500, "positive": 1, "neutral": 0, "negative": 1, "unknown": 0},
        {"id": board.b["id"], "code": "102", "name": "Barno", "calls": 2, "completed": 2, "avg_score": 80.5, "duration_ms": 120_000,
         "avg_operator_answer_delay_ms": 4_500, "positive": 1, "neutral": 0, "negative": 0, "unknown": 1},
        {"id": None, "code": None, "name": None, "calls": 2, "completed": 1, "avg_score": 20, "duration_ms": 25_001,
         "avg_operator_answer_delay_ms": None, "positive": 0, "neutral": 1, "negative": 0, "unknown": 0},
    ]


def test_sentiment_purposes_sources_and_interests(board):
    seen = board.get()
    assert seen["sentiment"] == {"positive": 2, "neutral": 1, "negative": 1, "unknown": 1}
    assert seen["purposes"] == [{"name": "complaint", "calls": 2}, {"name": "order", "calls": 2}]
    assert seen["sources"] == [{"name": "telegram", "calls": 2}, {"name": "friend", "calls": 1}]
    assert seen["interests"] == [{"name": "fridge", "calls": 2}, {"name": "lamp", "calls": 1}, {"name": "oven", "calls": 1}]


def test_compliance_counts_overrides_and_puts_the_worst_first(board):
    rows = {row["question_id"]: row for row in board.get()["compliance"]}
    keep = ("yes", "no", "na", "needs_review", "rate", "segment")
    assert {name: tuple(row[key] for key in keep) for name, row in rows.items()} == {
        "greeting": (3, 1, 0, 0, 75, "Opening"),
        "name": (1, 2, 1, 0, 33.33, "Opening"),
        "thanks": (1, 0, 1, 2, 100, "Closing"),
    }
    assert [row["question_id"] for row in board.get()["compliance"]] == ["name", "greeting", "thanks"]


def test_a_filter_narrows_the_whole_page(board):
    seen = board.get(operator_id=board.a["id"])
    assert (seen["totals"]["calls"], seen["totals"]["avg_score"], seen["previous"]["calls"]) == (3, 75, 1)
    assert [row["code"] for row in seen["operators"]] == ["101"]
    assert sum(day["calls"] for day in seen["daily"]) == 3
    assert {row["question_id"]: (row["yes"], row["no"]) for row in seen["compliance"]} == {"greeting": (1, 1), "name": (1, 1), "thanks": (1, 0)}
    outbound = board.get(call_type="outbound")
    assert (outbound["totals"]["calls"], outbound["totals"]["completed"], outbound["previous"]["failed"]) == (1, 1, 1)
    assert outbound["sentiment"] == {"positive": 0, "neutral": 0, "negative": 1, "unknown": 0}
    assert outbound["purposes"] == [{"name": "complaint", "calls": 1}]


def test_one_day(board):
    seen = board.get(start="2026-11-02", end="2026-11-02")
    assert (seen["period"]["previous_start"], seen["period"]["previous_end"]) == ("2026-11-01", "2026-11-01")
    assert seen["totals"]["calls"] == 3 and seen["previous"]["calls"] == 1 and len(seen["daily"]) == 1


def test_an_empty_period_is_zeros_and_nulls(board):
    seen = board.get(start="2026-01-01", end="2026-01-02")
    assert seen["totals"]["calls"] == 0 and seen["totals"]["avg_score"] is None and seen["totals"]["median_score"] is None
    assert seen["totals"]["duration_ms"] == 0 and seen["totals"]["avg_duration_ms"] is None
    assert len(seen["daily"]) == 2
    for key in ("operators", "purposes", "sources", "interests", "compliance"):
        assert seen[key] == []


def test_the_default_is_the_last_thirty_days(board):
    seen = board.client.get(DASHBOARD).json
    assert len(seen["daily"]) == 30 and seen["daily"][-1]["date"] == seen["period"]["end"]


def test_days_follow_the_companys_zone(board):
    company = board.company
    try:
        company.as_("company_admin").patch("/api/v1/settings", {"timezone": "UTC"})
        assert [day["calls"] for day in board.get()["daily"]] == [2, 0, 5]  # c1 was on 11-01 UTC; x2 is on 11-04
    finally:
        company.as_("company_admin").patch("/api/v1/settings", {"timezone": "Asia/Tashkent"})


@pytest.mark.parametrize("query, path", [
    ({"start": "2026-11-05"}, "end"), ({"start": "x"}, "start"), ({"end": "2026-02-30"}, "end"), ({"start": "2024-01-01"}, "start"),
    ({"operator_id": "x"}, "operator_id"), ({"call_type": "x"}, "call_type"), ({"start": "0000-00-00"}, "start"), ({"end": "99999-01-01"}, "end"),
], ids=str)
def test_a_wrong_period_or_filter_is_named(board, query, path):
    assert path in board.client.get(DASHBOARD, query={**PERIOD, **query}, expect=422).field_errors


def test_another_company_sees_none_of_it(world):
    company = world.company()
    assert company.as_("viewer").get(DASHBOARD, query=PERIOD).json["totals"]["calls"] == 0
