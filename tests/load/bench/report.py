"""The table of a bench and docs/benchmarks.md: medians, spread, ratios, what was claimed, on what machine, by which commands."""
import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

from edge import version
from growth import growth_ratio
from report_text import BEFORE, COMMANDS, PEERS, write_part

RATIOS = [  # (a, b, at least, what)
    ("ours", "redis", 0.9, "cached dashboard against bare libfcgi + one Redis GET"),
    ("ours", "php", 1.3, "cached dashboard against php-fpm + phpredis"),
    ("ours", "fastapi", 6.0, "cached dashboard against FastAPI + redis"),
    ("uncached", "widgets", 100.0, "uncached dashboard against FastAPI, a query per widget"),
    ("uncached", "old", 1000.0, "uncached dashboard against FastAPI, old style"),
]
SQL_RATIO, GROWTH_RATIO, LIST_P99_MS = 1.2, 1.5, 50.0


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def package(name):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=False)
    return done.stdout or "?"


def versions():
    pg = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))[-1]
    return [("Debian", Path("/etc/debian_version").read_text().strip()), ("Linux", platform.release()), ("PostgreSQL", version(str(pg), "--version").split()[2]),
            ("Redis", package("redis-server")), ("nginx", version("/usr/sbin/nginx", "-v").split("/")[-1]), ("libfcgi", package("libfcgi-dev")),
            ("hiredis", package("libhiredis-dev")), ("g++", package("g++-12")), ("PHP", package("php8.2-fpm")), ("phpredis", package("php8.2-redis")),
            ("Python", platform.python_version()), ("FastAPI", package("python3-fastapi")), ("uvicorn", package("python3-uvicorn")),
            ("SQLAlchemy", package("python3-sqlalchemy")), ("asyncpg", package("python3-asyncpg")), ("redis-py", package("python3-redis")), ("wrk", package("wrk"))]


class Figures:
    def __init__(self, options, stack, build, companies, cases, more, size, seconds):
        self.options, self.build, self.companies, self.size, self.seconds = options, build, companies, size, seconds
        self.cases = {case.name: case for case in cases}
        self.growth, self.lists = more.get("growth"), more.get("lists")
        self.load = os.getloadavg()
        with stack.connect().cursor() as cursor:
            cursor.execute("select pg_size_pretty(pg_database_size('dialix')), current_setting('shared_buffers')")
            self.database_size, self.shared_buffers = cursor.fetchone()

    def ratio(self, one, other):
        """Median over the rounds of the two rates measured in the same round."""
        pairs = sorted(a["rate"] / b["rate"] for a, b in zip(self.cases[one].rounds, self.cases[other].rounds))
        half = len(pairs) // 2
        return pairs[half] if len(pairs) % 2 else (pairs[half - 1] + pairs[half]) / 2

    def rows(self):
        for case in self.cases.values():
            yield (case.title, case.connections, case.median("rate"), case.spread(), case.median("p50"), case.median("p99"),
                   f"{self.ratio(case.base, case.name):.2f}" if case.name != case.base else "1")

    def print(self):
        print(f"\n{'':<34} {'conn.':>5} {'req/s':>10} {'spread':>7} {'p50, ms':>9} {'p99, ms':>9}  ours is × as fast")
        for title, connections, rate, spread, p50, p99, times in self.rows():
            print(f"{title:<34} {connections:>5} {rate:>10.1f} {spread:>6.1f}% {p50:>9.2f} {p99:>9.2f}  {times:>8}")
        for name, one in (self.growth or {}).items():
            print(f"dashboard, {one['calls']:>8} calls ({name}): p50 {one['p50']:.2f} ms; its SQL in psql {one['sql']:.2f} ms (of the page alone {one['sql_page']:.2f}), "
                  f"{one['trips']} round trips")
        for row in self.lists or []:
            print(f"list, {row['name']:<32} {row['page']:<5} p50 {row['p50']:>8.2f} ms   p99 {row['p99']:>8.2f} ms")
        sys.stdout.flush()

    def claim(self, claims):
        for one, other, least, what in RATIOS:
            found = self.ratio(one, other)
            claims.check(what, f"{found:.2f}", found >= least, f">= {least}")
        if self.growth:
            large, small = self.growth["large"], self.growth["small"]
            for name in ("large", "small"):
                found = self.growth[name]["ratio"]
                claims.check(f"uncached dashboard / its SQL in psql, {self.growth[name]['calls']} calls", f"{found:.2f}", found <= SQL_RATIO, f"<= {SQL_RATIO}")
            found = growth_ratio(large, small)
            claims.check(f"p50 at {large['calls']} calls / p50 at {small['calls']}", f"{found:.2f}", found <= GROWTH_RATIO, f"<= {GROWTH_RATIO}")
        if self.lists:
            worst = max(self.lists, key=lambda row: row["p99"])
            claims.check("records list, worst p99, ms", f"{worst['p99']:.1f}", worst["p99"] < LIST_P99_MS, f"< {LIST_P99_MS} ({worst['name']}, {worst['page']} page)")
            first = {row["name"]: row["p50"] for row in self.lists if row["page"] == "first"}
            ratio, name = max((row["p50"] / first[row["name"]], row["name"]) for row in self.lists if row["page"] == "deep")
            claims.check("records list, deep page / first, p50", f"{ratio:.2f}", ratio <= 1.5, f"<= 1.5 ({name})")

    def write(self, path, claims):
        write_part(path, "\n".join(self.document(claims)), under_load=False)

    def document(self, claims):
        total = sum(company.calls for company in self.companies)
        yield BEFORE
        yield f"Measured on {datetime.date.today()}, {self.seconds / 60:.0f} minutes for the comparison. Written by `scripts/bench`; do not edit by hand.\n"
        yield "## Machine\n"
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        yield f"{os.cpu_count()} cores ({cpu_model()}), {memory:.0f} GiB. Everything, wrk included, shares them. Load average at the end {self.load[0]:.1f}.\n"
        yield ", ".join(f"{name} {number}" for name, number in versions()) + ".\n"
        yield (f"{total:,} calls of {len(self.companies)} companies over a year ({self.database_size}; shared_buffers {self.shared_buffers}); "
               f"the dashboard's body is {self.size:,} bytes. {self.options.rounds} alternating rounds of {self.options.seconds} s "
               f"(FastAPI without a cache: clients that wait for every answer, also for the last).\n")
        yield COMMANDS
        yield "## Side by side\n"
        yield "| | connections | req/s, median | spread | p50, ms | p99, ms | ours is × as fast |\n|---|--:|--:|--:|--:|--:|--:|"
        for title, connections, rate, spread, p50, p99, times in self.rows():
            yield f"| {title} | {connections} | {rate:,.1f} | {spread:.0f} % | {p50:.2f} | {p99:.2f} | {times} |"
        yield PEERS
        if self.growth:
            yield "## Dashboard, not cached, one connection\n"
            yield "| calls of the company | p50, ms | its SQL in psql, ms | the page's SQL alone, ms | round trips |\n|--:|--:|--:|--:|--:|"
            for one in self.growth.values():
                yield f"| {one['calls']:,} | {one['p50']:.2f} | {one['sql']:.2f} | {one['sql_page']:.2f} | {one['trips']} |"
            yield ""
        if self.lists:
            yield f"## Records list over {self.companies[-2].calls:,} calls, not cached, two connections\n"
            yield "| filter | page | calls before it | p50, ms | p99, ms |\n|---|---|--:|--:|--:|"
            for row in self.lists:
                yield f"| {row['name']} | {row['page']} | {row['passed']:,} | {row['p50']:.2f} | {row['p99']:.2f} |"
            yield ""
        yield "## What must hold\n"
        yield "| | measured | wanted | |\n|---|--:|---|---|"
        for what, measured, wanted, holds in claims.rows:
            yield f"| {what} | {measured} | {wanted} | {'holds' if holds else '**falls short**'} |"
