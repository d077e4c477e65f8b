"""What companies do not keep, and what is erased for good: with the database dumped and the audio store searched."""
import base64
import json
import os
import shutil
import signal
import subprocess
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from support.seed import Seed
from support.stack import BUILD
from support.world import unique, wait_for

RECORDS = "/api/v1/records"
SETTINGS = "/api/v1/settings"
ERASURES = "/api/v1/privacy/erasures"
NOW = datetime.now(timezone.utc)


@pytest.fixture
def due(sql):
    """Makes a maintenance task due at once."""
    return lambda name: sql("UPDATE maintenance_task SET due_at = now(), claimed_until = now() WHERE name = %s", (name,))


@pytest.fixture
def dump(stack):
    """Everything that stands in the database, as text."""
    url = stack.env.get("DATABASE_ADMIN_URL") or stack.env["DATABASE_OWNER_URL"]

    def run():
        return subprocess.run(["pg_dump", "--data-only", "--inserts", url], check=True, capture_output=True, text=True,
                              timeout=120).stdout
    return run


def number():
    """A phone number that nobody else has."""
    return "99890" + f"{uuid.uuid4().int % 10_000_000:07d}"


def activity(company, action):
    return company.admin.get("/api/v1/activity-logs", query={**company.scope, "action": action}).json["items"]


# ---- retention ----------------------------------------------------------------------------------------------------------

def full_call(company, sql, word, days_old, **fields):
    """A call with all its parts, written by SQL, that came in so many days ago."""
    seed = Seed(sql, company.id)
    came = NOW - timedelta(days=days_old)
    call = seed.record(came, created_at=came, audio_path=f"{company.id}/2020/01/{uuid.uuid4()}.wav", **fields)
    seed.result(call, score=80, summary=f"about {word}", purpose="order")
    seed.answer(call, 0, "greeting", "yes")
    seed.transcript(call, f"the word is {word}")
    sql("INSERT INTO waveform (record_id, company_id, channels) VALUES (%s, %s, '[[1, 2]]')", (call, company.id))
    return call


def chat(company, sql, content, updated_at, record_id=None):
    session, account = str(uuid.uuid4()), company.account("supervisor")["id"]
    sql("INSERT INTO ai_chat_session (id, company_id, account_id, record_id, updated_at) VALUES (%s, %s, %s, %s, %s)",
        (session, company.id, account, record_id, updated_at))
    sql("INSERT INTO ai_chat_message (id, session_id, company_id, role, content) VALUES (%s, %s, %s, 'user', %s)",
        (str(uuid.uuid4()), session, company.id, content))
    return session


def has(sql, table, record_id, column="record_id"):
    return sql(f"SELECT count(*) FROM {table} WHERE {column} = %s", (record_id,))[0][0] > 0


def place(stack, path):
    """Writes a file into the audio store, as the programs' user."""
    store = stack.folder / "audio"
    file = store / path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"sound")
    for made in (file, *[p for p in file.parents if store in p.parents]):
        shutil.chown(made, store.resolve().owner(), store.resolve().group())
    return file


def test_what_is_past_its_time_goes_and_the_rest_stays(world, stack, sql, due):
    company = world.company()
    other = world.company()
    old_word, new_word = unique("oldword"), unique("newword")
    old = full_call(company, sql, old_word, 40)
    new = full_call(company, sql, new_word, 20)
    others = full_call(other, sql, old_word, 400)
    file = place(stack, sql("SELECT audio_path FROM record WHERE id = %s", (old,))[0][0])
    old_chat = chat(company, sql, "old", NOW - timedelta(days=31))
    new_chat = chat(company, sql, "new", NOW - timedelta(days=29))
    client = company.as_("company_admin")
    client.patch(SETTINGS, {"retention": {"audio_days": 30, "transcript_days": 30, "chat_days": 30}})
    due("retention")
    wait_for("the old call's words to go", 30, lambda: not has(sql, "transcript", old))

    record = client.get(f"{RECORDS}/{old}").json
    assert record["file"]["available"] is False and record["result"]["summary"] is None
    assert sql("SELECT verdict, quote, quote_erased FROM result_answer WHERE record_id = %s", (old,)) == [("yes", None, True)]
    client.get(f"{RECORDS}/{old}/transcript", expect=410)
    client.get(f"{RECORDS}/{old}/waveform", expect=410)
    client.get(f"{RECORDS}/{old}/audio", expect=404)
    assert client.pages(RECORDS, {"q": old_word}) == []
    due("file_removal")
    wait_for("the old file to go", 30, lambda: not file.exists())
    assert client.get(f"{RECORDS}/{new}/transcript").json["segments"][0]["text"] == f"the word is {new_word}"
    assert [item["id"] for item in client.pages(RECORDS, {"q": new_word})] == [new]
    assert has(sql, "transcript", others) and has(sql, "waveform", others), "another company keeps everything"
    assert not has(sql, "ai_chat_session", old_chat, "id") and has(sql, "ai_chat_session", new_chat, "id")
    noted = activity(company, "retention.purge")
    assert len(noted) == 1 and noted[0]["account_id"] is None
    assert noted[0]["after"] == {"calls": 0, "recordings": 1, "transcripts": 1, "chats": 1}
    calls = sql("SELECT sum(calls) FROM rollup_call WHERE company_id = %s AND span = 1 AND call_type = '' AND operator_id::text "
                "LIKE '00000000%%'", (company.id,))[0][0]
    assert calls == 2, "the dashboard goes on counting it"


def test_whole_calls_go_but_not_what_the_ledger_says(world, sql, due, rollup):
    company = world.company()
    word = unique("gone")
    old = full_call(company, sql, word, 40, phone="998901112233", charged=5000, title=f"call {word}")
    deleted = full_call(company, sql, word, 40, phone="998901112233", deleted=True, title=f"deleted {word}")
    young = full_call(company, sql, word, 3)
    client = company.as_("company_admin")
    client.patch(SETTINGS, {"retention": {"record_days": 30}})
    due("retention")
    wait_for("the old call to go", 30, lambda: sql("SELECT erased_at FROM record WHERE id = %s", (old,))[0][0])
    client.get(f"{RECORDS}/{old}", expect=404)
    assert [item["id"] for item in client.pages(RECORDS)] == [young]
    for call in (old, deleted):
        assert sql("SELECT title, client_phone_number, audio_path, search::text FROM record WHERE id = %s", (call,)) == [("-", None, None, "")]
        for table in ("transcript", "waveform", "result", "result_answer"):
            assert not has(sql, table, call), table
    assert sql("SELECT count(*) FROM transaction WHERE record_id = %s", (old,))[0][0] == 1
    verified = rollup("verify", "--company", company.id)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_call_under_analysis_is_left_alone_until_it_ends(world, sql, due):
    company = world.company()
    calls = [full_call(company, sql, "x", 40, status=status) for status in ("PENDING", "PROCESSING", "COMPLETED", "FAILED")]
    sql("INSERT INTO job (id, company_id, record_id, state, reserved_minor, run_at) VALUES (%s, %s, %s, 'queued', 0, now() + interval '1 day')",
        (str(uuid.uuid4()), company.id, calls[2]))
    sql("UPDATE record SET search = NULL WHERE company_id = %s", (company.id,))   # as settle would: the trigger writes it
    company.as_("company_admin").patch(SETTINGS, {"retention": {"record_days": 30, "audio_days": 10, "transcript_days": 10}})
    due("retention")
    wait_for("the failed call to go", 30, lambda: sql("SELECT erased_at FROM record WHERE id = %s", (calls[3],))[0][0])
    for call in calls[:3]:
        assert sql("SELECT erased_at, audio_path IS NOT NULL FROM record WHERE id = %s", (call,)) == [(None, True)]
        assert has(sql, "transcript", call)


# ---- erasure ------------------------------------------------------------------------------------------------------------

def finished(client, answer, seconds=60):
    assert answer.headers["Location"] == f"{ERASURES}/{answer.json['id']}"

    def done():
        erasure = client.get(answer.headers["Location"]).json
        return erasure if erasure["state"] == "done" else None
    return wait_for("the erasure to be done", seconds, done)


def claims_of(receipt):
    return json.loads(base64.urlsafe_b64decode(receipt.split(b".")[1] + b"=="))


def test_a_number_is_erased_everywhere_and_nothing_holds_it_any_more(world, stack, sql, dump, spoken_call):
    company, other = world.company(), world.company()
    phone = number()
    word = "zanzibar" + uuid.uuid4().hex[:8]
    client = company.as_("company_admin")
    # One real call, and others by SQL: deleted, told by the PBX alone, written as people write it.
    real = company.completed(spoken_call[0], client_phone_number="+" + phone, title=f"call of {phone}")
    client.patch(f"{RECORDS}/{real['id']}", {"client_phone_number": phone[3:], "title": f"again {phone}"})
    seeded = [full_call(company, sql, word, 2, phone=form) for form in ("+" + phone, phone[3:], phone)]
    seeded.append(full_call(company, sql, word, 2, phone=phone, deleted=True))
    by_pbx = full_call(company, sql, word, 2)
    for uid, record, caller in (("a", by_pbx, phone), ("b", None, "+" + phone)):
        sql("INSERT INTO pbx_call (company_id, uuid, record_id, direction, caller, callee, started_at, duration_s, talk_time_s, payload) "
            "VALUES (%s, %s, %s, 'inbound', %s, '101', now(), 5, 5, %s)", (company.id, uid, record, caller, json.dumps({"from": caller})))
    spaced = f"+{phone[:3]} {phone[3:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"
    titled = full_call(company, sql, "kept", 2, title=f"asks for {spaced}")
    chat(company, sql, f"what did {word} say", NOW, record_id=seeded[0])
    chat(company, sql, f"who is {spaced}?", NOW)
    hook = company.as_("company_admin").post("/api/v1/webhooks", {"url": "https://example.com/", "events": ["record.completed"]}, expect=201).json["id"]
    for payload in ({"record": {"id": seeded[1], "summary": word}}, {"phone": phone}, {"record": {"id": titled}}):
        sql("INSERT INTO webhook_delivery (id, webhook_id, company_id, event, payload) VALUES (%s, %s, %s, 'record.completed', %s)",
            (str(uuid.uuid4()), hook, company.id, json.dumps(payload)))
    # Not this number's: another's whose end is the same by chance, and another company's.
    akin = full_call(company, sql, "kept", 2, phone="7" + phone[3:] if len(phone[3:]) == 10 else "79" + phone[3:])
    theirs = full_call(other, sql, "theirs", 2, phone=phone)
    assert phone in dump() and word in dump()
    file = sql("SELECT audio_path FROM record WHERE id = %s", (real["id"],))[0][0]
    assert file in stack.audio_files()

    asked = client.post(ERASURES, {"client_phone_number": spaced, "reason": f"asked by letter, call {spaced} back"}, expect=202)
    assert asked.json["state"] in ("queued", "running") and "[phone]" in asked.json["reason"]
    erasure = finished(client, asked)
    assert erasure["calls"] == 6 and erasure["erased"]["calls"] == 6
    assert erasure["erased"]["chat_messages"] == 2 and erasure["erased"]["webhook_deliveries"] == 2
    assert erasure["erased"]["titles"] == 1

    text = "\n".join(line for line in dump().splitlines() if other.id not in line)
    for form in (phone, phone[3:], spaced, f"{phone[3:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"):
        kept = [line[:300] for line in text.splitlines() if form in line and akin not in line]
        assert kept == [], f"{form} is still there"
    assert word not in text
    assert file not in stack.audio_files()
    client.get(f"{RECORDS}/{real['id']}", expect=404)
    assert client.get(f"{RECORDS}/{akin}").json["client_phone_number"] is not None
    assert client.get(f"{RECORDS}/{titled}").json["title"] == "asks for [phone]"
    assert sql("SELECT client_phone_number FROM record WHERE id = %s", (theirs,)) == [(phone,)], "another company's stays"
    assert sql("SELECT caller, callee, payload FROM pbx_call WHERE company_id = %s ORDER BY uuid", (company.id,)) == [("", "", {})] * 2, \
        "the PBX's ids stay, or the next synchronisation would bring the calls back"
    balance = sum(row[0] for row in sql("SELECT amount_minor FROM transaction WHERE company_id = %s", (company.id,)))
    assert client.get("/api/v1/balance").json["balance_minor"] == balance, "the ledger stays"
    assert [entry["resource_id"] for entry in activity(company, "erasure.request")] == [erasure["id"]]
    assert activity(company, "erasure.finish")[0]["account_id"] is None


def test_the_receipt_says_what_was_erased_and_can_be_checked_by_anybody(company, stack, sql, tmp_path):
    phone = number()
    client = company.as_("company_admin")
    call = full_call(company, sql, "x", 2, phone=phone)
    erasure = finished(client, client.post(ERASURES, {"client_phone_number": phone, "reason": "a letter"}, expect=202))
    receipt = client.get(f"{ERASURES}/{erasure['id']}/receipt")
    claims = claims_of(receipt.body)
    assert claims["erasure_id"] == erasure["id"] and claims["record_ids"] == [call] and claims["erased"] == erasure["erased"]
    assert claims["company"]["id"] == company.id and claims["requested_by"]["email"] == client.account["email"]
    assert claims["reason"] == "a letter" and claims["finished_at"] == erasure["finished_at"]
    assert phone not in receipt.body.decode() and phone not in json.dumps(claims)

    file, keys = tmp_path / "receipt.jws", tmp_path / "keys.json"
    file.write_bytes(receipt.body)
    keys.write_bytes(company.admin.fresh().get("/api/v1/privacy/receipt-keys").body)

    def verify(path, *more, **env):
        return subprocess.run([f"{BUILD}/bin/dialixctl", "receipt", "verify", str(path), *more], capture_output=True, text=True,
                              timeout=60, env=env)
    good = verify(file, "--keys", str(keys))
    assert good.returncode == 0 and erasure["id"] in good.stdout, good.stderr
    head, payload, signature = receipt.body.split(b".")
    other = base64.urlsafe_b64encode(json.dumps({**claims, "erased": {"calls": 9}}).encode()).rstrip(b"=")
    for forged in (head + b"." + other + b"." + signature, head + b"." + payload + b"." + signature[:-4] + b"AAAA",
                   base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=") + b"." + payload + b".", b"nothing"):
        (tmp_path / "forged").write_bytes(forged)
        bad = verify(tmp_path / "forged", "--keys", str(keys))
        assert bad.returncode == 1 and "good" not in bad.stdout, forged
    # With the server's key also whether it is a certain number's; after a change of key, by the ring.
    secret = next(line.split("=", 1)[1] for line in (stack.folder / "env").read_text().splitlines() if line.startswith("SECRET_KEY="))
    own = verify(file, "--phone", f"+{phone}", SECRET_KEY=secret)
    assert own.returncode == 0 and "this number" in own.stdout, own.stdout + own.stderr
    wrong = verify(file, "--phone", number(), SECRET_KEY=secret)
    assert wrong.returncode == 1
    rotated = verify(file, SECRET_KEY="another-key-of-at-least-32-characters", SECRET_KEY_PREVIOUS=secret)
    assert rotated.returncode == 0, rotated.stderr
    stranger = verify(file, SECRET_KEY="another-key-of-at-least-32-characters")
    assert stranger.returncode == 1


def test_one_call_is_erased_by_who_may_delete_it(company, sql):
    call = full_call(company, sql, "x", 2)
    for role in ("viewer", "operator"):
        company.as_(role).post(f"{RECORDS}/{call}/erase", {"reason": "no"}, expect=403)
    client = company.as_("supervisor") if company.as_("supervisor").get("/api/v1/me").json["permissions"].count("delete_records") \
        else company.as_("company_admin")
    erasure = finished(client, client.post(f"{RECORDS}/{call}/erase", {"reason": "asked by phone"}, expect=202))
    assert erasure["calls"] == 1 and erasure["record_id"] == call and erasure["phone_hmac"] is None
    client.get(f"{RECORDS}/{call}", expect=404)
    client.post(f"{RECORDS}/{call}/erase", {"reason": "again"}, expect=404)
    assert claims_of(client.get(f"{ERASURES}/{erasure['id']}/receipt").body)["record_ids"] == [call]
    assert [e["id"] for e in company.as_("company_admin").pages(ERASURES)] == [erasure["id"]]


def test_a_call_under_analysis_is_given_up_and_its_reservation_released(company, stack, sql, sounds):
    stack.command("stop", "analyzer")
    try:
        record = company.upload(sounds.beep)
        assert company.balance()["reserved_minor"] > 0
        client = company.as_("company_admin")
        asked = client.post(f"{RECORDS}/{record['id']}/erase", {"reason": "now"}, expect=202)
        client.get(f"{ERASURES}/{asked.json['id']}/receipt", expect=409)
    finally:
        stack.command("start", "analyzer")
    finished(client, asked)
    assert company.balance()["reserved_minor"] == 0
    assert sql("SELECT state FROM job WHERE record_id = %s", (record["id"],))[0][0] in ("cancelled", "done")


def test_a_number_said_in_other_calls_is_taken_out_where_it_is_wanted(company, sql):
    seed = Seed(sql, company.id)
    call = seed.record(NOW)
    seed.result(call, summary="wants 90 111 22 33 called")
    seed.transcript(call, "please call nine zero one one one two two three three or 90 111 22 44")
    client = company.as_("company_admin")
    body = {"client_phone_number": "+998 90 111-22-33", "reason": "a letter"}
    finished(client, client.post(ERASURES, body, expect=202))
    assert "nine zero" in client.get(f"{RECORDS}/{call}/transcript").json["segments"][0]["text"]
    erasure = finished(client, client.post(ERASURES, {**body, "redact_spoken": True}, expect=202))
    assert erasure["erased"]["spoken_in_calls"] == 1 and erasure["calls"] == 0
    assert client.get(f"{RECORDS}/{call}/transcript").json["segments"][0]["text"] == "please call [phone] or 90 111 22 44"
    assert client.get(f"{RECORDS}/{call}").json["result"]["summary"] == "wants [phone] called"
    assert client.pages(RECORDS, {"q": "zero"}) == []


@pytest.mark.parametrize("body, path", [
    ({"reason": "x"}, "client_phone_number"), ({"client_phone_number": "998901112233"}, "reason"),
    ({"client_phone_number": "12", "reason": "x"}, "client_phone_number"), ({"client_phone_number": "call me", "reason": "x"}, "client_phone_number"),
    ({"client_phone_number": "998901112233", "record_id": str(uuid.uuid4()), "reason": "x"}, "client_phone_number"),
    ({"record_id": str(uuid.uuid4()), "redact_spoken": True, "reason": "x"}, "redact_spoken"),
    ({"record_id": "7", "reason": "x"}, "record_id"), ({"client_phone_number": "998901112233", "reason": ""}, "reason"),
], ids=str)
def test_what_can_not_be_erased_is_refused_by_field(company, body, path):
    assert path in company.as_("company_admin").post(ERASURES, body, expect=422).field_errors


def test_nobody_erases_or_sees_another_companys(world, sql):
    mine, theirs = world.company(), world.company()
    call = full_call(theirs, sql, "x", 2)
    client = mine.as_("company_admin")
    client.post(f"{RECORDS}/{call}/erase", {"reason": "x"}, expect=404)
    client.post(ERASURES, {"record_id": call, "reason": "x"}, expect=404)
    their_client = theirs.as_("company_admin")
    erasure = finished(their_client, their_client.post(ERASURES, {"record_id": call, "reason": "x"}, expect=202))
    client.get(f"{ERASURES}/{erasure['id']}", expect=404)
    client.get(f"{ERASURES}/{erasure['id']}/receipt", expect=404)
    mine.as_("supervisor").post(ERASURES, {"client_phone_number": number(), "reason": "x"}, expect=403)


def test_an_analyzer_killed_in_the_middle_leaves_nothing_half_done(company, stack, sql):
    phone = number()
    calls = [full_call(company, sql, f"w{i}", 2, phone=phone) for i in range(120)]
    stack.command("stop", "analyzer")
    env = dict(line.split("=", 1) for line in (stack.folder / "env").read_text().splitlines() if "=" in line and not line.startswith("#"))
    blocker = stack.connect()
    blocker.autocommit = False
    analyzer = None
    try:
        with blocker.cursor() as cursor:   # its first step waits, whichever calls it begins with
            cursor.execute("SELECT FROM record WHERE id = ANY (%s::uuid[]) FOR UPDATE", (calls,))
        client = company.as_("company_admin")
        asked = client.post(ERASURES, {"client_phone_number": phone, "reason": "x"}, expect=202)
        sql("UPDATE maintenance_task SET due_at = now(), claimed_until = now()")
        analyzer = subprocess.Popen([f"{BUILD}/bin/dialix-analyzer"], env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **env},
                                    user=stack.folder.resolve().owner() if os.geteuid() == 0 else None, cwd="/",
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        wait_for("the analyzer to wait for the calls", 60, lambda: sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dialix-analyzer' AND %s = ANY (pg_blocking_pids(pid))",
            (blocker.info.backend_pid,))[0][0])
        os.kill(analyzer.pid, signal.SIGKILL)
        analyzer.wait()
        analyzer = None
        blocker.rollback()
        wait_for("its transaction to end", 30, lambda: not sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dialix-analyzer' AND state <> 'idle'")[0][0])
        erased = {row[0] for row in sql("SELECT id::text FROM record WHERE company_id = %s AND erased_at IS NOT NULL", (company.id,))}
        assert len(erased) in (0, 50), "the step that waited is taken whole or not at all"
        for call in calls:
            parts = [has(sql, table, call) for table in ("transcript", "waveform", "result", "result_answer")]
            assert parts == [call not in erased] * 4, "a call is erased with all of its parts or not at all"
        assert client.get(asked.headers["Location"]).json["calls"] == len(erased)
        sql("UPDATE maintenance_task SET due_at = now(), claimed_until = now()")   # else the dead one's claim lasts a minute
    finally:
        if analyzer:
            analyzer.kill()
            analyzer.wait()
        blocker.close()
        stack.command("start", "analyzer")
    erasure = finished(client, asked)
    assert erasure["calls"] == 120 and erasure["erased"]["calls"] == 120
    assert sorted(claims_of(client.get(f"{ERASURES}/{erasure['id']}/receipt").body)["record_ids"]) == sorted(calls)
