#!/usr/bin/python3
"""The measuring part of scripts/bench: fills the stack of the environment, starts the peers, measures, prints, writes the report.

  eval "$(scripts/stack env)" && tests/load/bench/bench.py        scripts/bench does this with a stack of its own
"""
import argparse
import os
import shutil
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import harness  # noqa: E402

import fill  # noqa: E402
import growth  # noqa: E402
import lists  # noqa: E402
import report  # noqa: E402
import same  # noqa: E402
from peers import Peers  # noqa: E402
from wrk import Case  # noqa: E402

PAGE = "/api/v1/dashboard"


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="little data, one short round: does it run at all?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8, help="of each measurement in each round")
    parser.add_argument("--connections", type=int, default=32, help="for what is cached")
    parser.add_argument("--slow-connections", type=int, default=8, help="for what asks PostgreSQL at each request")
    parser.add_argument("--companies", type=int, default=10)
    parser.add_argument("--calls", type=int, default=100_000, help="a company and year")
    parser.add_argument("--big", type=int, default=1_000_000, help="calls of the one large company; 0: none, no growth, no lists")
    parser.add_argument("--small", type=int, default=10_000, help="calls of the one small company")
    parser.add_argument("--report", type=Path, help="writes the figures there (docs/benchmarks.md)")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.companies, options.calls, options.big, options.small = 1, 1, 2, 2000, 6000, 600
    return options


def fill_database(stack, build, client, options):
    """The companies of this bench, in order. Those that a kept stack has from an earlier run are taken as they are."""
    names = [(f"Company {n + 1}", options.calls) for n in range(options.companies)]
    if options.big:
        names += [(f"Large company of {options.big}", options.big), (f"Small company of {options.small}", options.small)]
    with closing(stack.connect()) as connection, connection.cursor() as cursor:
        there = {name: fill.find_company(cursor, name, calls) for name, calls in names}
    made = {name: fill.make_company(client, name, calls) for name, calls in names if not there[name]}
    if made:
        harness.note(f"filling {sum(company.calls for company in made.values())} calls of {len(made)} companies")
        fill.fill_and_count(stack, build, list(made.values()), whole_database=True)
        stack.command("restart", "redis", "fcgi")  # nothing is known from before
    return [there[name] or made[name] for name, _ in names]


def log_in(stack, client, company):
    """(client, header) of a supervisor's real session."""
    reader = harness.Client(stack.url, fill.person(client, company))
    token = next(iter(reader.http.cookies)).value
    return reader, {"Cookie": f"dialix={token}"}, token


def dashboard_of(url, headers, path=PAGE):
    import requests

    answer = requests.get(url + path, headers=headers, timeout=300)
    if answer.status_code != 200:
        raise SystemExit(f"{url}{path}: {answer.status_code} {answer.text[:500]}")
    return answer


def check_answers(peers, stack, headers):
    """All peers say what we say, we say it from where we claim to."""
    ours = dashboard_of(stack.url, headers)
    again = dashboard_of(stack.url, headers)
    uncached = dashboard_of(peers.url("uncached"), headers)
    for what, answer in (("cached", again), ("uncached", uncached)):
        harness.note(f"ours {what}: {answer.headers.get('Server-Timing')}, {len(answer.content)} bytes")
    if "desc=hit" in uncached.headers.get("Server-Timing", ""):
        raise SystemExit("The server without Redis says that it answers from a cache.")
    same.demand(ours.json(), uncached.json(), "ours without a cache")
    if not ours.json()["totals"]["calls"]:
        raise SystemExit("The dashboard shows no calls: were the rollups rebuilt?")
    for name, path in (("php", PAGE), ("fastapi", PAGE), ("fastapi", PAGE + "/dict"), ("fastapi", PAGE + "/widgets"), ("fastapi", PAGE + "/old")):
        theirs = dashboard_of(peers.url(name), headers, path)
        same.demand(ours.json(), theirs.json(), f"{name} {path}")
        harness.note(f"{name} {path}: the same numbers, {len(theirs.content)} bytes, {theirs.elapsed.total_seconds() * 1000:.1f} ms")
    return again


def make_cases(peers, stack, headers, tag, options):
    fast, slow, seconds = options.connections, options.slow_connections, options.seconds
    fresh = dict(headers, **({"If-None-Match": tag} if tag else {}))
    packed = dict(headers, **{"Accept-Encoding": "gzip"})
    cases = [
        Case("ours", "Dialix, cached", stack.url + PAGE, headers, fast, seconds),
        Case("redis", "bare libfcgi + one Redis GET", peers.url("redis") + PAGE, headers, fast, seconds),
        Case("echo", "bare libfcgi, bytes from memory", peers.url("echo") + PAGE, headers, fast, seconds),
        Case("static", "nginx, a static file", peers.url("static") + PAGE, headers, fast, seconds),
        Case("php", "php-fpm + phpredis, cached", peers.url("php") + PAGE, headers, fast, seconds),
        Case("fastapi", "FastAPI + redis, cached", peers.url("fastapi") + PAGE, headers, fast, seconds),
        Case("fastapi_dict", "FastAPI + redis, cached as a dict", peers.url("fastapi") + PAGE + "/dict", headers, fast, seconds),
        Case("packed", "Dialix, cached, gzip", stack.url + PAGE, packed, fast, seconds, "packed"),
        Case("redis_packed", "bare libfcgi + one Redis GET, gzip", peers.url("redis") + PAGE, packed, fast, seconds, "packed"),
        Case("fastapi_packed", "FastAPI + redis, cached, gzip", peers.url("fastapi") + PAGE, packed, fast, seconds, "packed"),
        Case("uncached", "Dialix, no cache", peers.url("uncached") + PAGE, headers, slow, seconds, "uncached"),
        Case("widgets", "FastAPI, a query per widget", peers.url("fastapi") + PAGE + "/widgets", headers, slow, seconds, "uncached", patient=True),
        Case("old", "FastAPI, old style", peers.url("fastapi") + PAGE + "/old", headers, slow, seconds, "uncached", patient=True),
    ]
    if tag:
        cases.insert(1, Case("unchanged", "Dialix, 304 Not Modified", stack.url + PAGE, fresh, fast, seconds))
    return cases


def measure_rounds(cases, options):
    for case in cases:  # every process has its code, connections and pages warm
        if case.name not in ("old", "widgets"):
            case.measure()
            case.rounds.clear()
    for number in range(options.rounds):
        for case in cases if number % 2 == 0 else reversed(cases):
            found = case.measure()
            harness.note(f"round {number + 1}: {case.title:<34} {found['rate']:>10.1f} req/s   p50 {found['p50']:>9.2f} ms   p99 {found['p99']:>9.2f} ms")


def main():
    options = read_options()
    stack = harness.stack()
    build, client, began = harness.stack_build(stack), harness.admin(stack), time.monotonic()
    companies = fill_database(stack, build, client, options)
    _, headers, token = log_in(stack, client, companies[0])
    claims = harness.Claims()
    with Peers(stack) as peers:
        peers.compile_bare()
        peers.let_in(token, companies[0].id)
        peers.start_uncached(build)
        peers.start_php()
        peers.start_fastapi(os.cpu_count())
        answer = check_answers(peers, stack, headers)
        peers.start_bare(answer.content)
        cases = make_cases(peers, stack, headers, answer.headers.get("ETag"), options)
        measure_rounds(cases, options)
        more = {}
        if options.big:
            large, small = companies[-2], companies[-1]
            doors = {one.id: log_in(stack, client, one) for one in (companies[0], large, small)}
            more["growth"] = growth.measure(stack, peers.url("uncached"), doors, {"middle": companies[0], "large": large, "small": small}, options)
            more["lists"] = lists.measure(peers.url("uncached"), doors[large.id], large, options)
        figures = report.Figures(options, stack, build, companies, cases, more, len(answer.content), time.monotonic() - began)
    figures.print()
    figures.claim(claims)
    if options.report:
        figures.write(options.report, claims)
        harness.note(f"written: {options.report}")
    shutil.rmtree(peers.folder, ignore_errors=True)
    if options.quick:
        harness.note("a quick run: its figures mean nothing, so they are not held against what must be")
        sys.exit(0)
    claims.finish()


if __name__ == "__main__":
    main()
