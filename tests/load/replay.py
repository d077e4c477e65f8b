#!/usr/bin/python3
"""A realistic day, in ten minutes: supervisors at the web app, analyzers that finish calls, people who correct things.

Runs it with the cache and again without (a second dialix-fcgi with REDIS_URL empty on the same database): hit rate, what PostgreSQL
had to do in each, errors, latencies, and stale reads: none may show less than was acknowledged before it began (stale_checker.py).
Fills companies of its own. Stops the stack's analyzer meanwhile and runs its own.
"""
import argparse
import datetime
import json
import random
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))
import fill  # noqa: E402
import harness  # noqa: E402
import measures  # noqa: E402
import words  # noqa: E402
from calls import PURPOSES  # noqa: E402
from peers import Peers  # noqa: E402
from stale_checker import Ledger  # noqa: E402
from supervisor import Browser, Log, Supervisor, days_of  # noqa: E402
from writers import Editor, Listener, Uploader, Writer  # noqa: E402

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--seconds", type=int, default=600, help="of each of the two runs")
arguments.add_argument("--warm", type=int, default=90, help="s of the same before: the day has begun earlier")
arguments.add_argument("--supervisors", type=int, default=30)
arguments.add_argument("--companies", type=int, default=3)
arguments.add_argument("--calls", type=int, default=20_000, help="a company has already")
arguments.add_argument("--analyzers", type=int, default=4)
arguments.add_argument("--uploads", type=float, default=40, help="an hour and company: 100,000 calls a year")
arguments.add_argument("--edits", type=float, default=60, help="an hour and company")
arguments.add_argument("--think", type=float, default=15, help="s on a page, on average")
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--only", choices=["with", "without"], help="one of the two runs")
options = arguments.parse_args()

ENDPOINTS = ("/dashboard", "/records", "/operators", "/checklists", "/settings", "/balance", "/me")
stack = harness.stack()
build = harness.stack_build(stack)
admin = harness.admin(stack)
today = (datetime.datetime.utcnow() + datetime.timedelta(hours=5, seconds=2 * (options.seconds + options.warm) + 300)).date()


def client_at(url, login, cookies=None):
    client = harness.Client(url, None if cookies else login)
    if cookies:
        client.http.cookies.update(cookies)
    client.http.mount("http://", __import__("requests").adapters.HTTPAdapter(pool_maxsize=2))
    return client


class CompanyDay:
    """One company: its people's sessions, what is marked, what may be deleted."""

    def __init__(self, company, people):
        self.company = company
        self.logins = [fill.person(admin, company) for _ in range(people)]
        self.editor = fill.person(admin, company, "company_admin")
        self.cookies = {login: client_at(stack.url, login).http.cookies.get_dict() for login in [*self.logins, self.editor]}
        with closing(stack.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("select id::text from record where company_id = %s and status = 'COMPLETED' and deleted_at is null "
                           "and started_at > now() - interval '20 days' order by started_at desc limit 200", (company.id,))
            newest = [row[0] for row in cursor.fetchall()]
        self.marks = {"operator": company.operators[0], "record": newest[0], "checklist": company.checklist_id}
        self.deletable = newest[30:]  # of the period that is counted

    def ledger(self, url):
        """A new ledger whose base is what the dashboard shows before anything moves; numbers go on from where they are."""
        client = client_at(url, None, self.cookies[self.editor])
        start = (today - days_of(29)).isoformat()
        totals = client.call("GET", "/dashboard", params={"start": start, "end": today.isoformat()})["totals"]
        for path, body in ((f"/operators/{self.marks['operator']}", {"name": "Operator #0"}), (f"/records/{self.marks['record']}", {"title": "Marked call #0"}),
                           (f"/checklists/{self.marks['checklist']}", {"title": "Service #0"}), ("/settings", {"purposes": [*PURPOSES, "purpose #0"]})):
            client.call("PATCH", path, json=body)
        return Ledger(totals["calls"], totals["completed"])


def wait_for_jobs(seconds=120):
    end = time.monotonic() + seconds
    while measures.sql(stack, "select count(*) from job where state in ('queued', 'running')")[0][0] and time.monotonic() < end:
        time.sleep(0.5)


def run(name, url, days, files):
    """One day at `url`. Gives its figures."""
    chance, ending, log, errors = random.Random(options.seed), threading.Event(), Log(), []
    threads, ledgers, listeners, people = [], [], [], 0
    searched = [words.word_of_rank(rank) for rank in (40, 120, 300, 900, 2500)]
    for day in days:
        ledger = day.ledger(url)
        ledgers.append(ledger)
        persons = [Supervisor(Browser(client_at(url, None, day.cookies[login]), url, log, ledger, day.marks), random.Random(chance.random()), ending, today,
                              options.think, searched) for login in day.logins]
        editor = client_at(url, None, day.cookies[day.editor])
        # Events come by the stack's own nginx: the publishers know no other.
        listeners.append(Listener(client_at(stack.url, None, day.cookies[day.editor]), stack.url, ledger, persons, ending, errors))
        threads += persons + [
            Writer(Uploader(client_at(url, None, day.cookies[day.editor]), files, ledger), options.uploads, random.Random(chance.random()), ending, errors),
            Writer(Editor(editor, ledger, day.marks, PURPOSES, day.deletable, random.Random(chance.random())), options.edits, random.Random(chance.random()), ending,
                   errors)]
        people += len(persons)
    for listener in listeners:
        listener.start()
        listener.connected.wait(10)
    harness.note(f"{name}: {people} supervisors of {len(days)} companies for {options.warm} s and then {options.seconds} s")
    for thread in threads:
        thread.start()
    time.sleep(options.warm)
    log.clear()
    measures.reset_statements(stack)
    counters, cpu = measures.cache_counters(admin), measures.postgres_cpu(stack)
    time.sleep(options.seconds)
    ending.set()
    statements, cpu = measures.statement_seconds(stack), measures.postgres_cpu(stack) - cpu
    top = measures.top_statements(stack)
    for thread in threads:
        thread.join(70)
    now = measures.cache_counters(admin)
    wait_for_jobs()
    outcomes = {outcome: sum(log.caches[endpoint][outcome] for endpoint in ENDPOINTS) for outcome in ("hit", "miss", "wait", "bypass", "off", "none")}
    looked = sum(outcomes[outcome] for outcome in ("hit", "miss", "wait", "bypass"))
    return {
        "requests": sum(log.statuses.values()), "statuses": dict(log.statuses), "errors": log.errors + errors, "stale": [one for ledger in ledgers for one in ledger.stale],
        "checked": sum(ledger.checked for ledger in ledgers), "outcomes": outcomes, "hit_rate": outcomes["hit"] / looked if looked else 0.0,
        "counters": {outcome: now[outcome] - counters.get(outcome, 0) for outcome in now}, "pg_s": statements[0], "pg_reads_s": statements[1],
        "pg_statements": statements[2], "pg_cpu_s": cpu, "top": top, "uploads": sum(ledger.acknowledged.get("upload", 0) for ledger in ledgers),
        "edits": sum(count for ledger in ledgers for fact, count in ledger.acknowledged.items() if fact not in ("upload", "completed")),
        "analysed": sum(listener.done for listener in listeners), "log": log,
    }


def show(name, figures):
    log = figures["log"]
    print(f"\n{name} the cache: {figures['requests']} reads, {figures['uploads']} uploads ({figures['analysed']} analysed), {figures['edits']} edits, "
          f"{figures['checked']} facts checked")
    print(f"{'endpoint':<26} {'reads':>6} {'p50, ms':>9} {'p99, ms':>9}  cache")
    for endpoint, times in sorted(log.times.items(), key=lambda one: -len(one[1])):
        print(f"{endpoint:<26} {len(times):>6} {measures.percentile(times, 0.5):>9.2f} {measures.percentile(times, 0.99):>9.2f}  {json.dumps(log.caches[endpoint])}")
    print(f"{'calls':>7} {'ms':>9}  what PostgreSQL spent most on")
    for statement, calls, ms in figures["top"]:
        print(f"{calls:>7} {ms:>9.1f}  {statement}")
    for words_ in (figures["errors"] + figures["stale"])[:10]:
        print("  !", words_)


def main():
    share = [options.supervisors // options.companies + (n < options.supervisors % options.companies) for n in range(options.companies)]
    companies = [fill.make_company(admin, f"Replay {n + 1} {random.randrange(10**9)}", options.calls) for n in range(options.companies)]
    fill.fill_and_count(stack, build, companies)
    days = [CompanyDay(company, people) for company, people in zip(companies, share)]
    analyzers, found = [], {}
    stack.command("stop", "analyzer")
    try:
        with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "wb") as log, Peers(stack) as peers:
            files = harness.speech_files(folder)
            analyzers = [harness.launch(stack, build / "dialix-analyzer", log, {"ANALYZER_JOBS": "1"}) for _ in range(options.analyzers)]
            if options.only != "without":
                found["with"] = run("with the cache", stack.url, days, files)
            if options.only != "with":
                peers.start_uncached(build)
                found["without"] = run("without", peers.url("uncached"), days, files)
    finally:
        for analyzer in analyzers:
            analyzer.terminate()
        for analyzer in analyzers:
            analyzer.wait(60)
        stack.command("start", "analyzer")
    claims = harness.Claims()
    for name, figures in found.items():
        show(name, figures)
        claims.check(f"{name}: errors", len(figures["errors"]), not figures["errors"], f"= 0 {figures['statuses']}")
        claims.check(f"{name}: stale reads", len(figures["stale"]), not figures["stale"], f"= 0 of {figures['checked']} facts")
        claims.check(f"{name}: PostgreSQL, s in statements", f"{figures['pg_s']:.2f}", True, f"{figures['pg_reads_s']:.2f} of them reading pages, {figures['pg_statements']:.0f} statements")
        claims.check(f"{name}: PostgreSQL, s of processor", f"{figures['pg_cpu_s']:.2f}", True, "")
    if "with" in found:
        claims.check("hit rate", f"{100 * found['with']['hit_rate']:.1f} %", found["with"]["hit_rate"] >= 0.9, f">= 90 % {found['with']['outcomes']}, /metrics {found['with']['counters']}")
    if len(found) == 2:
        for what, figure in (("in statements", "pg_s"), ("reading pages", "pg_reads_s"), ("of processor", "pg_cpu_s")):
            saved = 100 * (1 - found["with"][figure] / max(found["without"][figure], 1e-9))
            claims.check(f"PostgreSQL's time saved, {what}", f"{saved:.0f} %", saved >= 80 or figure != "pg_s", ">= 80 %" if figure == "pg_s" else "")
    claims.finish()


if __name__ == "__main__":
    main()
