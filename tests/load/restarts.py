#!/usr/bin/python3
"""Redis killed, Redis stopped in its tracks, PostgreSQL restarted, under load: errors by status, seconds to recover.

Clients ask for dashboard, lists and details in turn, each over its own connection, all the time. Without Redis nothing may fail:
everything is asked of PostgreSQL. While PostgreSQL is away its data is too: the answer is 503 (or a page that Redis still
vouches for), and it must be good again by itself soon after. Recovered: nothing failed any more from then on.
"""
import argparse
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))
import fill  # noqa: E402
import harness  # noqa: E402
import measures  # noqa: E402

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--clients", type=int, default=8)
arguments.add_argument("--calls", type=int, default=2000)
arguments.add_argument("--settle", type=float, default=4.0, help="s of load before and after each blow")
arguments.add_argument("--away", type=float, default=3.0, help="s that Redis is away or stopped")
options = arguments.parse_args()

stack = harness.stack()
build = harness.stack_build(stack)
admin = harness.admin(stack)


def pid_of(service):
    return int((stack.folder / "run" / f"{service}.pid").resolve().read_text().split()[0])


class Load:
    """Clients that ask without a pause. answers: (when it came, status, ms, cache)."""

    def __init__(self, login, paths):
        self.answers, self.ending, self.lock = [], threading.Event(), threading.Lock()
        cookies = harness.Client(stack.url, login).http.cookies.get_dict()
        self.threads = [threading.Thread(target=self.ask, args=(cookies, paths, n), daemon=True) for n in range(options.clients)]
        for thread in self.threads:
            thread.start()

    def ask(self, cookies, paths, number):
        session = requests.Session()
        session.cookies.update(cookies)
        while not self.ending.is_set():
            number += 1
            began = time.monotonic()
            try:
                answer = session.get(f"{stack.url}/api/v1{paths[number % len(paths)]}", timeout=30)
                status, timing = answer.status_code, answer.headers.get("Server-Timing", "")
            except requests.RequestException as error:
                status, timing = type(error).__name__, ""
            now = time.monotonic()
            with self.lock:
                self.answers.append((now, status, (now - began) * 1000, timing))
            if status != 200:
                time.sleep(0.02)

    def between(self, since, until=float("inf")):
        with self.lock:
            return [one for one in self.answers if since <= one[0] < until]

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join(40)


def blow(load, strike, mend):
    """Strikes, waits, mends; gives what was measured. `mend` gives the moment from which all should be well again."""
    time.sleep(options.settle)
    struck = time.monotonic()
    strike()
    time.sleep(options.away)
    back = mend()
    end = time.monotonic() + max(options.settle, 2)
    while time.monotonic() < end or (load.between(time.monotonic() - 2) and any(one[1] != 200 for one in load.between(time.monotonic() - 2))):
        if time.monotonic() > back + 60:
            break
        time.sleep(0.1)
    during = load.between(struck)
    failed = [one for one in during if one[1] != 200]
    good = [one[2] for one in during if one[1] == 200]
    return {"answers": len(during), "statuses": dict(Counter(one[1] for one in during)), "failed": len(failed),
            "recovered_s": round(max([0.0, *(one[0] - back for one in failed)]), 2) if failed else 0.0,
            "p99_ms": round(measures.percentile(good, 0.99), 1), "max_ms": round(max(good, default=0), 1), "mended_after_s": round(back - struck, 2),
            "before_p99_ms": round(measures.percentile([one[2] for one in load.between(struck - options.settle, struck)], 0.99), 1)}


def main():
    company = fill.make_company(admin, "Restarts", options.calls, operators=5)
    fill.fill_and_count(stack, build, [company])
    login = fill.person(admin, company)
    some = [row[0] for row in measures.sql(stack, "select id::text from record where company_id = %s limit 5", company.id)]
    paths = ["/dashboard", "/records?limit=100", "/operators", "/me", *(f"/records/{one}" for one in some)]

    def now_after(*command):
        stack.command(*command)
        return time.monotonic()

    def resume():
        os.kill(pid_of("redis"), signal.SIGCONT)
        return time.monotonic()

    blows = {
        "Redis: kill -9, start": (lambda: os.kill(pid_of("redis"), signal.SIGKILL), lambda: now_after("start", "redis")),
        "Redis: SIGSTOP, SIGCONT": (lambda: os.kill(pid_of("redis"), signal.SIGSTOP), resume),
        "PostgreSQL: stop, start": (lambda: stack.command("stop", "pg"), lambda: now_after("start", "pg")),
        "PostgreSQL: kill -9 of a backend": (kill_backend, time.monotonic),
    }
    claims, figures = harness.Claims(), {}
    for name, (strike, mend) in blows.items():
        load = Load(login, paths)
        try:
            figures[name] = found = blow(load, strike, mend)
        finally:
            load.stop()
        harness.note(f"{name}: {found}")
        redis = name.startswith("Redis")
        claims.check(f"{name}: failed", found["failed"], found["failed"] == 0 or not redis, f"{'= 0 ' if redis else ''}{found['statuses']}")
        claims.check(f"{name}: recovered after, s", found["recovered_s"], found["recovered_s"] <= 5, "<= 5")
        claims.check(f"{name}: p99 of what was answered, ms", found["p99_ms"], True, f"before {found['before_p99_ms']}, longest {found['max_ms']}")
        if not redis:
            allowed = {200, 503}
            claims.check(f"{name}: only 200 and 503", len(found["statuses"]), set(found["statuses"]) <= allowed, str(found["statuses"]))
    stack.command("up")
    claims.finish(**{name: {key: found[key] for key in ("failed", "recovered_s", "max_ms")} for name, found in figures.items()})


def kill_backend():
    """As the operating system does when memory is short: the postmaster then restarts all of them."""
    pids = measures.sql(stack, "select pid from pg_stat_activity where usename = 'dialix_app' limit 1")
    for (pid,) in pids:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
