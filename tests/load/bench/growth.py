"""What the uncached dashboard costs beside its bare SQL, and whether it grows with the company.

The bare SQL is what the server really sends: the statements of one request are read from PostgreSQL's log, with their parameters,
prepared in psql, and run by psql -f with each transaction's statements in one message (\\;), timed by \\timing.
"""
import re
import statistics
import subprocess
import time
from contextlib import closing

import harness
import wrk

PAGE = "/api/v1/dashboard"
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [\d:.]+ \w+ \[(\d+)\] (\S*) (LOG|DETAIL|ERROR|STATEMENT|HINT|WARNING|CONTEXT): +(.*)", re.DOTALL)


def log_entries(text):
    """(pid, kind, words) of PostgreSQL's log; lines that begin with a tab go on with the entry before."""
    entry = None
    for line in text.splitlines():
        if line.startswith("\t") and entry:
            entry[2] += "\n" + line[1:]
            continue
        found = ENTRY.match(line)
        if entry:
            yield tuple(entry)
        entry = [found[1], found[3], found[4]] if found else None
    if entry:
        yield tuple(entry)


def statements_of_one_request(stack, ask):
    """[(sql, parameters)] that the server sends while `ask` asks once; everything else must be quiet."""
    log = stack.folder.resolve() / "log" / "pg.log"
    with closing(stack.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("alter system set log_statement = 'all'")
        cursor.execute("select pg_reload_conf()")
        try:
            time.sleep(0.5)
            at = log.stat().st_size
            ask()
            time.sleep(0.3)
            with open(log, "rb") as file:
                file.seek(at)
                text = file.read().decode(errors="replace")
        finally:
            cursor.execute("alter system reset log_statement")
            cursor.execute("select pg_reload_conf()")
    found = []
    for _, kind, words in log_entries(text):
        executed = re.match(r"execute ([^:]*): (.*)", words, re.DOTALL)
        plain = re.match(r"statement: (.*)", words, re.DOTALL)
        if kind == "LOG" and executed:
            found.append([executed[2].strip(), []])
        elif kind == "LOG" and plain and not re.match(r"alter system|select pg_reload_conf", plain[1], re.IGNORECASE):
            found.append([plain[1].strip(), []])
        elif kind == "DETAIL" and words.startswith("parameters: ") and found:
            found[-1][1] = re.findall(r"\$\d+ = ('(?:[^']|'')*'|NULL)", words)
    return found


def transactions(statements):
    """Groups of what went in one pipeline, and so in one transaction: each begins by naming the tenant."""
    groups = []
    for sql, parameters in statements:
        if not groups or "set_config('app.company_ids'" in sql:
            groups.append([])
        groups[-1].append((sql, parameters))
    return groups


def psql_script(groups, times):
    """Prepares what can be prepared; then `times` times all transactions, each in one message."""
    lines, number, messages = ["\\set ON_ERROR_STOP on", "\\o /dev/null"], 0, []
    for group in groups:
        parts = []
        for sql, parameters in group:
            sql = sql.rstrip(";")
            lines.append(f"PREPARE bench_{number} AS {sql};")
            parts.append(f"EXECUTE bench_{number}{'(' + ', '.join(parameters) + ')' if parameters else ''}")
            number += 1
        messages.append(" \\; ".join(" ".join(part.split("\n")) for part in parts) + ";")
    lines.append("\\timing on")
    return "\n".join(lines + messages * times) + "\n", len(messages)


def time_in_psql(stack, groups, times):
    """ms of each of `times` runs: the sum of the run's messages, as the application's role."""
    script, messages = psql_script(groups, times)
    url = harness.stack_settings(stack)["DATABASE_URL"]
    done = subprocess.run(["psql", "-X", "-q", "-f", "-", url], input=script, capture_output=True, text=True, timeout=600, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    if done.returncode != 0:
        raise SystemExit(f"psql does not run what the server ran: {done.stderr[-2000:]}")
    spent = [float(ms) for ms in re.findall(r"^Time: ([\d.]+) ms", done.stdout, re.MULTILINE)]
    if len(spent) != messages * times:
        raise SystemExit(f"psql timed {len(spent)} messages, not {messages * times}: {done.stderr[-1000:]}")
    return [sum(spent[at:at + messages]) for at in range(0, len(spent), messages)]


class Door:
    """One company's dashboard on the server without a cache."""

    def __init__(self, stack, base, door, company):
        self.stack, self.base, self.company, (self.reader, self.headers, _) = stack, base, company, door
        self.reader.http.headers.update(self.headers)
        for _ in range(60):  # every connection of the pool has the statements prepared
            self.ask()
        # Servers listen and keep house meanwhile; what is in every look is the request's own.
        self.groups = min((transactions(statements_of_one_request(stack, self.ask)) for _ in range(5)), key=len)
        self.page = [group for group in self.groups if not any("auth_find" in sql for sql, _ in group)]
        if not self.page:
            raise SystemExit(f"PostgreSQL's log does not show the dashboard's statements: {self.groups}")
        self.http, self.sql, self.sql_page = [], [], []

    def ask(self):
        answer = self.reader.http.get(self.base + PAGE, timeout=120)
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} {answer.text[:300]}")

    def measure(self, seconds, times):
        self.http.append(wrk.run(self.base + PAGE, seconds, 1, self.headers)["p50"])
        self.sql.append(statistics.median(time_in_psql(self.stack, self.groups, times)))
        self.sql_page.append(statistics.median(time_in_psql(self.stack, self.page, times)))

    def figures(self):
        ratios = [http / sql for http, sql in zip(self.http, self.sql)]
        return {"calls": self.company.calls, "p50": statistics.median(self.http), "sql": statistics.median(self.sql),
                "sql_page": statistics.median(self.sql_page), "ratio": statistics.median(ratios), "trips": len(self.groups), "rounds": self.http}


def measure(stack, uncached, doors, companies, options):
    """{name: {...}} for each of companies (name → company): p50 of the dashboard over one connection, and its bare SQL in psql; in turn."""
    tried = {name: Door(stack, uncached, doors[company.id], company) for name, company in companies.items()}
    for number in range(options.rounds):
        for door in tried.values() if number % 2 == 0 else reversed(tried.values()):
            door.measure(max(1, options.seconds // 2), 40 if options.quick else 300)
    figures = {name: door.figures() for name, door in tried.items()}
    for one in figures.values():
        harness.note(f"{one['calls']} calls: dashboard p50 {one['p50']:.2f} ms, its SQL {one['sql']:.2f} ms in {one['trips']} round trips")
    return figures


def growth_ratio(large, small):
    """How much slower the large company's page is: the median over the rounds."""
    return statistics.median(one / other for one, other in zip(large["rounds"], small["rounds"]))
