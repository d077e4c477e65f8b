"""What PostgreSQL did and cost, what the server counted, and what its processes hold: read from outside."""
import os
import re
from contextlib import closing
from pathlib import Path

import harness

TICK = os.sysconf("SC_CLK_TCK")
READS = "query ~* '^\\s*(select|with)' and query !~* 'job_|auth_|changes_commit|note_|set_config|insert into|update |delete from|pg_stat'"


def sql(stack, statement, *values):
    with closing(stack.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def reset_statements(stack):
    sql(stack, "select pg_stat_statements_reset()")


def statement_seconds(stack):
    """(s of all statements of the application's role, s of those that read pages, number of statements)."""
    return tuple(float(value or 0) for value in sql(stack, f"""
        select sum(total_exec_time) / 1000, sum(total_exec_time) filter (where {READS}) / 1000, sum(calls)
        from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = 'dialix_app'""")[0])


def top_statements(stack, most=12):
    """(statement in short, calls, ms) of what took most time, of the application's role."""
    return sql(stack, f"""
        select left(regexp_replace(query, '\\s+', ' ', 'g'), 90), calls, total_exec_time
        from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = 'dialix_app' order by 3 desc limit {most}""")


def stat(pid):
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def postgres_cpu(stack):
    """s of processor time of the cluster's processes since they began: those that live and those the postmaster has waited for."""
    postmaster = int((stack.folder / "pg" / "postmaster.pid").read_text().split()[0])
    fields = stat(postmaster)
    ticks = sum(int(value) for value in fields[11:15])
    for proc in Path("/proc").iterdir():
        if not proc.name.isdigit():
            continue
        try:
            fields = stat(proc.name)
        except OSError:
            continue
        if int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def cache_counters(client):
    """{outcome: number} of dialix_cache_requests_total."""
    text = client.send("GET", "/metrics").text
    return {outcome: float(value) for outcome, value in re.findall(r'^dialix_cache_requests_total\{outcome="(\w+)"\} ([\d.e+]+)', text, re.MULTILINE)}


def resident_kb(pid):
    return int(re.search(r"^VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1])


def workers(stack):
    """The worker processes of the stack's dialix-fcgi, without their master."""
    master = int((stack.folder / "run" / "fcgi.pid").resolve().read_text().split()[0])
    return [pid for pid in harness.pids_of(stack, "dialix-fcgi") if int(stat(pid)[1]) == master]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
