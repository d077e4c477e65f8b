#!/usr/bin/python3
"""Many concurrent misses of one key over all workers: one computation.

Starts a server group of its own with a slot for every request, lets readers with real sessions connect, makes the dashboard's cached
value wrong by a write, and lets all readers ask at the same moment. A lock on one of the tables that the dashboard reads holds the
computation until every request is under way, so that none of them can come late. How often it was computed is what
pg_stat_statements counts, in units of what one miss alone runs. With --refresh-ahead the workers' own refreshes of the value take part
in the race: still one computation.
"""
import argparse
import json
import re
import sys
import threading
import time
import urllib.parse
import http.client
from collections import Counter
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))
import fill  # noqa: E402
import harness  # noqa: E402
import measures  # noqa: E402
from peers import Peers  # noqa: E402

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--readers", type=int, default=200)
arguments.add_argument("--workers", type=int, default=4, help="processes of the server group")
arguments.add_argument("--calls", type=int, default=2000)
arguments.add_argument("--hold", type=float, default=0.7, help="s that the computation is held up")
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--refresh-ahead", type=int, default=0, help="CACHE_REFRESH_AHEAD of the server group, s")
options = arguments.parse_args()

stack = harness.stack()
build = harness.stack_build(stack)
admin = harness.admin(stack)
PAGE = "/api/v1/dashboard"


def page_statements():
    """{statement: calls} of what reads pages, except the look at the versions: whoever asks takes one."""
    return dict(measures.sql(stack, f"""
        select s.query, sum(s.calls) from pg_stat_statements s join pg_roles r on r.oid = s.userid
        where r.rolname = 'dialix_app' and {measures.READS} and s.query !~ 'versions_of\\(' group by 1"""))


def difference(before, after):
    return {query: int(calls - before.get(query, 0)) for query, calls in after.items() if calls != before.get(query, 0)}


def main():
    company = fill.make_company(admin, "Stampede", options.calls, operators=5)
    fill.fill_and_count(stack, build, [company])
    editor = harness.Client(stack.url, fill.person(admin, company, "company_admin"))
    login = fill.person(admin, company)
    cookie = next(iter(harness.Client(stack.url, login).http.cookies)).value
    headers = {"Cookie": f"dialix={cookie}"}
    numbers = iter(range(10**6))

    def make_wrong():
        editor.call("PATCH", f"/operators/{company.operators[0]}", json={"name": f"Operator #{next(numbers)}"})

    with Peers(stack) as peers:
        threads = -(-options.readers // options.workers) + 16
        peers.start_group(build, "stampede", {"FCGI_WORKERS": str(options.workers), "FCGI_THREADS": str(threads), "NGINX_FCGI_KEEPALIVE": "16",
                                                "CACHE_REFRESH_AHEAD": str(options.refresh_ahead)})
        address = urllib.parse.urlsplit(peers.url("stampede"))

        def connect():
            connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
            connection.request("GET", "/api/v1/me", headers=headers)
            connection.getresponse().read()
            return connection

        def ask(connection):
            connection.request("GET", PAGE, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            cache = (re.findall(r"cache;desc=\"?(\w+)", answer.headers.get("Server-Timing", "")) or ["?"])[0]
            return answer.status, cache, body

        readers = [connect() for _ in range(options.readers)]
        for reader in readers[:3 * options.workers]:
            ask(reader)
        make_wrong()
        before = page_statements()
        ask(readers[0])
        alone = difference(before, page_statements())
        harness.note(f"a miss alone runs {sum(alone.values())} statements: {[query[:60] for query in alone]}")
        table = next((name for name in ("rollup_call", "record") if any(re.search(rf"\b{name}\b|dashboard", query) for query in alone)), "record")
        claims, figures = harness.Claims(), []
        for number in range(options.rounds):
            figures.append(one_round(readers, ask, make_wrong, alone, table))
            computed, statuses, caches, bodies, waiting = figures[-1]
            claims.check(f"round {number + 1}: computations", computed, computed == 1, f"= 1 of {options.readers} concurrent misses {dict(caches)}")
            claims.check(f"round {number + 1}: answers 200", statuses[200], statuses == {200: options.readers}, f"= {options.readers}, {bodies} different bodies")
            claims.check(f"round {number + 1}: bodies", bodies, bodies == 1, "= 1")
            claims.check(f"round {number + 1}: backends that waited for the lock", waiting, waiting >= 1, "")
        claims.finish(readers=options.readers, workers=options.workers, table=table)


def one_round(readers, ask, make_wrong, alone, table):
    answers, ready = [], threading.Barrier(len(readers) + 1)

    def read(connection):
        ready.wait()
        answers.append(ask(connection))

    before = page_statements()
    threads = [threading.Thread(target=read, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    with closing(stack.connect()) as locker, locker.cursor() as cursor:
        locker.autocommit = False
        cursor.execute(f"lock table {table} in access exclusive mode")
        make_wrong()
        ready.wait()
        time.sleep(options.hold)
        waiting = measures.sql(stack, "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and usename = 'dialix_app'")[0][0]
        locker.rollback()
    for thread in threads:
        thread.join(90)
    ran = difference(before, page_statements())
    computed = max((ran.get(query, 0) / calls for query, calls in alone.items()), default=0)
    return (round(computed, 2), Counter(status for status, _, _ in answers), Counter(cache for _, cache, _ in answers),
            len({json.dumps(json.loads(body), sort_keys=True) if status == 200 else body for status, _, body in answers}), waiting)


if __name__ == "__main__":
    main()
