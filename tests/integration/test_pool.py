"""The connection pool as its users see it: full, restarted under it, behind PgBouncer. On a stack of its own."""
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.client import Client, Journal
from support.pgbouncer import PgBouncer
from support.stack import Stack
from support.world import World, wait_for

LOGS = "/api/v1/activity-logs"
pytestmark = pytest.mark.own_stack


@pytest.fixture(scope="module")
def small(document):
    """One worker with four connections at most, two of them for good."""
    stack = Stack.start(FCGI_WORKERS=1, FCGI_THREADS=40, DB_POOL_SIZE=2, DB_MAX_OVERFLOW=2, DB_POOL_TIMEOUT=1)
    admin = Client(stack.url, document, Journal())
    admin.login(*stack.admin)
    stack.world = World(admin)
    yield stack
    stack.stop()


@pytest.fixture
def viewers(small):
    """Clients of one company, logged in."""
    company = small.world.company()
    return [company.person("company_admin") for _ in range(8)]


@pytest.fixture
def superuser(small):
    connection = small.connect()
    yield connection
    connection.close()


def query(connection, text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall() if cursor.description else []


def pool(client, name):
    text = client.get("/metrics").body.decode()
    return float(re.search(rf'^dialix_db_{name}\{{pool="primary"\}} (\S+)$', text, re.MULTILINE).group(1))


def server_connections(connection):
    return query(connection, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dialix-fcgi'")[0][0]


def held_up(small, viewers, count):
    """Requests in the background that hold a connection each, until the lock is let go."""
    lock = small.connect()
    lock.autocommit = False
    query(lock, "LOCK TABLE activity_log IN ACCESS EXCLUSIVE MODE")
    workers = ThreadPoolExecutor(count)
    answers = [workers.submit(viewers[i].get, LOGS, expect={200, 503}) for i in range(count)]
    return lock, answers


def test_a_full_pool_is_503_with_retry_after_and_those_inside_are_served(small, viewers, superuser):
    timeouts = pool(viewers[0], "pool_timeouts_total")
    lock, answers = held_up(small, viewers, 4)
    wait_for("all four connections wait for the lock", 10, lambda: query(
        superuser, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dialix-fcgi' AND wait_event_type = 'Lock'")[0][0] == 4)
    refused = viewers[5].get(LOGS, expect=503)
    assert refused.code == "database_busy" and int(refused.headers["Retry-After"]) >= 1
    lock.rollback()
    assert [answer.result().status for answer in answers] == [200] * 4
    viewers[5].get(LOGS)
    assert pool(viewers[0], "pool_timeouts_total") - timeouts == 1
    lock.close()


def test_overflow_connections_are_closed_once_idle_and_the_others_stay(small, viewers, superuser):
    lock, answers = held_up(small, viewers, 4)
    wait_for("the pool is full", 10, lambda: server_connections(superuser) == 4)
    lock.rollback()
    assert [answer.result().status for answer in answers] == [200] * 4
    assert server_connections(superuser) == 4, "not closed at once"
    wait_for("the overflow is closed", 20, lambda: server_connections(superuser) == 2)
    assert (pool(viewers[0], "pool_open"), pool(viewers[0], "pool_overflow"), pool(viewers[0], "pool_in_use")) == (2, 0, 0)
    lock.close()


def test_connections_closed_by_the_server_cost_nobody_an_error(small, viewers, superuser):
    for change in (lambda: viewers[0].get(LOGS), lambda: viewers[0].patch("/api/v1/me", {"name": "Another name"})):
        change()
        query(superuser, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dialix-fcgi'")
        wait_for("they are gone", 10, lambda: server_connections(superuser) == 0)
        change()


def test_a_restart_of_the_database_under_load_is_no_server_error(small, viewers):
    stop, seen = threading.Event(), []

    def read(client):
        while not stop.is_set():
            seen.append(client.get(LOGS, expect={200, 503}).status)

    with ThreadPoolExecutor(4) as workers:
        readers = [workers.submit(read, client) for client in viewers[:4]]
        wait_for("they read", 10, lambda: len(seen) > 20)
        small.command("restart", "pg")
        count = len(seen)
        wait_for("they read again", 20, lambda: seen[count:].count(200) > 20)
        stop.set()
        for reader in readers:
            reader.result()
    viewers[5].get(LOGS)


@pytest.fixture(scope="module")
def bounced(document):
    """A stack whose programs reach PostgreSQL through PgBouncer in transaction mode with two connections."""
    stack = Stack.start(FCGI_WORKERS=1, FCGI_THREADS=40)
    bouncer = None
    try:
        bouncer = PgBouncer(stack, connections=2)
        stack.command("up", "--set", f"DATABASE_URL={bouncer.url}", "--set", "DB_PREPARED_STATEMENTS=false",
                      "--set", f"DATABASE_LISTEN_URL={stack.env['DATABASE_URL']}",
                      "--set", "DB_STATEMENT_TIMEOUT=2")
        stack.command("restart", "fcgi", "analyzer")
        stack.bouncer = bouncer
        admin = Client(stack.url, document, Journal())
        admin.login(*stack.admin)
        stack.world = World(admin)
        yield stack
    finally:
        if bouncer:
            bouncer.stop()
        stack.stop()


def test_behind_pgbouncer_tenants_share_connections_and_see_only_their_own(bounced):
    companies = [bounced.world.company() for _ in range(4)]
    for number, company in enumerate(companies):
        company.as_("company_admin")
        company.operator(code=f"{number + 1:03d}")

    def read(number):
        company = companies[number % 4]
        operators = company.as_("company_admin").get("/api/v1/operators").json["items"]
        company.as_("company_admin").get("/api/v1/dashboard")
        return [operator["code"] for operator in operators] == [f"{number % 4 + 1:03d}"]

    for person in companies:
        person.as_("company_admin")
    for start in range(4):  # a client is one thread's
        with ThreadPoolExecutor(4) as workers:
            assert all(workers.map(read, range(4))), start
    pools = [row for row in bounced.bouncer.show("POOLS") if row["database"] == "dialix"]
    assert sum(row["sv_active"] + row["sv_idle"] + row["sv_used"] for row in pools) <= 2
    assert {row["pool_mode"] for row in pools} == {"transaction"}


def test_behind_pgbouncer_a_statement_still_has_its_timeout(bounced):
    client = bounced.world.company().as_("company_admin")
    lock = bounced.connect()
    lock.autocommit = False
    query(lock, "LOCK TABLE activity_log IN ACCESS EXCLUSIVE MODE")
    client.get(LOGS, expect=503)
    lock.rollback()
    lock.close()
    client.get(LOGS)


def test_behind_pgbouncer_a_call_is_analysed(bounced, sounds):
    assert bounced.world.company().completed(sounds.beep)["status"] == "COMPLETED"
