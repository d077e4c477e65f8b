"""Role operator sees own calls only, wherever calls are read, counted or spoken of, whatever else was granted to them."""
import json

import pytest

from support.seed import Seed
from support.world import PASSWORD
from test_live import Listener

RECORDS = "/api/v1/records"
EVERYTHING = ["view_analytics", "view_records", "update_records", "delete_records", "manage_operators", "manage_billing", "view_audit"]
DAYS = {"start": "2026-11-01", "end": "2026-11-20"}


@pytest.fixture(scope="module")
def place(world, sql):
    """Two operators with a call each, and one call of nobody; people with every permission that a company can grant."""
    company = world.company()
    seed = Seed(sql, company.id)
    company.mine, company.theirs = company.operator(code="101", name="Mine"), company.operator(code="102", name="Theirs")
    company.calls = {}
    for name, operator in (("mine", company.mine["id"]), ("theirs", company.theirs["id"]), ("nobodys", None)):
        record = seed.record("2026-11-10T05:00:00Z", operator_id=operator, charged=100, title=f"{name} call", phone="901234567")
        seed.result(record, score=50, sentiment="positive", purpose=f"{name} purpose", summary=f"{name} summary")
        seed.transcript(record, f"{name} words")
        company.calls[name] = record

    def person(operator_id, granted=EVERYTHING):
        account = company.account("operator", operator_id=company.mine["id"])
        sql("UPDATE account SET permissions_granted = %s, operator_id = %s WHERE id = %s", (list(granted), operator_id, account["id"]))
        client = company.admin.fresh()
        client.login(account["email"], PASSWORD)
        return client

    company.make = person
    company.granted, company.unlinked = person(company.mine["id"]), person(None)
    company.warm = company.as_("supervisor")
    return company


def read_by_all(place, path, query=None):
    """The supervisor first, so that what is cached for them would be there to be given to the wrong one; each twice."""
    answers = []
    for client in (place.warm, place.granted, place.unlinked):
        first, again = (client.get(path, query=query).json for _ in range(2))
        assert first == again
        answers.append(first)
    return answers


def test_the_list_of_calls(place):
    everything, own, nothing = read_by_all(place, RECORDS)
    assert {item["id"] for item in everything["items"]} == set(place.calls.values())
    assert [item["id"] for item in own["items"]] == [place.calls["mine"]]
    assert nothing["items"] == []


@pytest.mark.parametrize("query", [{"q": "words"}, {"sentiment": "positive"}, {"client_phone_number": "901234567"},
                                   {"score_min": "1"}, {"sort": "-score"}], ids=lambda query: next(iter(query)))
def test_a_search(place, query):
    everything, own, nothing = read_by_all(place, RECORDS, query)
    assert len(everything["items"]) == 3
    assert [item["id"] for item in own["items"]] == [place.calls["mine"]] and nothing["items"] == []


def test_asking_for_anothers_calls_gives_none(place):
    _, own, nothing = read_by_all(place, RECORDS, {"operator_id": place.theirs["id"]})
    assert own["items"] == [] and nothing["items"] == []


@pytest.mark.parametrize("part", ["", "/transcript"])
def test_one_call(place, part):
    place.granted.get(f"{RECORDS}/{place.calls['mine']}{part}")
    for name in ("theirs", "nobodys"):
        answer = place.granted.get(f"{RECORDS}/{place.calls[name]}{part}", expect=404)
        assert name not in answer.body.decode()
    for record in place.calls.values():
        place.unlinked.get(f"{RECORDS}/{record}{part}", expect=404)


def test_sound_and_waveform(place, sounds):
    theirs = place.completed(sounds.beep, operator_code="102")
    for part in ("/audio", "/waveform"):
        place.warm.get(f"{RECORDS}/{theirs['id']}{part}")
        for client in (place.granted, place.unlinked):
            client.get(f"{RECORDS}/{theirs['id']}{part}", expect=404)
    place.warm.delete(f"{RECORDS}/{theirs['id']}")


def test_the_dashboard(place):
    everything, own, nothing = read_by_all(place, "/api/v1/dashboard", DAYS)
    assert [page["totals"]["calls"] for page in (everything, own, nothing)] == [3, 1, 0]
    assert "theirs" not in json.dumps(own).lower() and "nobodys" not in json.dumps(own)
    _, theirs, none = read_by_all(place, "/api/v1/dashboard", {**DAYS, "operator_id": place.theirs["id"]})
    assert (theirs["totals"]["calls"], none["totals"]["calls"]) == (0, 0)
    zeros = "00000000-0000-0000-0000-000000000000"
    _, all_zeros, none = read_by_all(place, "/api/v1/dashboard", {**DAYS, "operator_id": zeros})
    assert (all_zeros["totals"]["calls"], none["totals"]["calls"]) == (0, 0), "the key of every operator is nobody's"


def test_operators(place):
    everything, own, nothing = read_by_all(place, "/api/v1/operators")
    assert len(everything["items"]) == 2
    assert [item["id"] for item in own["items"]] == [place.mine["id"]] and nothing["items"] == []
    place.granted.get(f"/api/v1/operators/{place.mine['id']}")
    place.granted.get(f"/api/v1/operators/{place.theirs['id']}", expect=404)
    place.unlinked.get(f"/api/v1/operators/{place.mine['id']}", expect=404)


def test_the_ledger(place):
    transactions = "/api/v1/transactions"
    own = [place.granted.get(transactions).json for _ in range(2)]
    place.as_("company_admin").get(transactions)
    assert [row["record_id"] for row in own[1]["items"]] == [place.calls["mine"]]
    assert place.unlinked.get(transactions).json["items"] == []


def test_the_activity_log(place):
    place.warm.patch(f"{RECORDS}/{place.calls['theirs']}", {"title": "theirs call, edited"})
    place.granted.patch(f"{RECORDS}/{place.calls['mine']}", {"title": "mine call, edited"})
    own = place.granted.pages("/api/v1/activity-logs")
    assert {entry["account_id"] for entry in own} == {place.granted.account["id"]}
    assert any(entry["resource_id"] == place.calls["mine"] for entry in own)
    assert "theirs" not in json.dumps(own)
    assert place.granted.pages("/api/v1/activity-logs", {"account_id": place.warm.account["id"]}) == []


def test_changes_and_deletes(place):
    theirs, mine = (f"{RECORDS}/{place.calls[name]}" for name in ("theirs", "mine"))
    for client in (place.granted, place.unlinked):
        client.patch(theirs, {"title": "taken"}, expect=404)
        client.delete(theirs, expect=404)
        client.post(theirs + "/reprocess", expect=404)
    assert place.warm.get(theirs).json["title"].startswith("theirs call")
    for code in ("102", None):
        answer = place.granted.patch(mine, {"operator_code": code}, expect=422)
        assert answer.field_errors == {"operator_code": "not_found"}
    assert place.granted.patch(mine, {"operator_code": "101"}).json["operator"]["id"] == place.mine["id"]


def test_uploads_are_ones_own(place, sounds):
    record = place.upload(sounds.beep, client=place.granted)
    assert record["operator"]["id"] == place.mine["id"]
    answer = place.upload(sounds.beep, client=place.granted, operator_code="102", expect=422)
    assert answer.field_errors == {"operator_code": "not_found"}
    place.upload(sounds.beep, client=place.granted, name="901234567_102.wav", expect=422)
    place.upload(sounds.beep, client=place.unlinked, expect=403)
    place.finished(record["id"])
    place.warm.delete(f"{RECORDS}/{record['id']}")


def test_live_events(place, sounds, document):
    own, nobody, all_of_them = (Listener(client, document) for client in (place.granted, place.unlinked, place.warm))
    try:
        theirs = place.completed(sounds.beep, operator_code="102")
        mine = place.completed(sounds.beep, operator_code="101")
        seen = own.wait(lambda events: any(json.loads(data)["status"] == "COMPLETED" for _, data in events))
        assert {json.loads(data)["id"] for _, data in seen} == {mine["id"]}
        assert {json.loads(data)["id"] for _, data in all_of_them.wait(lambda events: len(events) > 1)} >= {theirs["id"]}
        assert nobody.events == []
    finally:
        for listener in (own, nobody, all_of_them):
            listener.close()
    for record in (theirs, mine):
        place.warm.delete(f"{RECORDS}/{record['id']}")


def test_an_operator_who_is_linked_to_another_sees_theirs_from_the_next_request_on(place, sql):
    client = place.make(place.mine["id"])
    for _ in range(2):
        assert [item["id"] for item in client.get(RECORDS).json["items"]] == [place.calls["mine"]]
    sql("UPDATE account SET operator_id = %s WHERE id = %s", (place.theirs["id"], client.account["id"]))
    for _ in range(2):
        assert [item["id"] for item in client.get(RECORDS).json["items"]] == [place.calls["theirs"]]


# ---- single permissions --------------------------------------------------------------------------------------


def test_a_grant_never_gives_admin_and_a_denial_wins(place, sql, admin):
    account = place.account("viewer")
    client = admin.fresh()
    client.login(account["email"], PASSWORD)
    client.get("/api/v1/dashboard")
    sql("UPDATE account SET permissions_granted = '{admin,view_audit}', permissions_denied = '{view_analytics,view_audit}' WHERE id = %s",
        (account["id"],))
    assert client.get("/api/v1/me").json["permissions"] == ["view_records"]
    for _ in range(2):
        client.get("/api/v1/dashboard", expect=403)
        client.get("/api/v1/activity-logs", expect=403)
        client.post(f"/api/v1/companies/{place.id}/topup", {"amount_minor": 1}, expect=403)
    sql("UPDATE account SET permissions_granted = '{view_audit}', permissions_denied = '{}' WHERE id = %s", (account["id"],))
    for _ in range(2):
        client.get("/api/v1/dashboard")
        client.get("/api/v1/activity-logs")


def test_a_tokens_scopes_only_narrow(place, sql, anonymous):
    from test_company_tree import api_token
    bearer = api_token(sql, place.account("viewer"), scopes=("view_records", "manage_company", "admin", "delete_records"))
    for _ in range(2):
        anonymous.get(RECORDS, headers=bearer)
        anonymous.get("/api/v1/dashboard", headers=bearer, expect=403)
        anonymous.get("/api/v1/companies", headers=bearer, expect=403)
        anonymous.delete(f"{RECORDS}/{place.calls['mine']}", headers=bearer, expect=403)
