"""The life of an archive of a company's data: who may have one, one at a time, fetched in parts, taken away, expired; and what is left
of it when its analyzer dies, the disk is full or a key is missing: nothing."""
import hashlib
import signal
import uuid

import pytest

from support.exports import EXPORTS, Archive, analyzer_of, due, files_of, finished, made
from support.seed import Seed
from support.threads import at_once
from support.world import PASSWORD, wait_for


@pytest.fixture(scope="module")
def house(world, sql, sounds):
    """A company with an archive of a call."""
    house = world.company()
    house.upload(sounds.beep)
    house.export, house.archive = made(house.as_("company_admin"), sql)
    return house


@pytest.fixture
def no_analyzer(stack):
    stack.command("stop", "analyzer")
    yield
    stack.command("start", "analyzer")


def activity(company, action):
    items = company.admin.get("/api/v1/activity-logs", query={**company.scope, "action": action}).json["items"]
    return [(item["resource_id"], item["account_id"]) for item in items]


def file_path(export):
    return f"{EXPORTS}/{export['id']}/file"


def ask(client, expect=202, with_audio=False, **kwargs):
    return client.post(EXPORTS, {"with_audio": with_audio}, expect=expect, **kwargs)


# ---- asking, fetching ---------------------------------------------------------------------------------------------------

def test_asked_for_it_is_made_and_told_of(house, sql):
    client, export = house.as_("company_admin"), house.export
    assert export["progress"] == 100 and export["failure"] is None and export["requested_by"] == client.account["id"]
    (days,), = sql("SELECT extract(epoch FROM expires_at - finished_at) / 86400 FROM company_export WHERE id = %s", (export["id"],))
    assert days == 7
    assert [item["id"] for item in client.pages(EXPORTS)] == [export["id"]] and client.get(f"{EXPORTS}/{export['id']}").json == export
    assert activity(house, "export.request") == [(export["id"], client.account["id"])]
    assert activity(house, "export.finish") == [(export["id"], None)]


def test_it_is_fetched_whole_and_in_parts_and_noted_once(house, sql):
    client = house.as_("company_admin")
    whole = client.get(file_path(house.export))
    assert len(whole.body) == house.export["size_bytes"] and hashlib.sha256(whole.body).hexdigest() == house.export["sha256"]
    assert whole.headers["Content-Type"] == "application/zip" and whole.headers["Cache-Control"] == "no-store"
    assert whole.headers["Content-Disposition"].startswith('attachment; filename="dialix-') and "X-Accel-Redirect" not in whole.headers
    assert whole.headers["X-Content-Type-Options"] == "nosniff" and whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(file_path(house.export), headers={"Range": "bytes=100-299", "If-Range": whole.headers["ETag"]}, expect=206)
    assert part.body == whole.body[100:300] and part.headers["Content-Range"] == f"bytes 100-299/{len(whole.body)}"
    rest = client.get(file_path(house.export), headers={"Range": "bytes=300-"}, expect=206)
    assert whole.body[:300] + rest.body == whole.body
    past = client.get(file_path(house.export), headers={"Range": f"bytes={len(whole.body)}-"}, expect=416)
    assert past.code == "range_not_satisfiable"
    client.get(file_path(house.export), headers={"If-None-Match": whole.headers["ETag"]}, expect=304)
    assert activity(house, "export.download") == [(house.export["id"], client.account["id"])]


def test_its_file_can_not_be_reached_around_the_app_or_guessed(house, stack, sql):
    (stored,), = sql("SELECT file FROM company_export WHERE id = %s", (house.export["id"],))
    assert house.export["id"] not in stored and uuid.UUID(stored.split("/")[-1].removesuffix(".zip")).version == 4
    content = house.as_("company_admin").get(file_path(house.export)).body
    inside = stored.removeprefix("exports/")
    for address in (f"/_exports/{inside}", f"/_audio/{stored}", f"/%5fexports/{inside}", f"//_exports/{inside}", f"/api/v1/../../_exports/{inside}",
                    f"/_audio/../_exports/{inside}", f"/_exports/../{stored}"):
        for headers in ({}, {"X-Accel-Redirect": f"/_exports/{inside}"}):
            response = house.as_("company_admin").session.get(stack.url + address, headers=headers)
            assert response.content != content, address
            assert response.status_code == 404 or b"<div id=\"root\">" in response.content, address  # the web app's own page
    mode = (stack.folder / "audio" / stored).stat().st_mode & 0o777
    assert mode == 0o640


def test_one_is_made_at_a_time_and_three_are_kept(world, sql, no_analyzer):
    company = world.company()
    client = company.as_("company_admin")
    people = [company.person("company_admin") for _ in range(4)]
    answers = at_once(people, lambda person, _: ask(person, expect={202, 409}))
    assert sorted(answer.status for answer in answers) == [202, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"export_under_way"}
    waiting, = client.pages(EXPORTS)
    assert (waiting["state"], waiting["progress"], waiting["started_at"]) == ("queued", 0, None)
    assert client.get(file_path(waiting), expect=409).code == "export_not_ready"
    assert len(activity(company, "export.request")) == 1
    sql("""UPDATE company_export SET state = 'done', file = 'exports/x', size_bytes = 1, sha256 = repeat('0', 64), expires_at = now() + interval '1 day'
           WHERE id = %s""", (waiting["id"],))
    sql("""INSERT INTO company_export (id, company_id, requested_by, state, file, size_bytes, sha256, expires_at)
           SELECT gen_random_uuid(), company_id, requested_by, state, file, size_bytes, sha256, expires_at FROM company_export, generate_series(1, 2)
           WHERE id = %s""", (waiting["id"],))
    assert ask(client, expect=409).code == "too_many_exports"
    client.delete(f"{EXPORTS}/{waiting['id']}")
    ask(client)


def test_the_same_idempotency_key_is_the_same_export(company, no_analyzer):
    client, key = company.as_("company_admin"), {"Idempotency-Key": str(uuid.uuid4())}
    first = ask(client, headers=key)
    assert ask(client, headers=key).json == first.json and len(client.pages(EXPORTS)) == 1


@pytest.mark.parametrize("body, path", [({}, "with_audio"), ({"with_audio": None}, "with_audio"), ({"with_audio": "yes"}, "with_audio"),
                                        ({"with_audio": True, "company": 1}, "company")], ids=str)
def test_what_is_asked_wrongly_is_refused_by_field(company, body, path):
    assert path in company.as_("company_admin").post(EXPORTS, body, expect=422).field_errors


# ---- who may ------------------------------------------------------------------------------------------------------------

def test_who_lacks_a_permission_that_an_archive_would_get_around_has_none(house):
    admin = house.as_("company_admin")

    def person(role, granted=(), denied=()):
        account = house.account(role, **({"operator_id": house.operator()["id"]} if role == "operator" else {}))
        admin.request("PUT", f"/api/v1/accounts/{account['id']}/permissions", json={"granted": list(granted), "denied": list(denied)}, expect=200)
        client = house.admin.fresh()
        client.login(account["email"], PASSWORD)
        return client

    needed = ["view_records", "view_analytics", "view_audit", "manage_users", "manage_integrations"]
    for permission in needed:
        client = person("company_admin", denied=[permission])
        assert permission in ask(client, expect=403).json["detail"]
        client.get(file_path(house.export), expect=403)
        client.get(f"{EXPORTS}/{house.export['id']}")
    person("supervisor").get(EXPORTS, expect=403)
    ask(person("supervisor", granted=["manage_company"]), expect=403)
    client = person("supervisor", granted=["manage_company", *needed])
    assert len(client.get(file_path(house.export)).body) == house.export["size_bytes"]
    own_calls_only = person("operator", granted=["manage_company", *needed])
    ask(own_calls_only, expect=403)
    own_calls_only.get(file_path(house.export), expect=403)


def test_a_token_needs_those_as_scopes(house):
    def token(*scopes):
        made_token = house.as_("company_admin").post("/api/v1/me/tokens", {"name": "t", "scopes": list(scopes)}, expect=201).json["token"]
        return {"Authorization": f"Bearer {made_token}"}
    client = house.admin.fresh()
    client.get(file_path(house.export), headers=token("manage_company"), expect=403)
    client.get(file_path(house.export), headers=token("manage_company", "view_records", "view_analytics", "view_audit", "manage_users", "manage_integrations"))


def test_nobody_has_another_companys_and_a_parent_and_the_platform_do(world, sql):
    parent = world.company()
    branch, stranger = world.company(parent_id=parent.id), world.company()
    Seed(sql, parent.id).record("2026-11-10T05:00:00Z", title="the parent's")
    Seed(sql, branch.id).record("2026-11-10T05:00:00Z", title="the branch's")
    above = parent.as_("company_admin")
    asked = ask(above, query=branch.scope)
    export = wait_for("the branch's archive", 90, lambda: (due(sql, "exports"), next(
        (e for e in above.get(EXPORTS, query=branch.scope).json["items"] if e["id"] == asked.json["id"] and e["state"] == "done"), None))[1])
    archive = Archive(above.get(file_path(export), query=branch.scope).body)
    assert [row["title"] for row in archive.rows("record")] == ["the branch's"]
    assert Archive(parent.admin.get(file_path(export), query=branch.scope).body).manifest == archive.manifest
    assert activity(branch, "export.request") == [(export["id"], above.account["id"])]
    for client, query in ((stranger.as_("company_admin"), {}), (above, {}), (stranger.as_("company_admin"), branch.scope)):
        for method, path in (("GET", f"{EXPORTS}/{export['id']}"), ("GET", file_path(export)), ("DELETE", f"{EXPORTS}/{export['id']}")):
            client.request(method, path, query=query, expect={403, 404})
    own = made(above, sql, with_audio=False)[1]
    assert [row["title"] for row in own.rows("record")] == ["the parent's"], "without its branches"
    assert branch.as_("company_admin").get(f"{EXPORTS}/{export['id']}").json["state"] == "done"


# ---- taken away ---------------------------------------------------------------------------------------------------------

def test_deleted_it_is_nobodys_and_its_file_goes(company, stack, sql):
    client = company.as_("company_admin")
    export, _ = made(client, sql, with_audio=False)
    assert len(files_of(stack, company)) == 1
    client.delete(f"{EXPORTS}/{export['id']}")
    for path in (f"{EXPORTS}/{export['id']}", file_path(export)):
        client.get(path, expect=404)
    client.delete(f"{EXPORTS}/{export['id']}", expect=404)
    assert client.pages(EXPORTS) == [] and activity(company, "export.delete") == [(export["id"], client.account["id"])]
    due(sql, "file_removal")
    wait_for("its file to go", 60, lambda: not files_of(stack, company))


def test_past_its_time_it_is_gone_at_once_and_its_file_soon(company, stack, sql):
    client = company.as_("company_admin")
    export, _ = made(client, sql, with_audio=False)
    sql("UPDATE company_export SET expires_at = now() - interval '1 second' WHERE id = %s", (export["id"],))
    assert client.get(f"{EXPORTS}/{export['id']}").json["state"] == "expired"
    assert client.get(file_path(export), expect=410).code == "export_expired"
    due(sql, "exports_expire")
    wait_for("it to be taken away", 60, lambda: activity(company, "export.expire") == [(export["id"], None)])
    due(sql, "file_removal")
    wait_for("its file to go", 60, lambda: not files_of(stack, company))
    assert client.get(file_path(export), expect=410).code == "export_expired"
    client.delete(f"{EXPORTS}/{export['id']}")
    assert client.pages(EXPORTS) == []


def test_what_is_erased_is_in_no_archive_that_was_made_before(company, stack, sql):
    client, phone = company.as_("company_admin"), "99890" + f"{uuid.uuid4().int % 10_000_000:07d}"
    Seed(sql, company.id).record("2026-11-10T05:00:00Z", phone=phone)
    export, archive = made(client, sql, with_audio=False)
    assert phone.encode() in archive.everything()
    asked = client.post("/api/v1/privacy/erasures", {"client_phone_number": phone, "reason": "asked"}, expect=202)
    wait_for("the erasure", 60, lambda: client.get(asked.headers["Location"]).json["state"] == "done")
    assert client.get(file_path(export), expect=410).code == "export_expired"
    assert not files_of(stack, company)
    assert phone.encode() not in made(client, sql, with_audio=False)[1].everything()


# ---- what goes wrong ----------------------------------------------------------------------------------------------------

class Blocked:
    """An analyzer of ours in the middle of an archive: it waits to read the activity log, and the calls are written."""

    def __init__(self, stack, sql, company):
        self.stack, self.sql, self.company = stack, sql, company
        self.analyzer = self.blocker = None

    def __enter__(self):
        self.blocker = self.stack.connect()
        self.blocker.autocommit = False
        with self.blocker.cursor() as cursor:
            cursor.execute("LOCK TABLE pbx_call IN ACCESS EXCLUSIVE MODE")
        due(self.sql, "exports")
        self.analyzer = analyzer_of(self.stack)
        wait_for("the analyzer to wait", 60, lambda: self.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%FROM pbx_call t%%'")[0][0])
        assert [name for name in files_of(self.stack, self.company) if name.endswith(".part")]
        return self

    def let_go(self):
        self.blocker.rollback()

    def __exit__(self, *_):
        self.blocker.rollback()
        self.blocker.close()
        if self.analyzer.poll() is None:
            self.analyzer.kill()
        self.analyzer.wait()


def test_an_analyzer_killed_in_the_middle_is_succeeded_and_leaves_nothing(world, stack, sql, no_analyzer, sounds):
    company = world.company()
    company.upload(sounds.beep)
    client = company.as_("company_admin")
    asked = ask(client, with_audio=True)
    with Blocked(stack, sql, company) as blocked:
        state, = client.pages(EXPORTS)
        assert state["state"] == "running" and state["started_at"]
        blocked.analyzer.send_signal(signal.SIGKILL)
        blocked.analyzer.wait()
    left, = files_of(stack, company)
    assert left.endswith(".zip.part"), "half of it is on disk, under a name that is nobody's"
    assert client.get(file_path(asked.json), expect=409).code == "export_not_ready"
    sql("UPDATE company_export SET lease_until = now() - interval '1 second' WHERE id = %s", (asked.json["id"],))
    stack.command("start", "analyzer")
    export = finished(client, asked, sql)
    assert export["state"] == "done"
    body = client.get(file_path(export)).body
    assert hashlib.sha256(body).hexdigest() == export["sha256"] and len(Archive(body).rows("record")) == 1
    due(sql, "file_removal")
    wait_for("the half of it to go", 60, lambda: files_of(stack, company) == {row[0] for row in sql(
        "SELECT file FROM company_export WHERE company_id = %s", (company.id,))})
    assert sql("SELECT losses FROM company_export WHERE id = %s", (asked.json["id"],)) == [(1,)]


def test_an_analyzer_that_is_stopped_gives_it_back_at_once(world, stack, sql, no_analyzer):
    company = world.company()
    client = company.as_("company_admin")
    asked = ask(client)
    with Blocked(stack, sql, company) as blocked:
        blocked.analyzer.send_signal(signal.SIGTERM)
        blocked.let_go()
        assert blocked.analyzer.wait(timeout=60) == 0
    assert client.get(asked.headers["Location"]).json["state"] == "queued" and not files_of(stack, company)
    stack.command("start", "analyzer")
    assert finished(client, asked, sql)["state"] == "done"
    assert sql("SELECT losses FROM company_export WHERE id = %s", (asked.json["id"],)) == [(0,)]


def test_deleted_while_it_is_made_it_is_given_up(world, stack, sql, no_analyzer):
    company = world.company()
    client = company.as_("company_admin")
    asked = ask(client)
    with Blocked(stack, sql, company) as blocked:
        client.delete(asked.headers["Location"])
        sql("UPDATE maintenance_task SET claimed_until = now() + interval '1 hour' WHERE name = 'file_removal'")  # its own doing, not the sweep's
        blocked.let_go()
        wait_for("what was written to go", 60, lambda: not files_of(stack, company))
    due(sql, "file_removal")
    assert sql("SELECT state, file FROM company_export WHERE id = %s", (asked.json["id"],)) == [("expired", None)]
    assert activity(company, "export.finish") == []


def test_one_that_kills_its_analyzers_is_given_up(company, sql, no_analyzer, stack):
    client = company.as_("company_admin")
    asked = ask(client)
    sql("""UPDATE company_export SET state = 'running', lease_token = gen_random_uuid(), lease_until = now() - interval '1 second', losses = 3, file = 'exports/x/y.zip'
           WHERE id = %s""", (asked.json["id"],))
    stack.command("start", "analyzer")
    export = finished(client, asked, sql)
    assert (export["state"], export["failure"]["code"]) == ("failed", "interrupted")


def test_without_room_on_the_disk_it_fails_and_says_so(company, stack, sql, no_analyzer):
    client = company.as_("company_admin")
    asked = ask(client)
    due(sql, "exports")
    analyzer = analyzer_of(stack, EXPORT_MIN_FREE_BYTES=str(2**50))
    try:
        export = finished(client, asked, sql)
    finally:
        analyzer.terminate()
        analyzer.wait()
    assert export["state"] == "failed" and export["failure"]["code"] == "disk_full" and "room" in export["failure"]["message"]
    assert export["sha256"] is None and not files_of(stack, company)
    assert client.get(file_path(export), expect=409).code == "export_failed"
    assert activity(company, "export.fail") == [(export["id"], None)]
    stack.command("start", "analyzer")
    assert finished(client, ask(client), sql)["state"] == "done", "it can be asked for again"
    client.delete(f"{EXPORTS}/{export['id']}")


def test_what_can_not_be_decrypted_is_not_left_out_silently(company, stack, sql):
    seed = Seed(sql, company.id)
    call = seed.record("2026-11-10T05:00:00Z")
    seed.transcript(call, "x")
    sql("UPDATE transcript SET segments_cipher = 'gAAAAAnokey', segments = '[]', text = '' WHERE record_id = %s", (call,))
    client = company.as_("company_admin")
    export = finished(client, ask(client), sql)
    sql("DELETE FROM transcript WHERE record_id = %s", (call,))  # nobody else's tests meet it
    assert (export["state"], export["failure"]["code"]) == ("failed", "undecryptable")
    assert not files_of(stack, company)
