"""Who heard a call, took it away or read what was said: one entry for each person, call and action in 15 minutes, however
often and in whatever pieces it is asked for."""
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.world import wait_for

LOGS = "/api/v1/activity-logs"
ACTIONS = ("record.play", "record.download", "record.transcript_view")


@pytest.fixture
def record(company, sounds):
    return company.upload(sounds.beep)


def entries(company, record, action=None):
    found = company.as_("company_admin").pages(LOGS, {"resource_id": record["id"]})
    return [entry for entry in found if entry["action"] in (ACTIONS if action is None else (action,))]


def audio(record):
    return f"/api/v1/records/{record['id']}/audio"


def test_a_play_is_one_entry_whatever_bytes_are_asked_for(company, record):
    client = company.person("viewer")
    first = client.get(audio(record), headers={"Range": "bytes=1-"}, expect=206)
    for wanted in ("bytes=0-", "bytes=2-3", "bytes=-5", "bytes=1-", "bytes=0-0,5-6"):
        client.get(audio(record), headers={"Range": wanted}, expect=206)
    client.get(audio(record))
    entry, = entries(company, record)
    assert (entry["action"], entry["resource_type"], entry["account_id"]) == ("record.play", "record", client.account["id"])
    assert entry["request_id"] == first.headers["X-Request-Id"] and entry["remote_addr"] == "127.0.0.1"


def test_a_download_is_another_entry_and_comes_as_a_file(company, record):
    client = company.person("viewer")
    client.get(audio(record))
    answer = client.get(audio(record), query={"download": "1"})
    assert answer.headers["Content-Disposition"] == "attachment"
    client.get(audio(record), query={"download": "1"}, headers={"Range": "bytes=7-"}, expect=206)
    assert sorted(entry["action"] for entry in entries(company, record)) == ["record.download", "record.play"]
    assert "download" in client.get(audio(record), query={"download": "yes"}, expect=422).field_errors


def test_each_person_has_an_entry_of_their_own(company, record):
    people = [company.person("viewer"), company.person("supervisor")]
    for client in people:
        client.get(audio(record))
    assert {entry["account_id"] for entry in entries(company, record)} == {client.account["id"] for client in people}


def test_players_that_ask_at_once_make_one_entry(company, record):
    clients = [company.person("viewer")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: clients[0].get(audio(record), headers={"Range": f"bytes={n}-"}, expect=206), range(24)))
    assert len(entries(company, record)) == 1


def test_after_a_quarter_of_an_hour_it_is_noted_again(company, record, sql):
    client = company.person("viewer")
    client.get(audio(record))
    assert sql("UPDATE activity_recent SET noted_at = noted_at - interval '14 minutes' WHERE resource_id = %s RETURNING 1", (record["id"],))
    client.get(audio(record))
    assert len(entries(company, record)) == 1
    sql("UPDATE activity_recent SET noted_at = noted_at - interval '1 minute' WHERE resource_id = %s", (record["id"],))
    client.get(audio(record))
    assert len(entries(company, record)) == 2


def test_a_transcript_that_is_read_is_noted_once(analysed):
    client = analysed.company.person("viewer")
    path = f"/api/v1/records/{analysed.record['id']}/transcript"
    for _ in range(3):
        client.get(path)
    mine = [entry for entry in entries(analysed.company, analysed.record, "record.transcript_view") if entry["account_id"] == client.account["id"]]
    assert len(mine) == 1 and mine[0]["after"] is None   # and nothing of what was said


def test_the_analyzer_seals_what_is_written(company, sql):
    entry = company.as_("company_admin").pages(LOGS)[0]
    wait_for("its stamp", 60, lambda: sql("SELECT seq FROM activity_chain WHERE log_id = %s", (entry["id"],)))
    assert sql("SELECT count(*) FROM activity_unsealed WHERE log_id = %s", (entry["id"],)) == [(0,)]


def test_a_platform_administrator_who_listens_is_seen_by_the_company(company, record, admin):
    admin.get(audio(record), query=company.scope)
    entry, = entries(company, record)
    assert entry["account_id"] == admin.account["id"]


def test_who_may_not_hear_it_leaves_no_entry(company, record, world):
    company.person("operator", operator_id=company.operator()["id"]).get(audio(record), expect=404)
    world.company().person("viewer").get(audio(record), expect=404)
    assert entries(company, record) == []


def test_a_transcript_that_is_not_ready_is_not_noted(company, record, sql):
    client = company.person("viewer")
    company.finished(record["id"])
    sql("UPDATE record SET status = 'FAILED' WHERE id = %s", (record["id"],))
    client.get(f"/api/v1/records/{record['id']}/transcript", expect=409)
    assert entries(company, record) == []
