"""The sealed activity log: whoever changes it behind the programs' back, be it PostgreSQL's superuser, is found, and each
entry is named. Each test writes a log of its own, tampers, and asks `dialixctl audit verify`."""
import psycopg2
import psycopg2.extras
import pytest

from support.ledger import COMPANIES, KEY, Ledger


@pytest.fixture(scope="module")
def database(stack):
    ledger = Ledger(stack)
    yield ledger
    ledger.drop()


@pytest.fixture
def ledger(database):
    """Empty, whatever the test before did."""
    database.past_triggers("TRUNCATE activity_log, activity_unsealed, activity_seal, activity_chain, activity_recent, activity_removed")
    database.key, database.previous_keys = KEY, []
    return database


def seq_of(ledger, log_id):
    return ledger.sql("SELECT seq FROM activity_chain WHERE log_id = %s", log_id)[0][0]


def sealed(ledger, batches=3, each=4):
    """Ids in the order of the chain."""
    for _ in range(batches):
        ledger.write(each)
        ledger.seal()
    return [str(row[0]) for row in ledger.sql("SELECT log_id FROM activity_chain ORDER BY seq")]


def test_a_log_that_nobody_touched_verifies(ledger):
    sealed(ledger)
    ledger.write(2)
    verdict = ledger.verify()
    assert verdict.count == 0 and verdict.waiting == 2
    assert "12 entries in 3 batches checked" in verdict.text


def test_an_empty_log_verifies(ledger):
    assert ledger.verify().count == 0


@pytest.mark.parametrize("column, value", [
    ("action", "record.create"), ("account_id", None), ("company_id", COMPANIES[1]), ("resource_type", "account"), ("resource_id", "x"),
    ("after", '{"title": "Another"}'), ("after", None), ("before", "{}"), ("remote_addr", "10.0.0.2"), ("remote_addr", None), ("user_agent", ""),
    ("request_id", "r-2"), ("created_at", "2026-01-01")])
def test_an_edited_entry_is_named(ledger, column, value):
    ids = sealed(ledger)
    if column == "account_id":
        account = ledger.sql("INSERT INTO account (id, company_id, email, role, password_hash) VALUES (gen_random_uuid(), %s, "
                             "gen_random_uuid() || '@example.uz', 'viewer', 'x') RETURNING id", COMPANIES[0])[0][0]
        value = account
    assert ledger.sql(f"UPDATE activity_log SET {column} = %s WHERE id = %s", value, ids[5]) == 1
    verdict = ledger.verify()
    assert verdict.count == 1 and list(verdict.found["edited"]) == [ids[5]]
    assert f"seq={seq_of(ledger, ids[5])} " in verdict.found["edited"][ids[5]] and "batch=2" in verdict.found["edited"][ids[5]]


def test_a_microsecond_is_an_edit(ledger):
    ids = sealed(ledger)
    ledger.sql("UPDATE activity_log SET created_at = created_at + interval '1 microsecond' WHERE id = %s", ids[0])
    assert list(ledger.verify().found["edited"]) == [ids[0]]


def test_an_entry_edited_together_with_its_hash_is_named(ledger):
    ids = sealed(ledger)
    ledger.sql("UPDATE activity_log SET action = 'record.create' WHERE id = %s", ids[5])
    ledger.sql("UPDATE activity_chain SET row_hash = sha256('whatever fits') WHERE log_id = %s", ids[5])
    verdict = ledger.verify()
    assert set(verdict.found) == {"edited", "moved"} and {*verdict.found["edited"], *verdict.found["moved"]} == {ids[5]}


def test_removed_entries_are_named(ledger):
    ids = sealed(ledger)
    ledger.sql("DELETE FROM activity_log WHERE id IN (%s, %s)", ids[2], ids[6])
    verdict = ledger.verify()
    assert verdict.count == 2 and set(verdict.found["removed"]) == {ids[2], ids[6]}


def test_an_entry_removed_with_its_stamp_is_named_by_its_number(ledger):
    ids = sealed(ledger)
    number = seq_of(ledger, ids[6])
    ledger.sql("DELETE FROM activity_log WHERE id = %s", ids[6])
    ledger.sql("DELETE FROM activity_chain WHERE log_id = %s", ids[6])
    verdict = ledger.verify()
    assert verdict.count == 1 and list(verdict.found["removed"]) == [number]


def test_entries_that_changed_places_are_named(ledger):
    """What one says is now said by the other."""
    ids = sealed(ledger)
    a, b, spare = ids[1], ids[9], "00000000-0000-0000-0000-000000000001"
    for old, new in ((a, spare), (b, a), (spare, b)):
        ledger.sql("UPDATE activity_log SET id = %s WHERE id = %s", new, old)
    verdict = ledger.verify()
    assert verdict.count == 2 and set(verdict.found["edited"]) == {a, b}


def test_entries_that_changed_their_times_are_named(ledger):
    ids = sealed(ledger)
    a, b = ids[1], ids[9]
    ledger.sql("UPDATE activity_log l SET created_at = o.created_at FROM activity_log o WHERE (l.id, o.id) IN ((%s, %s), (%s, %s))", a, b, b, a)
    verdict = ledger.verify()
    assert verdict.count == 2 and set(verdict.found["edited"]) == {a, b}


@pytest.mark.parametrize("first, second", [(4, 5), (1, 9)], ids=["in a batch", "of two batches"])
def test_stamps_that_changed_places_are_named(ledger, first, second):
    ids = sealed(ledger)
    a, b = seq_of(ledger, ids[first]), seq_of(ledger, ids[second])
    for old, new in ((a, -1), (b, a), (-1, b)):
        ledger.sql("UPDATE activity_chain SET seq = %s WHERE seq = %s", new, old)
    verdict = ledger.verify()
    assert verdict.count == 2 and set(verdict.found["moved"]) == {ids[first], ids[second]}


def test_an_entry_put_in_past_the_triggers_is_named(ledger):
    sealed(ledger)
    made = ledger.past_triggers("INSERT INTO activity_log (id, company_id, action) VALUES (gen_random_uuid(), %s, 'record.create') RETURNING id",
                                COMPANIES[0])[0][0]
    verdict = ledger.verify()
    assert verdict.count == 1 and list(verdict.found["inserted"]) == [str(made)]


def test_an_entry_dated_back_and_sealed_with_the_next_is_named(ledger):
    sealed(ledger)
    made = ledger.past_triggers("INSERT INTO activity_log (id, company_id, action, created_at) VALUES (gen_random_uuid(), %s, 'record.create', "
                                "now() - interval '2 hours') RETURNING id", COMPANIES[0])[0][0]
    ledger.sql("INSERT INTO activity_unsealed VALUES (%s)", made)
    ledger.seal()
    verdict = ledger.verify()
    assert verdict.count == 1 and list(verdict.found["inserted"]) == [str(made)]


def test_an_entry_put_into_the_middle_of_the_chain_is_named(ledger):
    """All later numbers are moved on, and the seals with them, as well as somebody without the key can do it."""
    ids = sealed(ledger)
    made = ledger.past_triggers("INSERT INTO activity_log (id, company_id, action) VALUES (gen_random_uuid(), %s, 'record.create') RETURNING id",
                                COMPANIES[0])[0][0]
    ledger.sql("UPDATE activity_chain SET seq = -seq - 1 WHERE seq > 5")
    ledger.sql("UPDATE activity_chain SET seq = -seq WHERE seq < 0")
    ledger.sql("INSERT INTO activity_chain SELECT 6, %s, row_hash, stamp FROM activity_chain WHERE seq = 5", made)
    ledger.sql("UPDATE activity_seal SET first_seq = first_seq + 1, last_seq = last_seq + 1 WHERE batch = 3")
    ledger.sql("UPDATE activity_seal SET last_seq = last_seq + 1 WHERE batch = 2")
    verdict = ledger.verify()
    assert str(made) in verdict.found["moved"] and str(made) in verdict.found["edited"]
    assert set(ids[5:]) <= set(verdict.found["moved"]) and set(verdict.found["seal"]) == {"batch 2", "batch 3"}
    assert not set(ids[:5]) & {name for names in verdict.found.values() for name in names}


@pytest.mark.parametrize("change", ["last_seq = last_seq - 1", "newest_at = newest_at - interval '1 day'", "sealed_at = now()", "drained = NOT drained",
                                    "root = sha256('x')", "signature = sha256('x')", "previous_root = sha256('x')"])
def test_an_edited_seal_is_named(ledger, change):
    sealed(ledger)
    ledger.sql(f"UPDATE activity_seal SET {change} WHERE batch = 3")
    verdict = ledger.verify()
    assert "batch 3" in verdict.found["seal"]


def test_a_seal_that_is_gone_is_told(ledger):
    ids = sealed(ledger)
    ledger.sql("DELETE FROM activity_seal WHERE batch = 2")
    verdict = ledger.verify()
    assert "batch 3" in verdict.found["seal"] and set(ids[4:8]) <= set(verdict.found["seal"])


def test_the_first_seal_that_is_gone_is_told(ledger):
    sealed(ledger)
    ledger.sql("DELETE FROM activity_log WHERE id IN (SELECT log_id FROM activity_chain WHERE seq <= 4)")
    ledger.sql("DELETE FROM activity_chain WHERE seq <= 4")
    ledger.sql("DELETE FROM activity_seal WHERE batch = 1")
    assert "batch 2" in ledger.verify().found["seal"]


def test_the_end_cut_off_shows_against_an_anchor(ledger):
    ids = sealed(ledger)
    anchor = ledger.verify().anchor
    assert ledger.verify("--anchor", anchor).count == 0
    ledger.sql("DELETE FROM activity_log WHERE id = ANY (%s::uuid[])", ids[8:])
    ledger.sql("DELETE FROM activity_chain WHERE seq > 8")
    ledger.sql("DELETE FROM activity_seal WHERE batch = 3")
    assert ledger.verify().count == 0   # by itself the rest is whole
    verdict = ledger.verify("--anchor", anchor)
    assert verdict.count == 1 and 12 in verdict.found["anchor"]
    ledger.write(4)   # and it shows as well once the chain is as long again
    ledger.seal()
    verdict = ledger.verify("--anchor", anchor)
    assert verdict.count == 1 and 12 in verdict.found["anchor"]


def test_an_entry_removed_while_it_waits_is_named(ledger):
    waiting, = ledger.write(1)
    ledger.sql("DELETE FROM activity_log WHERE id = %s", waiting)
    assert list(ledger.verify().found["removed"]) == [waiting]
    ledger.write(2)
    assert ledger.seal().startswith("2 entries sealed")   # the others do not wait for it
    assert list(ledger.verify().found["removed"]) == [waiting]


def test_another_key_verifies_nothing(ledger):
    sealed(ledger)
    ledger.key = "another-key-of-at-least-32-characters"
    verdict = ledger.verify()
    assert set(verdict.found) == {"seal"} and set(verdict.found["seal"]) == {"batch 1", "batch 2", "batch 3"}


def test_a_key_that_was_replaced_still_verifies(ledger):
    ids = sealed(ledger, batches=2)
    ledger.previous_keys, ledger.key = [ledger.key], "another-key-of-at-least-32-characters"
    ledger.write(3)
    ledger.seal()
    assert len(set(row[0] for row in ledger.sql("SELECT key_id FROM activity_seal"))) == 2
    assert ledger.verify().count == 0
    ledger.sql("UPDATE activity_log SET action = 'x' WHERE id = %s", ids[0])
    assert list(ledger.verify().found["edited"]) == [ids[0]]


def test_what_a_slow_transaction_writes_is_sealed_after_its_end(ledger):
    """It began before the others, and is seen last."""
    slow = ledger.app()
    late = ledger.write(2, connection=slow)
    quick = ledger.write(3)
    assert ledger.seal().startswith("3 entries sealed")
    slow.commit()
    slow.close()
    assert ledger.seal().startswith("2 entries sealed")
    chain = [str(row[0]) for row in ledger.sql("SELECT log_id FROM activity_chain ORDER BY seq")]
    assert set(chain[:3]) == set(quick) and set(chain[3:]) == set(late)
    assert ledger.verify().count == 0


def test_what_is_given_up_is_not_sealed(ledger):
    gone = ledger.app()
    ledger.write(2, connection=gone)
    gone.rollback()
    gone.close()
    assert ledger.seal().startswith("0 entries sealed")
    assert ledger.verify().waiting == 0


def test_a_batch_is_bounded(ledger):
    ledger.write(7)
    assert ledger.seal(rows=3).startswith("7 entries sealed")
    assert ledger.sql("SELECT first_seq, last_seq, drained FROM activity_seal ORDER BY batch") == [(1, 3, False), (4, 6, False), (7, 7, True)]
    assert ledger.verify().count == 0


def test_one_company_s_entries_alone_are_told(ledger):
    ledger.write(2)
    ledger.write(2, COMPANIES[1])
    ledger.seal()
    ledger.past_triggers("INSERT INTO activity_log (id, company_id, action) VALUES (gen_random_uuid(), %s, 'x')", COMPANIES[0])
    assert ledger.verify("--company", COMPANIES[0]).count == 1
    assert ledger.verify("--company", COMPANIES[1]).count == 0


def test_days_bound_what_is_read(ledger):
    sealed(ledger)
    today = ledger.sql("SELECT (now() AT TIME ZONE 'UTC')::date::text")[0][0]
    assert "12 entries in 3 batches" in ledger.verify("--from", today, "--to", today).text
    assert "0 entries in 0 batches" in ledger.verify("--from", "2099-01-01").text


@pytest.mark.parametrize("arguments", [[], ["look"], ["verify", "--anchor", "x"], ["verify", "--company", "x"], ["verify", "--from", "yesterday"],
                                       ["seal", "--rows", "0"], ["verify", "more"], ["verify", "--force"]], ids=" ".join)
def test_wrong_usage_is_told(ledger, arguments):
    assert ledger.audit(*arguments).returncode == 64


# ---- retention -----------------------------------------------------------------------------------------------------

def aged(ledger, days):
    """Batches of three entries of that many days ago, sealed late."""
    ids = [key for age in days for key in ledger.write(3)]
    for number, key in enumerate(sorted(ids)):
        ledger.past_triggers("UPDATE activity_log SET created_at = now() - make_interval(days => %s) WHERE id = %s", days[number // 3], key)
    ledger.seal(rows=3)
    return sorted(ids)


def test_what_is_older_than_the_retention_is_removed_and_the_chain_holds(ledger):
    ids = aged(ledger, [1200, 1100, 1000, 1])
    assert ledger.verify().count == 0
    assert ledger.audit("remove-old").stdout == "2 batches removed\n"
    assert ledger.sql("SELECT count(*) FROM activity_log WHERE id = ANY (%s::uuid[])", ids[:6]) == [(0,)]
    assert ledger.sql("SELECT count(*) FROM activity_log WHERE id = ANY (%s::uuid[])", ids[6:]) == [(6,)]
    note, = ledger.sql("SELECT account_id, after FROM activity_log WHERE action = 'audit.remove_old'")
    assert note == (None, {"first_batch": 1, "last_batch": 2, "entries": 6, "older_than_days": 1095})
    ledger.seal()
    verdict = ledger.verify()
    assert verdict.count == 0 and "2 batches removed by retention" in verdict.text
    assert ledger.audit("remove-old").stdout == "0 batches removed\n"


def test_an_old_entry_beside_a_young_one_stays(ledger):
    aged(ledger, [1200])
    ledger.past_triggers("UPDATE activity_log SET created_at = now() WHERE id = (SELECT log_id FROM activity_chain WHERE seq = 2)")
    done = ledger.audit("remove-old")
    assert done.returncode == 1 and ledger.sql("SELECT count(*) FROM activity_log") == [(3,)]


def test_a_removal_that_was_not_ours_is_named(ledger):
    """Removed and marked as removed, as well as somebody without the key can do it."""
    aged(ledger, [1200, 1000])
    ledger.sql("DELETE FROM activity_log WHERE id IN (SELECT log_id FROM activity_chain WHERE seq <= 3)")
    ledger.sql("DELETE FROM activity_chain WHERE seq <= 3")
    ledger.sql("UPDATE activity_seal SET removed_at = now(), removal_key_id = key_id, removal_signature = signature WHERE batch = 1")
    verdict = ledger.verify()
    assert verdict.count == 1 and "batch 1" in verdict.found["removal"]


def keep(ledger, company, days):
    ledger.sql("INSERT INTO company_settings (company_id, audit_retention_days) VALUES (%s, %s) ON CONFLICT (company_id) DO UPDATE "
               "SET audit_retention_days = excluded.audit_retention_days", company, days)


def of_company(ledger, ids, company):
    return {str(row[0]) for row in ledger.sql("SELECT id FROM activity_log WHERE id = ANY (%s::uuid[]) AND company_id = %s", ids, company)}


@pytest.fixture
def shorter(ledger):
    """The first company wants its entries kept for a hundred days; they are of 200 and 50 days ago, another's beside them."""
    keep(ledger, COMPANIES[0], 100)
    ids = sorted(ledger.write(9))
    for number, key in enumerate(ids):
        ledger.past_triggers("UPDATE activity_log SET created_at = now() - make_interval(days => %s), company_id = %s WHERE id = %s",
                             [200, 200, 50][number // 3], COMPANIES[number % 2], key)
    ledger.seal(rows=3)
    yield ids
    keep(ledger, COMPANIES[0], None)


def test_a_company_s_own_entries_are_removed_after_its_own_time_and_the_chain_holds(ledger, shorter):
    old = {key for key in shorter[:6] if key in of_company(ledger, shorter, COMPANIES[0])}
    assert len(old) == 3 and ledger.verify().count == 0
    assert ledger.audit("remove-old").stdout == "0 batches removed\n3 entries removed as their companies want it\n"
    assert {str(row[0]) for row in ledger.sql("SELECT id FROM activity_log WHERE id = ANY (%s::uuid[])", shorter)} == set(shorter) - old
    note, = ledger.sql("SELECT company_id::text, account_id, after FROM activity_log WHERE action = 'audit.remove_old'")
    assert note == (str(COMPANIES[0]), None, {"entries": 3, "older_than_days": 100})
    ledger.seal()
    assert ledger.verify().count == 0
    assert ledger.audit("remove-old").stdout == "0 batches removed\n"


def test_an_entry_that_somebody_else_removed_as_if_for_a_company_is_named(ledger, shorter):
    """Marked as removed as well as somebody without the key can do it; and one that was really removed and is put back."""
    ledger.audit("remove-old")
    ledger.past_triggers("INSERT INTO activity_removed SELECT c.seq, r.created_at, r.removed_at, r.key_id, r.signature FROM activity_removed r, "
                         "activity_chain c JOIN activity_log l ON l.id = c.log_id WHERE l.id = %s LIMIT 1", shorter[1])
    ledger.past_triggers("DELETE FROM activity_log WHERE id = %s", shorter[1])
    ledger.seal()
    verdict = ledger.verify()
    assert verdict.count == 1 and set(verdict.found["removal"]) == {shorter[1]}


@pytest.mark.parametrize("change", ["removed_at = removed_at - interval '1 day'", "created_at = created_at - interval '1 day'", "signature = '\\x00'"])
def test_an_edited_note_of_a_removal_is_named(ledger, shorter, change):
    ledger.audit("remove-old")
    ledger.sql(f"UPDATE activity_removed SET {change} WHERE seq = (SELECT min(seq) FROM activity_removed)")
    ledger.seal()
    verdict = ledger.verify()
    assert verdict.count == 1 and set(verdict.found["removal"]) == {shorter[0]}


def test_a_note_of_a_removal_that_is_gone_leaves_a_removed_entry(ledger, shorter):
    ledger.audit("remove-old")
    ledger.sql("DELETE FROM activity_removed WHERE seq = (SELECT min(seq) FROM activity_removed)")
    ledger.seal()
    assert set(ledger.verify().found["removed"]) == {shorter[0]}


def test_the_application_can_t_remove_entries_that_their_company_keeps(ledger, shorter):
    numbers = {key: seq_of(ledger, key) for key in shorter}
    kept_by_another, too_young = shorter[1], shorter[6]
    for seqs in ([numbers[kept_by_another]], [numbers[too_young]], [numbers[shorter[0]], numbers[too_young]], [10_000]):
        connection = ledger.app()
        with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT audit_remove_entries(%s::bigint[], now(), 'x', %s::bytea[])", (seqs, [b"x"] * len(seqs)))
        connection.close()
    connection = ledger.app()
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SELECT audit_remove_entries(%s::bigint[], now() + interval '1000 days', 'x', '{x}')", ([numbers[too_young]],))
    connection.close()
    assert ledger.sql("SELECT count(*) FROM activity_log WHERE id = ANY (%s::uuid[])", shorter) == [(9,)]


@pytest.mark.parametrize("batch, days", [(1, 89), (1, 1300), (2, 1095), (1, 0)], ids=str)
def test_the_application_can_t_remove_what_is_not_old(ledger, batch, days):
    aged(ledger, [1200, 1100, 80])
    connection = ledger.app()
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SELECT audit_remove(%s, %s, now(), 'x', 'x')", (batch, days))
    connection.close()
    assert ledger.sql("SELECT count(*) FROM activity_log") == [(9,)]


def test_the_application_can_t_say_that_it_is_later(ledger):
    aged(ledger, [100])
    connection = ledger.app()
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SELECT audit_remove(1, 1095, now() + interval '1000 days', 'x', 'x')")
    connection.close()


# ---- what the application's role can't do --------------------------------------------------------------------------

@pytest.mark.parametrize("statement", [
    "UPDATE activity_log SET action = 'x'", "DELETE FROM activity_log", "TRUNCATE activity_log", "UPDATE activity_seal SET drained = true",
    "DELETE FROM activity_seal", "INSERT INTO activity_chain VALUES (99, gen_random_uuid(), '', '')", "DELETE FROM activity_chain",
    "DELETE FROM activity_unsealed", "INSERT INTO activity_unsealed VALUES (gen_random_uuid())", "DELETE FROM activity_recent",
    "ALTER TABLE activity_log DISABLE TRIGGER enter", "DROP TRIGGER enter ON activity_log", "SET session_replication_role = replica",
    "SELECT enter_activity()"])
def test_the_application_can_only_add(ledger, statement):
    ledger.write(1)
    connection = ledger.app()
    with connection.cursor() as cursor, pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.FeatureNotSupported)):
        cursor.execute(statement)
    connection.close()
    assert ledger.sql("SELECT count(*) FROM activity_log") == [(1,)]


def test_the_application_can_t_date_an_entry(ledger):
    connection = ledger.app()
    with connection.cursor() as cursor:
        cursor.execute("""INSERT INTO activity_log (id, action, created_at) VALUES (gen_random_uuid(), 'x', '2020-01-01')
                          RETURNING created_at > now() - interval '1 minute'""")
        assert cursor.fetchone() == (True,)
    connection.close()


def test_the_application_can_t_seal_past_the_end(ledger):
    sealed(ledger, batches=1)
    connection = ledger.app()
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.UniqueViolation):
        cursor.execute("SELECT audit_seal(1, 1, '', '{}', '{}', '{}', now(), true, now(), 'x', '', '')")
    connection.close()


# ---- secrets -------------------------------------------------------------------------------------------------------

SECRETS = ["password", "new_password", "currentPassword", "password_hash", "secret", "client_secret", "token", "accessToken", "refresh_token", "token_hash",
           "api_key", "apiKey", "secret_key", "Authorization", "cookie", "totp", "totp_secret", "secret_encrypted", "recovery_codes", "credentials",
           "cipher", "private_key", "x-api-key", "webhook_secret", "pin", "salt"]


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_enters_the_log(ledger, name):
    connection = ledger.app()
    with connection.cursor() as cursor:
        cursor.execute("""SELECT note_activity(jsonb_build_object('id', gen_random_uuid()), NULL, 'x.update', 'x', NULL,
                          jsonb_build_object(%s, 'hunter-old', 'kept', 'seen'), jsonb_build_object(%s, 'hunter-new', 'kept', 'seen too',
                          'deep', jsonb_build_array(jsonb_build_object(%s, jsonb_build_object('a', 'hunter-deep')))))""", (name, name, name))
        cursor.execute("SELECT before, after, before::text || after::text FROM activity_log /* by hand */")
        before, after, text = cursor.fetchone()
    connection.rollback()
    connection.close()
    assert "hunter" not in text
    assert before == {name: "***", "kept": "seen"} and after == {name: "***", "kept": "seen too", "deep": [{name: "***"}]}


def test_what_only_sounds_like_a_secret_is_told(ledger):
    told = {"token_id": "a", "password_changed_at": "b", "keywords": ["c"], "hashtag": "d", "totp": True, "secret": None, "monkey": "e", "key_count": 3}
    assert ledger.sql("SELECT audit_mask(%s::jsonb)", psycopg2.extras.Json(told)) == [(told,)]


def test_of_a_phone_number_the_last_four_digits_are_told(ledger):
    masked = ledger.sql("SELECT audit_mask(%s::jsonb)", psycopg2.extras.Json(
        {"client_phone_number": "+998901234567", "title": "20261120_101530_101_901234567.wav", "duration_ms": 12345678}))[0][0]
    assert masked == {"client_phone_number": "+********4567", "title": "***1120_101530_101_***4567.wav", "duration_ms": 12345678}
