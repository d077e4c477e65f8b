"""The list of calls, changing, analysing again and removing them."""
import pytest

from support.seed import Seed
from support.world import unique, wait_for

RECORDS = "/api/v1/records"


@pytest.fixture(scope="module")
def shelf(world, sql):
    """Nine known calls of one company; read only."""
    company = world.company()
    seed = Seed(sql, company.id)
    one, two = company.operator(code="101"), company.operator(code="102")
    rows = [
        # key, started_at (UTC; Tashkent is +5), operator, type, phone, score, sentiment, status, duration, title, words
        ("a", "2026-11-01T05:00:00Z", one, "inbound", "901234567", 90, "positive", "COMPLETED", 60_000, "Fridge order", "i want to order a fridge"),
        ("b", "2026-11-01T18:59:59Z", one, "outbound", "901234568", 40, "negative", "COMPLETED", 30_000, "Complaint", "the free trial was a lie and i want a refund"),
        ("c", "2026-11-01T19:00:00Z", two, "inbound", "711112233", 70.5, "neutral", "COMPLETED", 90_000, "call", "refund please"),
        ("d", "2026-11-02T05:00:00Z", two, "inbound", "901234567", None, None, "COMPLETED", 10_000, "call", "music"),
        ("e", "2026-11-02T06:00:00Z", None, None, None, None, None, "FAILED", 20_000, "call", None),
        ("f", "2026-11-02T07:00:00Z", None, None, None, None, None, "PENDING", 20_000, "call", None),
        ("g", "2026-11-02T07:00:00Z", one, "internal", "+998901234567", 70.5, "neutral", "COMPLETED", 20_000, "call", "hello hello"),
        ("h", "2026-11-02T07:00:00Z", one, "internal", None, 0, "negative", "COMPLETED", 20_000, "call", "o‘zbekcha қўнғироқ"),
    ]
    ids = {}
    for key, at, operator, kind, phone, score, sentiment, status, duration, title, words in rows:
        ids[key] = seed.record(at, operator_id=operator and operator["id"], call_type=kind, phone=phone, status=status, duration_ms=duration,
                               title=title, created_at=at, failure="Broken." if status == "FAILED" else None)
        if status == "COMPLETED":
            seed.result(ids[key], score=score, sentiment=sentiment)
            seed.transcript(ids[key], words)
    ids["deleted"] = seed.record("2026-11-02T05:00:00Z", deleted=True)
    names = {value: key for key, value in ids.items()}
    client = company.as_("viewer")

    def find(limit=50, **query):
        return "".join(names[item["id"]] for item in client.pages(RECORDS, query, limit))

    return type("Shelf", (), {"company": company, "client": client, "ids": ids, "find": staticmethod(find), "one": one, "two": two})


@pytest.mark.parametrize("query, found", [
    ({"status": "FAILED"}, "e"), ({"status": "FAILED,PENDING"}, "fe"), ({"call_type": "inbound"}, "dca"), ({"call_type": "internal"}, "hg"),
    ({"client_phone_number": "901234567"}, "gda"), ({"client_phone_number": "1234567"}, "gda"), ({"client_phone_number": "+998901234567"}, "g"),
    ({"score_min": "70.5"}, "gca"), ({"score_max": "40"}, "hb"), ({"score_min": "40", "score_max": "70.5"}, "gcb"), ({"score_min": "0", "score_max": "0"}, "h"),
    ({"sentiment": "negative"}, "hb"), ({"sentiment": "neutral"}, "gc"),
    ({"start": "2026-11-01", "end": "2026-11-01"}, "ba"), ({"start": "2026-11-02"}, "hgfedc"), ({"end": "2026-11-01"}, "ba"),
    ({"start": "2026-11-03"}, ""), ({"q": "refund"}, "cb"), ({"q": 'refund -"free trial"'}, "c"), ({"q": '"order a fridge"'}, "a"),
    ({"q": "complaint"}, "b"), ({"q": "REFUND"}, "cb"), ({"q": "nothing-like-this"}, ""), ({"q": "қўнғироқ"}, "h"), ({"q": "o‘zbekcha"}, "h"),
    ({"call_type": "inbound", "sentiment": "neutral", "q": "refund"}, "c"), ({"sentiment": "positive", "status": "PENDING"}, ""),
], ids=str)
def test_filters_find_what_they_say(shelf, query, found):
    result = shelf.find(**query)
    if "gf" in found or "hg" in found:  # equal times: the order among them is by id
        assert sorted(result) == sorted(found)
    else:
        assert result == found


def test_an_operator_filter(shelf):
    assert sorted(shelf.find(operator_id=shelf.two["id"])) == ["c", "d"]
    assert shelf.find(operator_id="0197a1b2-0000-7000-8000-000000000001") == ""


@pytest.mark.parametrize("sort, key", [
    ("started_at", lambda item: item["started_at"]), ("created_at", lambda item: item["created_at"]),
    ("duration_ms", lambda item: item["duration_ms"]), ("score", lambda item: (item["result"] or {}).get("score")),
])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_every_sort_is_total_over_pages(shelf, sort, key, descending, limit):
    items = shelf.client.pages(RECORDS, {"sort": ("-" if descending else "") + sort}, limit)
    assert len(items) == 8
    keys = [key(item) for item in items]
    known = [value for value in keys if value is not None]
    assert known == sorted(known, reverse=descending)
    assert keys == known + [None] * (len(keys) - len(known)), "nulls come last both ways"


def test_a_page_keeps_its_place_when_calls_come_in(world, sql):
    company = world.company()
    seed = Seed(sql, company.id)
    old = [seed.record(f"2026-11-0{day}T05:00:00Z") for day in range(1, 6)]
    client = company.as_("viewer")
    first = client.get(RECORDS, query={"limit": 2}).json
    seed.record("2026-11-20T05:00:00Z")
    second = client.get(RECORDS, query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert [item["id"] for item in first["items"] + second["items"]] == [old[4], old[3], old[2], old[1]]


@pytest.mark.parametrize("query, path", [
    ({"start": "2026-11-02", "end": "2026-11-01"}, "end"), ({"status": "DONE"}, "status"), ({"status": ""}, "status"), ({"call_type": "x"}, "call_type"), ({"operator_id": "x"}, "operator_id"),
    ({"score_min": "101"}, "score_min"), ({"score_max": "-1"}, "score_max"), ({"score_min": "nan"}, "score_min"), ({"score_min": "inf"}, "score_min"),
    ({"sentiment": "happy"}, "sentiment"), ({"start": "2026-02-30"}, "start"), ({"end": "yesterday"}, "end"), ({"sort": "title"}, "sort"),
    ({"limit": "-1"}, "limit"), ({"cursor": "x"}, "cursor"), ({"q": ""}, "q"), ({"q": "x" * 201}, "q"),
    ({"client_phone_number": "12"}, "client_phone_number"), ({"client_phone_number": "abc"}, "client_phone_number"),
], ids=str)
def test_wrong_filters_are_named(shelf, query, path):
    assert path in shelf.client.get(RECORDS, query=query, expect=422).field_errors


@pytest.mark.parametrize("q", ["'", '"', "((", "a & | b", "\\", "%", "_", "<->", "-", "!!", "a:*b", "😀", "or or or", "'); DROP TABLE record; --"])
def test_no_search_text_is_an_error(shelf, q):
    shelf.client.get(RECORDS, query={"q": q})


def test_a_cursor_of_another_sort_is_refused_or_harmless(shelf):
    cursor = shelf.client.get(RECORDS, query={"limit": 1, "sort": "score"}).json["next_cursor"]
    shelf.client.get(RECORDS, query={"limit": 1, "sort": "-started_at", "cursor": cursor}, expect={200, 422})


def test_an_operator_sees_own_calls_only(shelf):
    company = shelf.company
    account = company.account("operator", operator_id=shelf.two["id"])
    client = company.admin.fresh()
    client.login(account["email"], "correct-horse-battery")
    assert {item["id"] for item in client.pages(RECORDS)} == {shelf.ids["c"], shelf.ids["d"]}
    assert client.pages(RECORDS, {"operator_id": shelf.one["id"]}) == []
    client.get(f"{RECORDS}/{shelf.ids['c']}")
    for suffix in ("", "/transcript", "/audio", "/waveform"):
        client.get(f"{RECORDS}/{shelf.ids['a']}{suffix}", expect=404)


def test_what_is_not_completed_has_no_transcript_or_waveform(shelf):
    for key in ("e", "f"):
        for suffix in ("/transcript", "/waveform"):
            assert shelf.client.get(f"{RECORDS}/{shelf.ids[key]}{suffix}", expect=409).code == "record_not_ready"


def test_a_removed_call_is_nowhere(shelf):
    for suffix in ("", "/transcript", "/waveform", "/audio"):
        shelf.client.get(f"{RECORDS}/{shelf.ids['deleted']}{suffix}", expect=404)


def test_a_call_is_corrected(company, sql):
    seed, client = Seed(sql, company.id), company.as_("user")
    operator, checklist = company.operator(code="321"), company.checklist(active=False)
    path = f"{RECORDS}/{seed.record('2026-11-01T10:00:00Z')}"
    changed = client.patch(path, {"title": "New", "operator_code": "321", "call_type": "outbound", "client_phone_number": "998712000000",
                                  "checklist_id": checklist["id"], "started_at": "2026-10-01T00:00:00Z"}).json
    assert (changed["title"], changed["operator"]["id"], changed["call_type"]) == ("New", operator["id"], "outbound")
    assert changed["checklist_id"] == checklist["id"] and changed["started_at"].startswith("2026-10-01T00:00:00")
    cleared = client.patch(path, {"operator_code": None, "call_type": None, "client_phone_number": None, "checklist_id": None}).json
    assert (cleared["operator"], cleared["call_type"], cleared["client_phone_number"], cleared["checklist_id"]) == (None,) * 4
    assert cleared["title"] == "New"
    assert client.get(path).json == cleared


@pytest.mark.parametrize("change, field", [
    ({"title": ""}, "title"), ({"title": None}, "title"), ({"operator_code": "999"}, "operator_code"), ({"operator_code": 5}, "operator_code"),
    ({"call_type": "x"}, "call_type"), ({"client_phone_number": "x"}, "client_phone_number"), ({"checklist_id": "x"}, "checklist_id"),
    ({"checklist_id": "0197a1b2-0000-7000-8000-000000000001"}, "checklist_id"), ({"started_at": "now"}, "started_at"),
    ({"started_at": None}, "started_at"), ({"status": "COMPLETED"}, "status"), ({"cost_minor": 0}, "cost_minor"),
], ids=str)
def test_a_wrong_correction_is_refused_and_changes_nothing(shelf, change, field):
    client, path = shelf.company.as_("supervisor"), f"{RECORDS}/{shelf.ids['a']}"
    before = client.get(path).json
    assert field in client.patch(path, {"language": "x", **change} if field == "language" else change, expect=422).field_errors
    assert client.get(path).json == before


def test_removing_a_call_takes_its_audio_and_keeps_its_charge(company, sounds, stack):
    client = company.as_("supervisor")
    record = company.completed(sounds.beep)
    path, files = f"{RECORDS}/{record['id']}", [name for name in stack.audio_files() if record["id"] in name]
    assert len(files) == 1
    paid = company.balance()
    client.delete(path)
    for suffix in ("", "/transcript", "/waveform", "/audio"):
        client.get(path + suffix, expect=404)
    client.delete(path, expect=404)
    client.patch(path, {"title": "x"}, expect=404)
    client.post(path + "/reprocess", expect=404)
    assert client.pages(RECORDS) == []
    wait_for("the audio is gone", 15, lambda: not [name for name in stack.audio_files() if record["id"] in name])
    assert company.balance() == paid
    assert [t["record_id"] for t in company.as_("company_admin").pages("/api/v1/transactions", {"type": "charge"})] == [record["id"]]


def test_removing_a_waiting_call_gives_its_money_back(company, sounds, sql):
    client = company.as_("supervisor")
    record = company.upload(sounds.stereo)
    client.delete(f"{RECORDS}/{record['id']}")
    wait_for("the reservation is released or the call was charged", 60, lambda: company.balance()["reserved_minor"] == 0)
    balance = company.balance()["balance_minor"]
    charges = sql("SELECT coalesce(sum(amount_minor), 0)::bigint FROM transaction WHERE company_id = %s AND type = 'charge'", (company.id,))
    assert balance == 100_000_000 + charges[0][0] and charges[0][0] in (0, -record["cost_minor"])
    assert sql("SELECT count(*) FROM job WHERE company_id = %s AND state IN ('queued', 'running')", (company.id,)) == [(0,)]


def test_a_completed_call_is_analysed_again_for_nothing(company, sounds):
    client = company.as_("user")
    first = company.completed(sounds.stereo)
    paid = company.balance()
    answer = client.post(f"{RECORDS}/{first['id']}/reprocess", expect=202)
    assert answer.headers["Location"] == f"{RECORDS}/{first['id']}"
    assert answer.json["status"] in ("PENDING", "PROCESSING") and answer.json["progress"] < 100
    again = company.finished(first["id"])
    assert again["status"] == "COMPLETED" and again["result"]["created_at"] >= first["result"]["created_at"]
    assert company.balance() == paid


def test_a_call_that_is_sent_to_be_analysed_again_twice_with_one_key_is_so_once(company, sounds, sql):
    client = company.as_("user")
    record = company.completed(sounds.beep)
    key = {"Idempotency-Key": unique("key")}
    first = client.post(f"{RECORDS}/{record['id']}/reprocess", headers=key, expect=202)
    again = client.post(f"{RECORDS}/{record['id']}/reprocess", headers=key, expect=202)
    assert again.body == first.body and again.headers["Idempotency-Replayed"] == "true"
    company.finished(record["id"])
    assert client.post(f"{RECORDS}/{record['id']}/reprocess", headers=key, expect=202).body == first.body
    assert sql("SELECT count(*) FROM activity_log WHERE action = 'record.reprocess' AND resource_id = %s", (record["id"],)) == [(1,)]
    other = company.completed(sounds.beep)
    assert client.post(f"{RECORDS}/{other['id']}/reprocess", headers=key, expect=422).code == "idempotency_key_reused"


def test_a_call_under_way_is_not_queued_twice(company, sql):
    record = Seed(sql, company.id).record("2026-11-01T10:00:00Z", status="PENDING")
    sql("INSERT INTO job (id, company_id, record_id, reserved_minor, run_at) VALUES (gen_random_uuid(), %s, %s, 0, now() + interval '1 hour')",
        (company.id, record))
    assert company.as_("user").post(f"{RECORDS}/{record}/reprocess", expect=409).code == "already_processing"
    assert sql("SELECT count(*) FROM job WHERE record_id = %s", (record,)) == [(1,)]


def test_a_failed_call_must_be_paid_to_be_tried_again(world, sql):
    company = world.company(balance=50)
    record = Seed(sql, company.id).record("2026-11-01T10:00:00Z", status="FAILED", failure="Broken.", audio_path=f"{company.id}/none.wav")
    answer = company.as_("user").post(f"{RECORDS}/{record}/reprocess", expect=402)
    assert answer.json["cost_minor"] == 10_000
    assert company.balance()["reserved_minor"] == 0
    assert company.as_("user").get(f"{RECORDS}/{record}").json["status"] == "FAILED"


def test_unknown_ids_are_not_found(company):
    client, missing = company.as_("supervisor"), f"{RECORDS}/0197a1b2-0000-7000-8000-000000000001"
    for suffix in ("", "/transcript", "/audio", "/waveform"):
        client.get(missing + suffix, expect=404)
    client.patch(missing, {"title": "x"}, expect=404)
    client.post(missing + "/reprocess", expect=404)
    client.delete(missing, expect=404)


def test_calls_can_be_deleted_at_any_moment_of_their_analysis(company, sounds, sql):
    """The analyzer locks a call's job and then the call; deleting must not do it the other way round."""
    client = company.as_("supervisor")
    records = [company.upload(sounds.beep) for _ in range(12)]
    for wanted, record in zip(["PENDING", "PROCESSING", "COMPLETED"] * 4, records):
        if wanted != "PENDING":
            wait_for(f"{wanted} or later", 60, lambda: client.get(f"{RECORDS}/{record['id']}").json["status"] in (wanted, "COMPLETED"),
                     interval=0.01)
        client.delete(f"{RECORDS}/{record['id']}")
    assert sql("SELECT count(*) FROM job WHERE company_id = %s AND state IN ('queued', 'running')", (company.id,)) == [(0,)]
    charged = -sql("SELECT coalesce(sum(amount_minor), 0)::bigint FROM transaction WHERE company_id = %s AND type = 'charge'", (company.id,))[0][0]
    assert company.balance()["reserved_minor"] == 0
    assert company.balance()["balance_minor"] == 100_000_000 - charged
    assert sql("SELECT (SELECT count(*) FROM transcript WHERE company_id = %s) + (SELECT count(*) FROM result WHERE company_id = %s)",
               (company.id, company.id)) == [(0,)]
