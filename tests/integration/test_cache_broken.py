"""What the cache does when Redis is away, stands still, is full, forgets, or comes back with its past: on a stack of its
own. Never an error, never an answer from before a change that was acknowledged."""
import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from support.client import Client, Journal
from support.stack import Stack
from support.world import World, unique, wait_for
from test_cache import cache_of

pytestmark = pytest.mark.own_stack


@pytest.fixture(scope="module")
def own_stack():
    stack = Stack.start()
    yield stack
    stack.stop()


class Redis:
    def __init__(self, stack):
        self.socket = str(stack.folder / "run" / "redis.sock")

    def say(self, *words):
        done = subprocess.run(["redis-cli", "-s", self.socket, *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout.strip()

    def pid(self):
        return int(next(line.split(":")[1] for line in self.say("INFO", "server").splitlines() if line.startswith("process_id")))

    def keys(self):
        return self.say("KEYS", "dx:*").splitlines()

    @contextmanager
    def standing_still(self):
        pid = self.pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def redis(own_stack):
    return Redis(own_stack)


@pytest.fixture(scope="module")
def sql(own_stack):
    connection = own_stack.connect()

    def run(statement, arguments=None):
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)

    yield run
    connection.close()


class Watched:
    """One operator whose name is changed and read; every read must see the last acknowledged name."""

    def __init__(self, company):
        self.company, self.admin = company, company.admin
        self.reader = company.person("viewer")
        self.id = company.operator(name="Name")["id"]
        self.name = "Name"

    def write(self):
        name = unique("Name")
        self.admin.patch(f"/api/v1/operators/{self.id}", {"name": name}, query=self.company.scope)
        self.name = name

    def read(self, reader=None):
        answer = (reader or self.reader).get("/api/v1/operators")
        assert [item["name"] for item in answer.json["items"]] == [self.name]
        return answer

    def reads(self, times=12):
        for _ in range(times):
            self.read()

    def is_cached_again(self):
        return wait_for("cached again", 15, lambda: cache_of(self.read()) == "hit", interval=0.02)


@pytest.fixture
def watched(own_stack, document):
    admin = Client(own_stack.url, document, Journal())
    admin.login(*own_stack.admin)
    found = Watched(World(admin).company())
    found.is_cached_again()
    return found


def test_a_redis_that_forgets_everything_is_filled_again(redis, watched):
    redis.say("FLUSHALL")
    watched.reads()
    watched.write()
    redis.say("FLUSHALL")
    watched.reads()
    watched.is_cached_again()


def test_forgotten_versions_revive_nothing(redis, watched):
    for _ in range(3):
        watched.reads(3)
        watched.write()
        for key in redis.keys():  # as eviction does: the versions go, the values stay
            if ":v:" in key:
                redis.say("DEL", key)
        watched.reads()
    watched.is_cached_again()


def test_a_redis_that_stands_still_costs_time_once_and_no_error(redis, watched):
    with redis.standing_still():
        watched.write()
        started = time.monotonic()
        watched.reads(30)
        assert time.monotonic() - started < 10
        watched.write()
        assert cache_of(watched.read()) == "bypass"
    watched.reads(30)
    watched.is_cached_again()


def test_a_paused_redis_revives_nothing_when_it_goes_on(redis, watched):
    for _ in range(3):
        redis.say("CLIENT", "PAUSE", "600")
        watched.write()
        watched.reads(6)
        watched.is_cached_again()
        watched.reads()


def test_a_redis_that_comes_back_with_an_old_snapshot_serves_none_of_it(redis, watched, own_stack):
    watched.reads()
    redis.say("CONFIG", "SET", "save", "3600 1")
    redis.say("SAVE")
    for _ in range(2):
        watched.write()
    os.kill(redis.pid(), signal.SIGKILL)
    watched.reads()
    watched.write()
    own_stack.command("start", "redis")
    watched.reads(30)
    watched.is_cached_again()
    watched.write()
    watched.reads()


def test_a_full_redis_costs_the_cache_but_no_error(redis, watched):
    watched.reads()
    redis.say("CONFIG", "SET", "maxmemory-policy", "noeviction")
    redis.say("CONFIG", "SET", "maxmemory", "1")
    try:
        for _ in range(3):
            watched.write()
            watched.reads()
    finally:
        redis.say("CONFIG", "SET", "maxmemory", "0")
    watched.is_cached_again()
    watched.write()
    watched.reads()


@pytest.mark.parametrize("rubbish", [("LPUSH", "x"), ("SET", "rubbish"), ("SET", "dx1 9999999999999 0 1,1,1 5\nhello"), ("SET", "")])
def test_keys_that_hold_something_else_do_no_harm(redis, watched, rubbish):
    for key in redis.keys():
        redis.say("DEL", key)
        redis.say(rubbish[0], key, rubbish[1])
    watched.reads()
    watched.write()
    watched.reads()
    watched.is_cached_again()


def test_a_write_that_told_redis_nothing_is_heard_from_postgresql(sql, redis, watched):
    """What a writer leaves that is killed between its commit and its word to Redis, and whoever uses psql."""
    for still in (False, True):
        watched.reads()
        watched.name = unique("By hand")
        if still:
            with redis.standing_still():
                sql("UPDATE operator SET name = %s WHERE id = %s", (watched.name, watched.id))
        else:
            sql("UPDATE operator SET name = %s WHERE id = %s", (watched.name, watched.id))
        wait_for("the notification", 2, lambda: watched.reader.get("/api/v1/operators").json["items"][0]["name"] == watched.name,
                 interval=0.005)
        watched.reads(30)
        watched.is_cached_again()


def test_a_listener_that_lost_its_connection_hears_what_it_missed(sql, watched):
    watched.reads()
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dialix-listen'")
    sql("UPDATE operator SET name = 'Meanwhile' WHERE id = %s", (watched.id,))
    watched.name = "Meanwhile"
    wait_for("heard", 5, lambda: watched.reader.get("/api/v1/operators").json["items"][0]["name"] == "Meanwhile", interval=0.005)
    watched.reads(30)
    watched.is_cached_again()


def test_workers_killed_while_they_write_leave_nothing_stale(own_stack, watched):
    """kill -9 of every worker at some moment of a write: what PostgreSQL then has is what everybody reads."""
    master = (own_stack.folder / "run" / "fcgi.pid").read_text().split()[0]
    url = f"{watched.admin.base_url}/api/v1/operators/{watched.id}"
    for delay in (0.0, 0.001, 0.002, 0.004):
        name, statuses = unique("Killed"), []
        write = threading.Thread(target=lambda: statuses.append(watched.admin.session.patch(
            url, params=watched.company.scope, json={"name": name}, headers={"Origin": watched.admin.base_url}).status_code))
        write.start()
        time.sleep(delay)  # whatever the write has reached by then
        for worker in subprocess.run(["pgrep", "-P", master], capture_output=True, text=True, check=True).stdout.split():
            os.kill(int(worker), signal.SIGKILL)
        write.join()
        wait_for("workers again", 20, lambda: watched.admin.session.get(f"{watched.admin.base_url}/health").status_code == 200)
        watched.name = watched.admin.get(f"/api/v1/operators/{watched.id}", query=watched.company.scope).json["name"]
        assert statuses != [200] or watched.name == name
        watched.reads()


def test_two_hosts_that_share_postgresql_and_redis_see_each_others_writes(own_stack, watched, document):
    host = own_stack.second_host()
    try:
        other = Client(host.url, document, Journal())
        other.session.cookies.update(watched.reader.session.cookies)
        for _ in range(10):
            watched.write()
            watched.read(other)
            watched.read()
            watched.read(other)
        other.post("/api/v1/auth/logout", expect=204)
        for _ in range(12):
            watched.reader.get("/api/v1/operators", expect=401)
    finally:
        host.stop()
