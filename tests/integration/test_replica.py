"""Reads that may lag go to a streaming replica; whoever wrote sees what they wrote, whatever the replica does."""
import datetime
import itertools

import pytest

from support.client import Client, Journal
from support.replica import Replica
from support.seed import Seed
from support.stack import Stack
from support.world import World, wait_for

RECORDS = "/api/v1/records"
pytestmark = pytest.mark.own_stack
_days = itertools.count()


@pytest.fixture(scope="module")
def mirrored(document):
    stack = Stack.start()
    replica = None
    try:
        replica = Replica(stack)
        stack.command("up", "--set", f"DATABASE_REPLICA_URL={replica.url}", "--set", "DB_REPLICA_MAX_LAG=3")
        stack.command("restart", "fcgi")
        stack.replica = replica
        admin = Client(stack.url, document, Journal())
        admin.login(*stack.admin)
        stack.world = World(admin)
        reader = stack.world.company().as_("viewer")
        wait_for("the replica is used", 60, lambda: is_from_replica(stack, reader))
        yield stack
    finally:
        if replica:
            replica.kill()
        stack.stop()


@pytest.fixture
def shop(mirrored):
    """A company with one call, one who changes it and one who looks."""
    company = mirrored.world.company()
    connection = mirrored.connect()

    def sql(statement, arguments=None):
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)

    record = Seed(sql, company.id).record("2026-11-01T05:00:00Z", title="before")
    connection.close()
    wait_for("the replica has come that far", 20, lambda: mirrored.replica.sql(f"SELECT 1 FROM record WHERE id = '{record}'"))
    return type("Shop", (), {"record": record, "writer": company.as_("company_admin"), "other": company.as_("supervisor")})


def titles(client):
    """Titles of the list, asked for in a way that nobody has asked before: no cache knows it."""
    first = datetime.date(2000, 1, 1) + datetime.timedelta(days=next(_days))
    return [item["title"] for item in client.get(RECORDS, query={"start": str(first)}).json["items"]]


def is_from_replica(stack, client):
    def lists_read():
        return int(stack.replica.sql("SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE '%record_page(%'")[0][0])

    before = lists_read()
    titles(client)
    return lists_read() > before


def test_lists_are_read_from_the_replica_and_what_may_not_lag_is_not(mirrored, shop):
    wait_for("it is used", 20, lambda: is_from_replica(mirrored, shop.other))
    for path in ("/api/v1/activity-logs", "/api/v1/transactions", "/api/v1/dashboard", f"{RECORDS}/{shop.record}"):
        shop.writer.get(path)
    seen = {row[0].split()[0] for row in mirrored.replica.sql(
        "SELECT query FROM pg_stat_statements WHERE query ILIKE '%rollup_ranges%' OR query LIKE '%json_build_object(%r.audio_bytes%'")}
    assert not seen, "the dashboard and single calls are the primary's"


def test_who_wrote_sees_it_at_once_while_the_replica_stands_still(mirrored, shop):
    assert titles(shop.writer) == ["before"]
    mirrored.replica.sql("SELECT pg_wal_replay_pause()")
    try:
        shop.writer.patch(f"{RECORDS}/{shop.record}", {"title": "after"})
        for _ in range(10):
            assert titles(shop.writer) == ["after"]
        assert titles(shop.other) == ["after"], "a list that is cached knows by its versions that the replica is behind"
        wait_for("the replica is not even asked when it is too far behind", 20, lambda: not is_from_replica(mirrored, shop.other))
    finally:
        mirrored.replica.sql("SELECT pg_wal_replay_resume()")
    wait_for("the replica is used again", 20, lambda: is_from_replica(mirrored, shop.other))
    assert titles(shop.writer) == ["after"] and titles(shop.other) == ["after"]


def test_a_killed_replica_costs_nobody_an_error_and_is_used_again_when_it_is_back(mirrored, shop):
    wait_for("it is used", 20, lambda: is_from_replica(mirrored, shop.other))
    mirrored.replica.kill()
    try:
        for _ in range(30):
            assert titles(shop.other) == ["before"]
    finally:
        mirrored.replica.start()
    wait_for("the replica is used again", 30, lambda: is_from_replica(mirrored, shop.other))


def test_without_redis_nobody_knows_who_wrote_so_the_primary_is_read(mirrored, shop):
    wait_for("it is used", 20, lambda: is_from_replica(mirrored, shop.other))
    mirrored.command("stop", "redis")
    try:
        assert not is_from_replica(mirrored, shop.other)
        shop.writer.patch(f"{RECORDS}/{shop.record}", {"title": "after"})
        assert titles(shop.writer) == ["after"]
    finally:
        mirrored.command("start", "redis")
    mirrored.replica.sql("SELECT pg_wal_replay_pause()")
    try:
        shop.writer.patch(f"{RECORDS}/{shop.record}", {"title": "later"})
        assert titles(shop.writer) == ["later"], "a Redis that was just started remembers nothing"
    finally:
        mirrored.replica.sql("SELECT pg_wal_replay_resume()")
