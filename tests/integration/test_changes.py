"""Every change gives its scope a new version at the commit, whoever makes it, and tells it on dialix_changes: what the
cache's freshness stands on (sql/migrations/0009_changes.sql)."""
import select

import pytest

from support.seed import Seed
from support.world import unique

KINDS = ("records", "operators", "checklists", "settings", "billing", "people", "access")


@pytest.fixture
def versions(sql, company):
    """versions() → {kind: version} of the company; versions.changed_by(act) → the kinds that act gave a new one."""
    def read():
        scopes = [f"{company.id}:{kind}" for kind in KINDS]
        return dict(zip(KINDS, sql("SELECT versions_of(%s)", (scopes,))[0][0]))

    def changed_by(act):
        before = read()
        act()
        after = read()
        assert all(after[kind] >= before[kind] for kind in KINDS), "a version only grows"
        return {kind for kind in KINDS if after[kind] != before[kind]}

    read.changed_by = changed_by
    return read


@pytest.fixture
def account_version(sql):
    return lambda account_id: sql("SELECT versions_of(%s)", ([f"account:{account_id}"],))[0][0][0]


def test_a_write_through_the_api_moves_its_own_scopes_alone(company, versions):
    admin, scope = company.admin, company.scope
    operator = company.operator()
    checklist = company.checklist()
    assert versions.changed_by(lambda: admin.patch(f"/api/v1/operators/{operator['id']}", {"name": "New"}, query=scope)) == {"operators"}
    assert versions.changed_by(lambda: admin.patch(f"/api/v1/checklists/{checklist['id']}", {"title": "New"}, query=scope)) == {"checklists"}
    assert versions.changed_by(lambda: admin.patch("/api/v1/settings", {"products": ["oven"]}, query=scope)) == {"settings"}
    assert versions.changed_by(lambda: company.account("viewer")) == {"people"}
    assert versions.changed_by(lambda: admin.post(f"/api/v1/companies/{company.id}/topup", {"amount_minor": 5}, expect=201)) == {"billing"}
    assert versions.changed_by(lambda: admin.patch(f"/api/v1/companies/{company.id}", {"name": unique("Renamed")})) == {"access", "settings"}


def test_a_read_and_a_refused_write_move_nothing(company, versions):
    admin, scope = company.admin, company.scope
    assert versions.changed_by(lambda: admin.get("/api/v1/dashboard", query=scope)) == set()
    assert versions.changed_by(lambda: admin.post("/api/v1/operators", {"code": "x"}, query=scope, expect=422)) == set()


def test_a_call_moves_records_and_billing(company, versions, sounds):
    assert versions.changed_by(lambda: company.completed(sounds.beep)) >= {"records", "billing"}


def test_a_change_by_hand_counts_too(company, versions, sql):
    seed = Seed(sql, company.id)
    record_id = seed.record("2026-11-02T10:00:00Z")
    assert versions.changed_by(lambda: sql("UPDATE record SET title = 'by hand' WHERE id = %s", (record_id,))) == {"records"}
    assert versions.changed_by(lambda: seed.transcript(record_id, "good morning")) == {"records"}
    assert versions.changed_by(lambda: sql("DELETE FROM transcript WHERE record_id = %s", (record_id,))) == {"records"}


def test_a_transaction_that_is_rolled_back_moves_nothing(company, versions, stack):
    def fail():
        connection = stack.connect()
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute("UPDATE company_settings SET products = '{oven}' WHERE company_id = %s", (company.id,))
            cursor.execute("SELECT changes_commit()")
            assert f"{company.id}:settings=" in cursor.fetchone()[0]
        connection.rollback()
        connection.close()

    assert versions.changed_by(fail) == set()


def test_one_transaction_bumps_a_scope_once_and_notifies_once(company, stack, versions):
    listener = stack.connect()
    with listener.cursor() as cursor:
        cursor.execute("LISTEN dialix_changes")
    writer = stack.connect()
    writer.autocommit = False
    with writer.cursor() as cursor:
        for name in ("one", "two", "three"):
            cursor.execute("UPDATE company_settings SET products = ARRAY[%s] WHERE company_id = %s", (name, company.id))
    writer.commit()
    writer.close()
    assert select.select([listener], [], [], 10)[0]
    listener.poll()
    mine = [note.payload for note in listener.notifies if note.payload.startswith(f"{company.id}:")]
    listener.close()
    assert mine == [f"{company.id}:settings={versions()['settings']}"]


def test_no_ticket_is_left_behind(company, sql):
    company.operator()
    assert sql("SELECT count(*) FROM change_ticket WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())") == [(0,)]


def test_what_a_person_may_do_has_a_version_and_a_login_does_not_move_it(company, account_version):
    account = company.account("viewer")
    client = company.admin.fresh()
    before = account_version(account["id"])
    client.login(account["email"], "correct-horse-battery")
    client.get("/api/v1/me")
    assert account_version(account["id"]) == before
    company.admin.patch(f"/api/v1/accounts/{account['id']}", {"role": "user"}, query=company.scope)
    promoted = account_version(account["id"])
    assert promoted > before
    client.login(account["email"], "correct-horse-battery")
    client.post("/api/v1/auth/logout", expect=204)
    assert account_version(account["id"]) > promoted


def test_the_application_cannot_touch_the_versions_themselves(stack, sql):
    for statement in ("UPDATE data_version SET version = 1", "INSERT INTO data_version VALUES ('x', 1, now())",
                      "DELETE FROM change_ticket", "SELECT note_change('x')"):
        connection = stack.connect()
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE dialix_app")
            with pytest.raises(Exception, match="permission denied"):
                cursor.execute(statement)
        connection.close()
