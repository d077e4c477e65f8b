"""All data of a company as one archive: compared with the database row by row, decrypted, and with nothing in it that is somebody
else's or a secret."""
import hashlib
import json
import uuid
from datetime import datetime, timezone

import pytest

from support.exports import made
from support.secrets import stack_fernet
from support.seed import Seed
from support.world import PASSWORD, unique, wait_for

NOW = datetime.now(timezone.utc)
# More than a page of whatever is read in pages.
MANY = 523
# Of rows that are changed by the export's end and by fetching it.
AFTERWARDS = {"activity_log": "AND action NOT IN ('export.finish', 'export.download')"}
TENANT = {"company": "id = %(id)s", "account_transfer": "%(id)s IN (from_company_id, to_company_id)"}


@pytest.fixture(scope="module")
def company(world, sql, stack, spoken_call):
    """A company that has a row of everything, many of some, and calls in the clear, encrypted, deleted, erased."""
    company = world.company()
    company.phone, company.word = "99890" + f"{uuid.uuid4().int % 10_000_000:07d}", unique("kumquat")
    client = company.as_("company_admin")
    company.as_("operator")
    company.checklist()
    client.patch("/api/v1/settings", {"purposes": ["order"], "channel_map": {"operator_channel": 0}})
    company.call = company.completed(spoken_call[0], name="20261120_101530_101_901234567.wav", title="O‘zbekcha \"sarlavha\"\n\\ 1")
    company.sealed = company.completed(spoken_call[0], title="sealed")
    company.sound = spoken_call[0].read_bytes()
    seed = Seed(sql, company.id)
    deleted = seed.record(NOW, deleted=True, title=company.word)
    plain = seed.record(NOW, title="by hand", phone=company.phone)
    seed.transcript(plain, f"we sell {company.word}\nand line\u2028ends")
    seed.result(plain, summary=f"about {company.word}", score=80)
    seed.answer(plain, 0, "greeting", "yes")
    sql("UPDATE result_answer SET comment = 'a \"comment\"\nof two lines' WHERE record_id = %s", (plain,))
    company.seeded = [plain, deleted]
    encrypt(company, sql, stack)
    fill(company, sql, stack)
    return company


def encrypt(company, sql, stack):
    """As transcript_encryption would, one call of them; the company's others stay in the clear."""
    fernet = stack_fernet(stack)
    (segments, summary), = sql("SELECT t.segments::text, r.summary FROM transcript t JOIN result r USING (record_id) WHERE record_id = %s", (company.sealed["id"],))
    seal = lambda text: text and fernet.encrypt(text.encode()).decode()  # noqa: E731
    sql("UPDATE transcript SET segments_cipher = %s, segments = '[]', text = '' WHERE record_id = %s", (seal(segments), company.sealed["id"]))
    sql("UPDATE result SET summary_cipher = %s, summary = NULL WHERE record_id = %s", (seal(summary or "a \"summary\""), company.sealed["id"]))
    for question, quote in sql("SELECT question_id, quote FROM result_answer WHERE record_id = %s AND quote IS NOT NULL", (company.sealed["id"],)):
        sql("UPDATE result_answer SET quote_cipher = %s, quote = NULL, comment_cipher = %s, comment = NULL WHERE record_id = %s AND question_id = %s",
            (seal(quote), seal("why"), company.sealed["id"], question))


def fill(company, sql, stack):
    """Of each other table at least a row; where there may be many, more than a page, made at one moment."""
    client, of = company.as_("company_admin"), {"company": company.id, "account": company.as_("company_admin").account["id"], "many": MANY,
                                                     "sealed": stack_fernet(stack).encrypt(b"a secret").decode()}
    client.post("/api/v1/me/tokens", {"name": "a token", "scopes": ["view_records"]}, expect=201)
    hook = client.post("/api/v1/webhooks", {"url": "https://example.com/", "events": ["record.completed"]}, expect=201).json["id"]
    of["hook"] = hook
    client.post(f"/api/v1/records/{company.seeded[0]}/erase", {"reason": "asked"}, expect=202)
    wait_for("the erasure", 60, lambda: sql("SELECT state = 'done' FROM erasure WHERE company_id = %s", (company.id,))[0][0])
    for statement in (
        """INSERT INTO record (id, company_id, title, status, duration_ms, audio_bytes, audio_type, channels, sample_rate, started_at)
           SELECT gen_random_uuid(), %(company)s, 'one of many', 'FAILED', 1000, 1, 'audio/wav', 1, 8000, now() FROM generate_series(1, %(many)s)""",
        """INSERT INTO transcript (record_id, company_id, language, engine, segments, text)
           SELECT id, company_id, 'en', 'hand/1', '[]', '' FROM record WHERE company_id = %(company)s AND title = 'one of many' LIMIT 90""",
        """INSERT INTO result (id, record_id, company_id, engine, summary, speech_ms, silence_ms)
           SELECT gen_random_uuid(), id, company_id, 'hand/1', 'none', 0, 0 FROM record WHERE company_id = %(company)s AND title = 'one of many'""",
        """INSERT INTO pbx_call (company_id, uuid, direction, caller, callee, started_at, duration_s, talk_time_s, payload)
           SELECT %(company)s, 'uid ' || n, 'inbound', '1', '2', now(), 5, 5, '{"a": {"x_sealed": "no token"}}' FROM generate_series(1, %(many)s) n""",
        """INSERT INTO webhook_delivery (id, webhook_id, company_id, event, payload)
           SELECT gen_random_uuid(), %(hook)s, %(company)s, 'record.completed', '{"n": 1.50}' FROM generate_series(1, %(many)s)""",
        """INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor)
           SELECT gen_random_uuid(), %(company)s, 'adjustment', 0, 0 FROM generate_series(1, %(many)s)""",
        "INSERT INTO ai_chat_session (id, company_id, account_id, title) SELECT gen_random_uuid(), %(company)s, %(account)s, 'chat' FROM generate_series(1, 130)",
        """INSERT INTO ai_chat_message (id, session_id, company_id, role, content)
           SELECT gen_random_uuid(), id, company_id, 'user', 'question ' || n FROM ai_chat_session, generate_series(1, 3) n WHERE company_id = %(company)s""",
        "INSERT INTO user_settings (account_id, company_id, settings) VALUES (%(account)s, %(company)s, '{\"theme\": \"dark\"}') ON CONFLICT DO NOTHING",
        "INSERT INTO account_totp (account_id, company_id, secret_cipher) VALUES (%(account)s, %(company)s, %(sealed)s) ON CONFLICT DO NOTHING",
        "INSERT INTO pbx_credentials (company_id, host, domain, auth_key_cipher, session_cipher) VALUES (%(company)s, 'h', 'd', %(sealed)s, %(sealed)s)",
        "INSERT INTO bitrix_credentials (company_id, webhook_url_cipher) VALUES (%(company)s, %(sealed)s)",
        """INSERT INTO amocrm_credentials (company_id, subdomain, client_id, client_secret_cipher, access_token_cipher, refresh_token_cipher, redirect_uri, expires_at)
           VALUES (%(company)s, 's', 'c', %(sealed)s, %(sealed)s, %(sealed)s, 'https://x/', now())""",
    ):
        sql(statement, of)


@pytest.fixture(scope="module")
def other(world, sql):
    """Another company with calls, people and words of its own."""
    other = world.company()
    other.word = unique("durian")
    seed = Seed(sql, other.id)
    call = seed.record(NOW, title=other.word)
    seed.transcript(call, f"we sell {other.word}")
    other.checklist()
    other.as_("company_admin").post("/api/v1/me/tokens", {"name": other.word, "scopes": ["view_records"]}, expect=201)
    return other


@pytest.fixture(scope="module")
def third(world, company, admin):
    """Where somebody of the company went."""
    third = world.company()
    account = company.account("viewer")
    admin.post(f"/api/v1/accounts/{account['id']}/transfer", {"company_id": third.id}, query=company.scope)
    return third


@pytest.fixture(scope="module")
def taken(company, other, third, sql):
    return made(company.as_("company_admin"), sql)


@pytest.fixture(scope="module")
def archive(taken):
    return taken[1]


def catalogue(sql):
    """table → its columns."""
    found = {}
    for table, column in sql("""SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"""):
        found.setdefault(table, set()).add(column)
    return found


def test_every_table_is_in_it_or_left_out_for_a_reason(archive, sql):
    """A new table is refused here until somebody has decided about it: privacy/export/tables.cpp."""
    left_out = {table["name"]: table["why"] for table in archive.manifest["tables_left_out"]}
    assert not set(archive.tables) & set(left_out)
    assert set(archive.tables) | set(left_out) == set(catalogue(sql))
    assert all(len(why) > 10 for why in left_out.values())
    ours = {table for table, columns in catalogue(sql).items() if "company_id" in columns} | {"company", "account_transfer"}
    assert set(archive.tables) <= ours, "what is no company's is nobody's to take along"


def test_every_column_is_in_it_or_left_out_for_a_reason(archive, sql):
    columns = catalogue(sql)
    for name, table in archive.tables.items():
        left_out = {column["name"]: column["why"] for column in table["left_out"]}
        assert not set(table["fields"]) & set(left_out), name
        assert (set(table["fields"]) | set(left_out)) - {"audio_file"} == columns[name], name
        assert all(left_out.values()), name
        secret = {c for c in columns[name] if c.endswith(("_hash", "_cipher", "lease_token")) and c != "phone_hash"}
        assert secret <= set(left_out), name


def moment(text):
    """Of a time, whatever its form, milliseconds."""
    return text and int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000 // 1)


def opened(fernet, row, column):
    token = row.get(column + "_cipher")
    if token is None:
        return row[column]
    text = fernet.decrypt(token.encode()).decode()
    return json.loads(text) if column == "segments" else text


def test_every_row_of_the_database_is_in_it_as_it_is(company, archive, sql, stack):
    fernet = stack_fernet(stack)
    compared = {}
    for name, table in archive.tables.items():
        where = TENANT.get(name, "company_id = %(id)s")
        rows = [row for row, in sql(f"SELECT to_jsonb(t) FROM {name} t WHERE {where} {AFTERWARDS.get(name, '')}", {"id": company.id})]
        told = archive.rows(name)
        assert len(told) == len(rows) > 0, name
        keys = [key for key in ("id", "record_id", "question_id", "version", "checklist_id", "account_id", "uuid", "month") if key in table["fields"]]
        identity = lambda row: tuple(str(row[key]) for key in keys)  # noqa: E731
        by_key = {identity(row): row for row in rows}
        assert len(by_key) == len(rows), name
        for row in told:
            assert list(row) == table["fields"], name
            stored = by_key.pop(identity(row))
            if name == "company_export":
                continue  # itself, as it was while it was made
            for field, value in row.items():
                if field == "audio_file":
                    assert value == (stored["audio_path"] and f"audio/{stored['id']}.wav")
                elif field.endswith(("_at", "_until")):
                    assert moment(value) == moment(stored[field]), (name, field)
                else:
                    assert value == opened(fernet, stored, field), (name, field)
        compared[name] = len(told)
    assert compared["record"] > MANY and compared["result"] > MANY and compared["ai_chat_message"] == 390
    assert sum(compared.values()) > 6 * MANY


def test_what_is_stored_encrypted_is_in_it_in_the_clear(company, archive):
    transcript = next(row for row in archive.rows("transcript") if row["record_id"] == company.sealed["id"])
    assert transcript["segments"] and all(segment["text"] for segment in transcript["segments"])
    result = next(row for row in archive.rows("result") if row["record_id"] == company.sealed["id"])
    assert result["summary"]
    quotes = [row for row in archive.rows("result_answer") if row["record_id"] == company.sealed["id"] and row["verdict"] == "yes"]
    assert quotes and all(row["quote"] for row in quotes)


def test_recordings_are_in_it_byte_by_byte(company, archive):
    sounds = {name for name in archive.names if name.startswith("audio/")}
    assert sounds == {f"audio/{call['id']}.wav" for call in (company.call, company.sealed)}
    for name in sounds:
        assert archive.zip.read(name) == company.sound
    calls = {row["id"]: row for row in archive.rows("record")}
    assert calls[company.call["id"]]["audio_file"] == f"audio/{company.call['id']}.wav"
    assert calls[company.call["id"]]["title"] == company.call["title"]
    assert calls[company.seeded[0]]["erased_at"] and calls[company.seeded[0]]["title"] == "-"
    assert calls[company.seeded[1]]["deleted_at"]


def test_the_manifest_says_of_every_file_what_it_is(company, taken):
    export, archive = taken
    manifest = archive.manifest
    listed = {file["name"]: file for file in manifest["files"]}
    assert set(listed) == set(archive.names) - {"manifest.json"} and archive.names[-1] == "manifest.json"
    for name, file in listed.items():
        content = archive.zip.read(name)
        assert file["bytes"] == len(content) and file["sha256"] == hashlib.sha256(content).hexdigest(), name
        if name.startswith("data/"):
            assert file["rows"] == content.count(b"\n"), name
    assert (manifest["format"], manifest["version"], manifest["export_id"], manifest["with_audio"], manifest["missing"]) == \
        ("dialix-company-export", 1, export["id"], True, [])
    assert manifest["company"] == {"id": company.id, "name": company.company["name"]}
    assert manifest["began_at"] <= manifest["finished_at"]


def test_the_readme_explains_every_file_and_field(archive):
    text = archive.zip.read("README.txt").decode()
    for name, table in archive.tables.items():
        section = text.split(f"\n{name}.ndjson\n", 1)[1].split("\n\n", 1)[0]
        for field in table["fields"]:
            assert f"\n    {field}" in section, (name, field)
    for table in archive.manifest["tables_left_out"]:
        assert f"    {table['name']}: {table['why']}\n" in text


def test_nothing_of_another_company_is_in_it(other, archive):
    content = archive.everything()
    for theirs in (other.id, other.word, other.company["name"], other.as_("company_admin").account["email"]):
        assert theirs.encode() not in content


def test_of_a_person_who_left_it_tells_that_and_no_more(third, archive):
    assert [row["to_company_id"] for row in archive.rows("account_transfer")] == [third.id]
    for name in archive.names:
        if name not in ("data/account_transfer.ndjson", "data/activity_log.ndjson"):
            assert third.id.encode() not in archive.zip.read(name), name
        assert third.company["name"].encode() not in archive.zip.read(name), name


def test_no_secret_is_in_it(company, archive, sql):
    content = archive.everything()
    assert PASSWORD.encode() not in content and b"$argon2" not in content and b"gAAAAA" not in content
    hashes = [value for value, in sql("""SELECT encode(token_hash, 'hex') FROM api_token WHERE company_id = %(id)s
        UNION ALL SELECT encode(token_hash, 'hex') FROM session WHERE company_id = %(id)s
        UNION ALL SELECT password_hash FROM account WHERE company_id = %(id)s UNION ALL SELECT lease_token::text FROM company_export WHERE lease_token IS NOT NULL
        UNION ALL SELECT file FROM company_export WHERE company_id = %(id)s AND file IS NOT NULL
        UNION ALL SELECT audio_path FROM record WHERE company_id = %(id)s AND audio_path IS NOT NULL""", {"id": company.id})]
    assert len(hashes) > 5
    for value in hashes:
        assert value.encode() not in content, value


def test_without_recordings_it_has_none_and_a_recording_that_is_lost_is_told(company, stack, sql):
    client = company.as_("company_admin")
    _, archive = made(client, sql, with_audio=False)
    assert not [name for name in archive.names if name.startswith("audio/")]
    assert archive.manifest["with_audio"] is False and archive.rows("record")
    stored, = sql("SELECT audio_path FROM record WHERE id = %s", (company.call["id"],))[0]
    (stack.folder / "audio" / stored).rename(stack.folder / "audio" / (stored + ".away"))
    try:
        _, archive = made(client, sql)
    finally:
        (stack.folder / "audio" / (stored + ".away")).rename(stack.folder / "audio" / stored)
    assert archive.manifest["missing"] == [{"name": f"audio/{company.call['id']}.wav", "record_id": company.call["id"], "why": "not in the store"}]
    assert [name for name in archive.names if name.startswith("audio/")] == [f"audio/{company.sealed['id']}.wav"]
