"""The rollups say what the calls say, whatever happened to the calls, in whatever order, by however many at once
(sql/migrations/0010_rollups.sql). The oracle counts the calls row by row."""
import json
import random
import shutil
import subprocess
import threading
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest

from support.rollup_writers import Writer
from support.seed import Seed
from support.stack import BUILD, ROOT
from support.world import unique, wait_for

DASHBOARD = "/api/v1/dashboard"
ORACLE = Path(__file__).with_name("support").joinpath("dashboard_oracle.sql").read_text()
ZONES = ["Asia/Tashkent", "UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"]


@pytest.fixture
def house(company, stack, sql, rollup):
    """A company with operators, writers for it, and a comparison of what it is shown with what its calls say."""
    return House(company, stack, sql, rollup)


class House:
    def __init__(self, company, stack, sql, rollup):
        self.company, self.stack, self.sql, self.rollup = company, stack, sql, rollup
        self.operators = [company.operator()["id"] for _ in range(3)]
        self.viewer, self.author = company.as_("viewer"), company.as_("supervisor").account["id"]

    def writer(self, seed):
        connection = self.stack.connect()
        connection.autocommit = False
        return Writer(connection, self.company.id, self.operators, self.author, seed)

    def oracle(self, start=None, end=None, operator_id=None, call_type=None):
        return self.sql(ORACLE, {"company": self.company.id, "start": start, "end": end, "operator_id": operator_id,
                                 "call_type": call_type, "most": 366})[0][1]

    def page(self, **filters):
        """The dashboard, surely not a remembered one: what psql writes is told to the servers a moment later, what they
        write themselves they know."""
        self.company.as_("company_admin").patch("/api/v1/settings", {"products": [unique("product")]})
        return self.viewer.get(DASHBOARD, query={name: str(value) for name, value in filters.items() if value}).json

    def assert_same(self, **filters):
        shown = self.page(**filters)
        assert shown == json.loads(self.oracle(**filters)), filters

    def assert_right(self, chooser, times):
        for _ in range(times):
            end = date(2026, 11, 21) - timedelta(days=chooser.choice([0, 1, chooser.randrange(60), chooser.randrange(400)]))
            start = end - timedelta(days=chooser.choice([0, 6, 29, 365, chooser.randrange(366)]))
            self.assert_same(start=start, end=end, operator_id=chooser.choice([None, *self.operators]),
                             call_type=chooser.choice([None, None, "inbound", "outbound", "internal"]))

    def assert_verified(self):
        done = self.rollup("verify", "--company", self.company.id)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_calls_the_dashboard_says_what_they_say(house, seed):
    chooser, writer = random.Random(seed), house.writer(seed)
    acts = []
    for _ in range(6):
        acts += [writer.act() for _ in range(40)]
        if chooser.random() < 0.5:
            house.company.as_("company_admin").patch("/api/v1/settings", {"timezone": chooser.choice(ZONES)})
        house.assert_right(chooser, 8)
    house.assert_verified()
    assert len(set(acts)) > 10


def test_writers_at_once_leave_the_rollups_right(house):
    errors = []

    def work(seed):
        try:
            writer = house.writer(seed)
            for _ in range(40):
                writer.act()
        except BaseException as error:  # told below, in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for zone in ZONES[1:]:
        house.company.as_("company_admin").patch("/api/v1/settings", {"timezone": zone})
    for thread in threads:
        thread.join()
    assert errors == []
    wait_for("calls moved to the new time zone", 30, lambda: not house.sql("SELECT 1 FROM rollup_state WHERE company_id = %s", (house.company.id,)))
    house.assert_verified()
    house.assert_right(random.Random(1), 10)


def test_a_dashboard_reads_no_more_when_its_days_have_more_calls(house):
    """Pages PostgreSQL looked at for one dashboard, with 10 calls and with 310 in the same cells."""
    seed = Seed(house.sql, house.company.id)

    def fill(calls):
        for n in range(calls):
            record = seed.record(f"2026-11-{2 + n % 10:02d}T10:00:00Z", operator_id=house.operators[0], call_type="inbound")
            seed.result(record, score=50, purpose="order")

    def pages():
        house.page()  # the connections have planned it
        stand = """SELECT sum(calls), sum(shared_blks_hit + shared_blks_read) FROM pg_stat_statements
                   WHERE query LIKE 'WITH zone AS%%rollup_ranges%%rollup_score%%'"""
        calls, before = house.sql(stand)[0]
        seen = house.page(start="2026-11-01", end="2026-11-14")["totals"]["calls"]
        calls_then, after = house.sql(stand)[0]
        assert calls_then == calls + 1, "one statement a dashboard"
        return seen, after - before

    fill(10)
    few, pages_of_few = pages()
    fill(300)
    pages()  # leaves the old row versions of so many changes behind
    many, pages_of_many = pages()
    assert (few, many) == (10, 310)
    assert pages_of_many < 2 * pages_of_few


def test_a_call_costs_what_the_ledger_says_however_often_it_was_analysed(house):
    seed = Seed(house.sql, house.company.id)
    record = seed.record("2026-11-10T10:00:00Z", operator_id=house.operators[0], call_type="inbound", charged=500)
    house.sql("UPDATE record SET status = 'PENDING' WHERE id = %s", (record,))
    job = str(uuid.uuid4())
    house.sql("INSERT INTO job (id, company_id, record_id, state, reserved_minor) VALUES (%s, %s, %s, 'done', 70)", (job, house.company.id, record))
    house.sql("INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor, record_id, job_id) "
              "VALUES (%s, %s, 'charge', -70, 0, %s, %s)", (str(uuid.uuid4()), house.company.id, record, job))
    assert house.page(start="2026-11-10", end="2026-11-10")["totals"]["cost_minor"] == 570
    house.sql("UPDATE record SET deleted_at = now() WHERE id = %s", (record,))
    assert house.page(start="2026-11-10", end="2026-11-10")["totals"]["cost_minor"] == 0


def test_the_newest_words_of_a_question_are_shown(house):
    seed = Seed(house.sql, house.company.id)
    for day, words in ((1, "First words?"), (2, "Second words?")):
        record = seed.record(f"2026-11-0{day}T10:00:00Z")
        seed.result(record)
        seed.answer(record, 0, "greeting", "yes", text=words)

    def shown(start):
        page = house.page(start=start, end="2026-11-02")
        return [(row["text"], row["yes"]) for row in page["compliance"]]

    assert shown("2026-11-01") == [("Second words?", 2)]
    house.sql("UPDATE record SET deleted_at = now() WHERE id = %s", (record,))
    assert shown("2026-11-01") == [("First words?", 1)]


def test_a_person_who_asks_for_a_key_of_the_rollups_finds_no_calls(house):
    Seed(house.sql, house.company.id).record("2026-11-01T10:00:00Z")
    for key in ("00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"):
        page = house.page(start="2026-11-01", end="2026-11-02", operator_id=key)
        assert page["totals"]["calls"] == 0 and page["operators"] == []


@pytest.mark.parametrize("damage", [
    "UPDATE rollup_call SET duration_ms = duration_ms + 1 WHERE company_id = %s AND span = 28",
    "DELETE FROM rollup_call WHERE company_id = %s AND span = 7",
    "UPDATE rollup_score SET calls = calls + 1 WHERE company_id = %s",
    "DELETE FROM rollup_topic WHERE company_id = %s",
    "UPDATE rollup_answer SET na = na + 1, no = no - 1 WHERE company_id = %s",
    "UPDATE record SET day = day + 1 WHERE company_id = %s",
], ids=lambda damage: " ".join(damage.split()[:3]))
def test_verify_tells_of_damage_and_rebuild_repairs_it(house, damage):
    seed = Seed(house.sql, house.company.id)
    record = seed.record("2026-11-10T10:00:00Z", operator_id=house.operators[0], call_type="inbound", charged=500)
    seed.result(record, score=77.7, purpose="order", sentiment="positive")
    seed.answer(record, 0, "greeting", "no")
    house.assert_verified()
    house.sql(damage, (house.company.id,))
    told = house.rollup("verify", "--company", house.company.id)
    assert told.returncode == 1 and ("expected" in told.stdout)
    assert house.rollup("rebuild", "--company", house.company.id).returncode == 0
    house.assert_verified()
    house.assert_same(start=date(2026, 11, 1), end=date(2026, 11, 20))


def test_calls_loaded_past_the_triggers_are_counted_by_rebuild(house):
    house.sql("SET session_replication_role = replica")
    try:
        seed = Seed(house.sql, house.company.id)
        for day in range(1, 10):
            record = seed.record(f"2026-11-0{day}T20:30:00Z", operator_id=house.operators[day % 3], call_type="outbound", charged=10)
            seed.result(record, score=day * 10, interests=["oven"])
            seed.answer(record, 0, "greeting", "yes")
    finally:
        house.sql("SET session_replication_role = DEFAULT")
    assert house.rollup("verify", "--company", house.company.id).returncode == 1
    done = house.rollup("rebuild", "--company", house.company.id)
    assert done.returncode == 0 and "9 calls got their day" in done.stdout
    house.assert_verified()
    house.assert_same(start=date(2026, 11, 1), end=date(2026, 11, 20))


def test_a_call_that_is_being_written_is_moved_to_its_new_day_afterwards(house):
    seed = Seed(house.sql, house.company.id)
    records = [seed.record(f"2026-11-{day}T21:00:00Z") for day in range(10, 16)]
    busy = house.stack.connect()
    busy.autocommit = False
    try:
        with busy.cursor() as cursor:
            cursor.execute("SELECT FROM record WHERE id = %s FOR NO KEY UPDATE", (records[2],))
        house.company.as_("company_admin").patch("/api/v1/settings", {"timezone": "UTC"})
        days = [row[0] for row in house.sql("SELECT extract(day FROM day)::int FROM record WHERE company_id = %s ORDER BY started_at", (house.company.id,))]
        assert days == [10, 11, 13, 13, 14, 15]
        pending = house.rollup("verify", "--company", house.company.id)
        assert pending.returncode == 0 and "pending" in pending.stdout
    finally:
        busy.close()
    wait_for("the last call moved", 30, lambda: not house.sql("SELECT 1 FROM rollup_state WHERE company_id = %s", (house.company.id,)))
    house.assert_verified()
    house.assert_same(start=date(2026, 11, 10), end=date(2026, 11, 16))


def test_a_new_time_zone_is_applied_in_steps_and_a_step_is_a_transaction(house):
    seed = Seed(house.sql, house.company.id)
    for day in range(10, 20):
        seed.record(f"2026-11-{day}T21:00:00Z", status="FAILED")
    work = house.stack.connect()
    work.autocommit = False  # nobody else sees the company's calls as unmoved
    try:
        with work.cursor() as cursor:
            cursor.execute("UPDATE company_settings SET timezone = 'UTC' WHERE company_id = %s", (house.company.id,))
            steps, more = 0, True
            while more:
                cursor.execute("SELECT rollup_rezone_step(%s, 3)", (house.company.id,))
                steps, more = steps + 1, cursor.fetchone()[0]
        work.commit()
    finally:
        work.close()
    assert steps == 4
    house.assert_verified()
    house.assert_same(start=date(2026, 11, 10), end=date(2026, 11, 20))


def test_a_database_that_has_calls_is_counted_when_it_is_migrated(stack, sql, rollup_of, tmp_path):
    name = f"dialix_{uuid.uuid4().hex[:8]}"
    owner = stack.env["DATABASE_OWNER_URL"].replace("/dialix?", f"/{name}?")
    migrate = lambda folder: subprocess.run([f"{BUILD}/bin/dialixctl", "migrate", "--dir", str(folder)], check=True,
                                            capture_output=True, env={"DATABASE_OWNER_URL": owner})
    sql(f"CREATE DATABASE {name} OWNER dialix_owner")
    try:
        for file in sorted((ROOT / "sql" / "migrations").glob("000?_*.sql")):
            shutil.copy(file, tmp_path)
        migrate(tmp_path)
        connection = stack.connect(name)
        with connection.cursor() as cursor:
            run = cursor.execute
            company = str(uuid.uuid4())
            run("INSERT INTO company (id, name, price_per_minute_minor) VALUES (%s, 'Old', 1)", (company,))
            run("INSERT INTO company_settings (company_id, timezone) VALUES (%s, 'Asia/Tashkent')", (company,))
            seed = Seed(run, company)
            for day in range(1, 10):
                record = seed.record(f"2026-11-0{day}T20:30:00Z", call_type="inbound", charged=10)
                seed.result(record, score=day, purpose="order")
                seed.answer(record, 0, "greeting", "yes")
        connection.close()
        migrate(ROOT / "sql" / "migrations")
        done = rollup_of(owner, "verify")
        assert done.returncode == 0 and " 0 differ" in done.stdout and " 0 cells" not in done.stdout, done.stdout
    finally:
        sql(f"DROP DATABASE {name} WITH (FORCE)")
