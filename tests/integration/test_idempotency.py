"""Idempotency-Key: a creating request that comes twice does its work once (draft-ietf-httpapi-idempotency-key-header)."""
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.secrets import fernet
from support.world import CHECKLIST, PASSWORD, unique

OPERATORS, TOKENS = "/api/v1/operators", "/api/v1/me/tokens"


@pytest.fixture
def client(company):
    return company.person("company_admin")


def key(name=None):
    return {"Idempotency-Key": name or unique("key")}


def operator(code="101", name="Aziz"):
    return {"code": code, "name": name}


def test_the_same_request_gives_the_same_answer_and_works_once(client):
    sent = key()
    first = client.post(OPERATORS, operator(), headers=sent, expect=201)
    again = client.post(OPERATORS, operator(), headers=sent, expect=201)
    assert again.body == first.body and again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert len(client.pages(OPERATORS)) == 1


def test_a_key_in_quotes_is_the_same_key(client):
    name = unique("key")
    first = client.post(OPERATORS, operator(), headers=key(name), expect=201)
    assert client.post(OPERATORS, operator(), headers=key(f'"{name}"'), expect=201).json == first.json


def test_the_same_key_for_another_request_is_refused(client):
    sent = key()
    client.post(OPERATORS, operator(), headers=sent, expect=201)
    assert client.post(OPERATORS, operator(name="Other"), headers=sent, expect=422).code == "idempotency_key_reused"
    assert len(client.pages(OPERATORS)) == 1


def test_keys_are_a_persons_and_a_routes_own(client, company):
    sent, other = key(), company.person("company_admin")
    client.post(OPERATORS, operator("101"), headers=sent, expect=201)
    other.post(OPERATORS, operator("102"), headers=sent, expect=201)
    client.post("/api/v1/checklists", CHECKLIST, headers=sent, expect=201)
    assert len(client.pages(OPERATORS)) == 2


def test_of_many_at_the_same_moment_one_does_the_work(client):
    sent = key()

    def send(_):
        other = client.fresh()
        other.session.cookies.update(client.session.cookies)
        return other.post(OPERATORS, operator(), headers=sent, expect={201, 409})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert len({answer.json["id"] for answer in answers if answer.status == 201}) == 1
    assert {answer.code for answer in answers if answer.status == 409} <= {"idempotency_in_progress"}
    assert len([answer for answer in answers if answer.status == 201 and "Idempotency-Replayed" not in answer.headers]) == 1
    assert len(client.pages(OPERATORS)) == 1


def test_a_refused_request_takes_no_key(client):
    sent = key()
    client.post(OPERATORS, {"code": "1"}, headers=sent, expect=422)
    client.post(OPERATORS, operator(), expect=201)
    assert client.post(OPERATORS, operator(), headers=sent, expect=409).code == "code_taken"
    client.post(OPERATORS, operator("102"), headers=sent, expect=201)


def test_what_the_answer_says_is_kept_encrypted(client, sql):
    sent = key()
    made = client.post(TOKENS, {"name": "Once", "scopes": ["view_records"]}, headers=sent, expect=201)
    again = client.post(TOKENS, {"name": "Once", "scopes": ["view_records"]}, headers=sent, expect=201)
    assert again.json == made.json and len(client.get(TOKENS).json["items"]) == 1
    (kept, row), = sql("SELECT answer_cipher, k::text FROM idempotency_key k WHERE key = %s", (sent["Idempotency-Key"],))
    assert kept.startswith("gAAAA") and made.json["token"] not in row


def test_after_a_crash_before_the_answer_was_kept_it_says_that_the_work_is_done(client, sql):
    sent = key()
    client.post(OPERATORS, operator(), headers=sent, expect=201)
    sql("UPDATE idempotency_key SET answer_cipher = NULL WHERE key = %s", (sent["Idempotency-Key"],))
    answer = client.post(OPERATORS, operator(), headers=sent, expect=409)
    assert answer.code == "idempotency_in_progress" and answer.headers["Retry-After"] == "1"
    sql("UPDATE idempotency_key SET created_at = created_at - interval '61 seconds' WHERE key = %s", (sent["Idempotency-Key"],))
    assert client.post(OPERATORS, operator(), headers=sent, expect=409).code == "idempotency_unfinished"
    assert len(client.pages(OPERATORS)) == 1


def test_a_key_is_forgotten_after_a_day(client, sql):
    sent = key()
    client.post(OPERATORS, operator(), headers=sent, expect=201)
    sql("UPDATE idempotency_key SET created_at = created_at - interval '24 hours 1 second' WHERE key = %s", (sent["Idempotency-Key"],))
    assert client.post(OPERATORS, operator(), headers=sent, expect=409).code == "code_taken"
    sql("SELECT sweep_sessions(interval '12 hours', 1000)")
    assert sql("SELECT count(*) FROM idempotency_key WHERE key = %s", (sent["Idempotency-Key"],)) == [(0,)]


@pytest.mark.parametrize("name", ["with blank", "x" * 256, "\x7f", '""'])
def test_what_is_no_key_is_refused(client, name):
    assert client.post(OPERATORS, operator(), headers=key(name), expect=422).field_errors == {"Idempotency-Key": "format"}


@pytest.mark.parametrize("path, body", [
    ("/api/v1/accounts", {"email": "once@example.uz", "name": "Once", "role": "viewer", "password": PASSWORD, "language": "en"}),
    ("/api/v1/checklists", CHECKLIST), (OPERATORS, operator()), (TOKENS, {"name": "Once", "scopes": ["view_records"]})],
    ids=lambda value: value if isinstance(value, str) else "")
def test_every_creating_request_takes_a_key(client, path, body):
    if "email" in body:
        body = {**body, "email": unique("once") + "@example.uz"}
    sent = key()
    first = client.post(path, body, headers=sent, expect=201)
    again = client.post(path, body, headers=sent, expect=201)
    assert again.json == first.json and again.headers["Idempotency-Replayed"] == "true"


def test_a_company_is_made_once(admin):
    sent, body = key(), {"name": unique("Company"), "timezone": "Asia/Tashkent", "price_per_minute_minor": 1, "language": "en"}
    first = admin.post("/api/v1/companies", body, headers=sent, expect=201).json
    assert admin.post("/api/v1/companies", body, headers=sent, expect=201).json == first


@pytest.mark.parametrize("path, body", [(OPERATORS, {"code": "101", "name": "Aziz"}), ("/api/v1/checklists", CHECKLIST)], ids=["operator", "checklist"])
def test_a_request_whose_answer_no_key_opens_any_more_is_not_carried_out_again(client, sql, path, body):
    """SECRET_KEY_PREVIOUS was cleared within the day: rotate-key leaves these answers alone, which end by themselves."""
    sent = key()
    client.post(path, body, headers=sent, expect=201)
    sql("UPDATE idempotency_key SET answer_cipher = %s WHERE key = %s", (fernet("another-key-that-is-long-enough-to-be-one").encrypt(b"{}").decode(),
                                                                         sent["Idempotency-Key"]))
    assert client.post(path, body, headers=sent, expect=409).code == "idempotency_unfinished"
    assert len(client.pages(path)) == 1
