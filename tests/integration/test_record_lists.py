"""The list of calls over many calls: every filter, order and page against the plain query of all rows."""
import random

import psycopg2
import pytest

from support.filled import fill
from support.seed import Seed
from support.stack import run_rollup

RECORDS = "/api/v1/records"
CALLS = 17_000   # more than record_page() looks at before it asks the index for all


@pytest.fixture(scope="module")
def crowd(world, sql, stack):
    company = world.company()
    operators = [company.operator()["id"] for _ in range(3)]
    fill(sql, company.id, CALLS, operators)
    assert run_rollup(stack.env["DATABASE_OWNER_URL"], "rebuild", "--company", company.id).returncode == 0
    sql("ANALYZE record")
    return type("Crowd", (), {"company": company, "client": company.as_("viewer"), "operators": operators})


def plain(sql, company_id, query, limit):
    """ids as the API must give them, from the rows themselves."""
    where, values = ["r.company_id = %s", "r.deleted_at IS NULL"], [company_id]

    def add(condition, *given):
        where.append(condition)
        values.extend(given)

    for name, value in query.items():
        if name == "status":
            add("r.status = ANY (%s)", value.split(","))
        elif name in ("operator_id", "call_type"):
            add(f"r.{name} = %s", value)
        elif name == "client_phone_number":
            add("r.client_phone_number LIKE %s", "%" + value)
        elif name in ("score_min", "score_max"):
            add(f"s.score {'>=' if name == 'score_min' else '<='} %s", value)
        elif name == "sentiment":
            add("s.sentiment_conversation = %s", value)
        elif name in ("call_purpose", "lead_source"):
            add(f"s.{name} = %s", value)
        elif name == "interest":
            add("%s = ANY (s.interests)", value)
        elif name == "question_id":
            add("EXISTS (SELECT FROM result_answer a WHERE a.record_id = s.record_id AND a.question_id = %s "
                "AND coalesce(a.override_verdict, a.verdict) = %s)", value, query["answer"])
        elif name == "q":
            add("to_tsvector('simple', concat_ws(' ', r.title, s.summary, t.text)) @@ websearch_to_tsquery('simple', %s)", value)
        elif name in ("start", "end"):
            add(f"(r.started_at AT TIME ZONE 'Asia/Tashkent')::date {'>=' if name == 'start' else '<='} %s", value)
    sort = query.get("sort", "-started_at")
    key, way = {"score": "s.score"}.get(sort.lstrip("-"), "r." + sort.lstrip("-")), "DESC" if sort[0] == "-" else "ASC"
    return [str(row[0]) for row in sql(f"""
        SELECT r.id FROM record r LEFT JOIN result s ON s.record_id = r.id AND r.status = 'COMPLETED'
        LEFT JOIN transcript t ON t.record_id = r.id WHERE {' AND '.join(where)}
        ORDER BY {key} {way} NULLS LAST, r.id {way} LIMIT {limit}""", values)]


def shown(client, query, pages, limit):
    ids, cursor = [], None
    for _ in range(pages):
        page = client.get(RECORDS, query={**query, "limit": limit, **({"cursor": cursor} if cursor else {})}).json
        ids += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    return ids


def random_query(chance, operators, sql):
    choices = {
        "status": lambda: chance.choice(["COMPLETED", "FAILED", "FAILED,PENDING", "UPLOADED"]),
        "operator_id": lambda: chance.choice(operators),
        "call_type": lambda: chance.choice(["inbound", "outbound", "internal"]),
        "client_phone_number": lambda: str(chance.randrange(100, 10_000)),
        "score_min": lambda: chance.choice([0, 10.5, 50, 98, 99.9]),
        "score_max": lambda: chance.choice([0.5, 11, 60, 99.2, 100]),
        "sentiment": lambda: chance.choice(["positive", "neutral", "negative"]),
        "call_purpose": lambda: chance.choice(["order", "complaint", "delivery", "nothing"]),
        "lead_source": lambda: chance.choice(["site", "friends"]),
        "interest": lambda: chance.choice(["fridge", "oven", "tv"]),
        "question_id": lambda: chance.choice(["q1", "q2"]),
        "q": lambda: chance.choice(["common", "usual", "some", "rare", "usual some", "common -usual", '"usual some"', "summary7", "number4242", "call", "nothing"]),
        "start": lambda: str(sql("SELECT current_date - %s", (chance.randrange(400),))[0][0]),
    }
    names = chance.sample(sorted(choices), chance.choice([0, 1, 1, 2, 2, 3, 4]))
    if "client_phone_number" in names and chance.random() < 0.7:
        names.remove("client_phone_number")
    query = {name: choices[name]() for name in names}
    if "question_id" in query:
        query["answer"] = chance.choice(["yes", "no", "na"])
    if chance.random() < 0.6:
        query["sort"] = chance.choice(["-", ""]) + chance.choice(["started_at", "created_at", "duration_ms", "score"])
    return query


@pytest.mark.parametrize("seed", range(8))
def test_any_filter_order_and_page_is_what_the_rows_say(crowd, sql, seed):
    chance = random.Random(seed)
    for _ in range(25):
        query = random_query(chance, crowd.operators, sql)
        limit, pages = chance.choice([(7, 3), (100, 2), (200, 3)])
        assert shown(crowd.client, query, pages, limit) == plain(sql, crowd.company.id, query, limit * pages), query


@pytest.mark.parametrize("query", [{}, {"q": "some"}, {"q": "rare"}, {"sort": "score"}, {"sort": "-score", "q": "usual"}, {"question_id": "q2", "answer": "no"}], ids=str)
def test_all_pages_together_are_all_calls(crowd, sql, query):
    assert shown(crowd.client, query, 200, 200) == plain(sql, crowd.company.id, query, 10**6)


def test_an_override_and_a_correction_move_a_call_between_the_filters(company, sql):
    seed = Seed(sql, company.id)
    record = seed.record("2026-11-01T05:00:00Z", title="first")
    seed.result(record, score=10, sentiment="negative", purpose="order", source="site", interests=["oven"], summary="A broken oven")
    seed.answer(record, 1, "greeting", "no")
    seed.transcript(record, "the oven is cold")

    def is_found(**query):
        return [item["id"] for item in company.as_("viewer").get(RECORDS, query=query).json["items"]] == [record]

    for query in ({"call_purpose": "order"}, {"lead_source": "site"}, {"interest": "oven"}, {"question_id": "greeting", "answer": "no"},
                  {"q": "broken cold"}, {"score_max": 10}, {"sentiment": "negative"}):
        assert is_found(**query), query
    sql("UPDATE result_answer SET override_verdict = 'yes' WHERE record_id = %s", (record,))
    sql("UPDATE result SET score = 100, call_purpose = 'complaint', summary = 'All is well' WHERE record_id = %s", (record,))
    sql("UPDATE transcript SET text = 'the oven is hot' WHERE record_id = %s", (record,))
    for query in ({"call_purpose": "complaint"}, {"question_id": "greeting", "answer": "yes"}, {"q": "well hot"}, {"score_min": 100}):
        assert is_found(**query), query
    for query in ({"call_purpose": "order"}, {"question_id": "greeting", "answer": "no"}, {"q": "broken"}, {"q": "cold"}, {"score_max": 10}):
        assert not is_found(**query), query
    sql("UPDATE record SET status = 'PENDING' WHERE id = %s", (record,))
    assert is_found(status="PENDING") and is_found(q="hot") and not is_found(call_purpose="complaint") and not is_found(score_min=0)


@pytest.mark.parametrize("query, path", [({"question_id": "q1"}, "answer"), ({"answer": "yes"}, "question_id"), ({"question_id": "q1", "answer": "maybe"}, "answer")])
def test_a_question_and_its_answer_go_together(crowd, query, path):
    assert path in crowd.client.get(RECORDS, query=query, expect=422).field_errors


def test_the_search_behind_row_level_security_gives_no_other_tenants_calls(stack, crowd, world):
    other = world.company()
    connection = psycopg2.connect(stack.env["DATABASE_URL"])
    with connection.cursor() as cursor:
        for scope, found in ((other.id, 0), ("", 0), (crowd.company.id, 5)):
            cursor.execute("SELECT set_config('app.company_ids', %s, true)", (scope,))
            cursor.execute("SELECT count(*) FROM record_page(%s, 'started_at', true, 5, NULL, NULL, NULL, NULL, NULL, 'common', NULL, NULL, "
                           "NULL, NULL, NULL)", (crowd.company.id,))
            assert cursor.fetchone()[0] == found
    connection.close()
