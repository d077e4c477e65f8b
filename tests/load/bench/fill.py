"""Fills companies with a synthetic year of calls: COPY with triggers and foreign keys off (session_replication_role), two
companies at a time, then the rollups from the rows and fresh statistics. As the database's superuser, on a stack made for it."""
import datetime
import io
import time
import uuid
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from multiprocessing.pool import ThreadPool
from pathlib import Path

import harness
import psycopg2
import psycopg2.extras
from calls import COLUMNS, PRODUCTS, PURPOSES, SOURCES, ZONE, Company, Year, checklist_segments

OPERATORS = 45
TABLES = list(COLUMNS)


def make_company(client, name, calls, operators=OPERATORS):
    """Company, settings, checklist and operators through the API; the calls come later. `client`: a platform admin's."""
    client.company = None
    made = client.call("POST", "/companies", json={"name": name, "language": "en", "timezone": ZONE, "price_per_minute_minor": 10_000})
    client.call("POST", f"/companies/{made['id']}/topup", json={"amount_minor": 10**12})
    client.company = made["id"]
    client.call("PATCH", "/settings", json={"purposes": PURPOSES, "products": PRODUCTS, "lead_sources": SOURCES})
    checklist = client.call("POST", "/checklists", json={"title": "Service", "segments": checklist_segments()})
    client.call("POST", f"/checklists/{checklist['id']}/activate")
    people = [client.call("POST", "/operators", json={"code": f"{n + 101}", "name": f"Operator {n + 101}"})["id"] for n in range(operators)]
    client.company = None
    return Company(made["id"], checklist["id"], people, calls)


def find_company(cursor, name, calls):
    """The company of an earlier run with as many calls, or None."""
    cursor.execute("""select c.id::text, (select id::text from checklist k where k.company_id = c.id and is_active),
                      array(select id::text from operator o where o.company_id = c.id order by code)
                      from company c where c.name = %s and (select count(*) from record r where r.company_id = c.id) = %s""", (name, calls))
    found = cursor.fetchone()
    return Company(*found, calls) if found else None


def person(client, company, role="supervisor"):
    """E-mail and password of a new account of that company."""
    client.company, email = company.id, f"bench-{uuid.uuid4().hex[:10]}@dialix.example"
    client.call("POST", "/accounts", json={"email": email, "name": role.title(), "role": role, "password": "quiet-river-kettle-1"})
    client.company = None
    return email, "quiet-river-kettle-1"


def connect(url):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


def has_column(cursor, table, column):
    cursor.execute("select from information_schema.columns where table_name = %s and column_name = %s", (table, column))
    return cursor.rowcount > 0


def copy_year(job):
    url, company, seed, days = job
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set synchronous_commit = off")
        columns = dict(COLUMNS)
        year = Year(company, seed, days)
        if has_column(cursor, "record", "day"):
            year.with_day = True
            columns["record"] += " day"
        for block in year.blocks():
            for table in [table for table in TABLES if table != "record"] + ["record"]:
                text = block[table]
                cursor.copy_expert(f"copy {table} ({', '.join(columns[table].split())}) from stdin", io.StringIO(text), 1 << 20)
    return company.calls


def drop_indexes(cursor):
    """Those that no constraint needs; gives back what makes them again. Building one is faster than filling it."""
    cursor.execute("""
        select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indrelid::regclass::text from pg_index i
        where i.indrelid::regclass::text = any (%s) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)""", (TABLES,))
    found = cursor.fetchall()
    for name, _, _ in found:
        cursor.execute(f"drop index {name}")
    return [definition for _, definition, _ in found]


def describing_triggers(cursor):
    """Triggers that fill in columns of a record when it is inserted, but for its day, which is written."""
    cursor.execute("""select tgname from pg_trigger where tgrelid = 'record'::regclass and not tgisinternal and tgtype & 7 = 7
                      and tgname not in ('touch', 'day')""")
    return [row[0] for row in cursor.fetchall()]


def run_sql(job):
    url, statement = job
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("set maintenance_work_mem = '512MB'; set max_parallel_maintenance_workers = 0")
        cursor.execute(statement)


def fill(url, companies, *, seed=1, days=365, whole_database=False, say=print):
    """Writes the calls of `companies`. whole_database: nobody else's rows are there, so indexes may be made afterwards."""
    began, calls, definitions = time.monotonic(), sum(company.calls for company in companies), []
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        if whole_database:
            definitions = drop_indexes(cursor)
        describing = describing_triggers(cursor)
        for name in describing:  # they look at results and transcripts, which are written before the records
            cursor.execute(f"alter table record enable always trigger {name}")
        try:
            with ProcessPoolExecutor(min(2, len(companies))) as pool:
                jobs = [pool.submit(copy_year, (url, company, seed, days)) for company in sorted(companies, key=lambda one: -one.calls)]
                for number, done in enumerate(as_completed(jobs), 1):
                    done.result()
                    say(f"{number} of {len(companies)} companies, {time.monotonic() - began:.0f} s")
            if definitions:  # while there is no index to write to; else `dialixctl rollup rebuild` does it
                cursor.execute("set session_replication_role = replica; select record_describe_all()")
                say(f"what lists find calls by, {time.monotonic() - began:.0f} s")
        finally:
            for name in describing:
                cursor.execute(f"alter table record enable trigger {name}")
            with ProcessPoolExecutor(2) as pool:
                list(pool.map(run_sql, [(url, definition) for definition in definitions]))
        # What the calls have cost is missing in the balance, as if charged one by one.
        cursor.execute("set session_replication_role = replica")
        cursor.execute("""
            update company c set balance_minor = c.balance_minor + t.amount from (select company_id, sum(amount_minor) as amount
            from transaction where type = 'charge' and company_id = any (%s::uuid[]) group by 1) t where t.company_id = c.id""",
                       ([company.id for company in companies],))
        cursor.execute("reset session_replication_role")
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(run_sql, [(url, f"vacuum (analyze) {table}") for table in TABLES + ["company"]]))
    say(f"{calls} calls filled in {time.monotonic() - began:.0f} s")


def rebuild_rollups(run, build, url, companies, say=print):
    """`dialixctl rollup rebuild` of these companies, two at a time; then fresh statistics of what it wrote. run: harness.run_program
    for the stack."""
    began, program = time.monotonic(), Path(build) / "dialixctl"
    with ThreadPool(2) as pool:
        for _ in pool.imap_unordered(lambda one: run(program, "rollup", "rebuild", "--company", one.id), sorted(companies, key=lambda one: -one.calls)):
            pass
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relname like 'rollup%' and relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f"vacuum (analyze) {table}")
    say(f"rollups rebuilt in {time.monotonic() - began:.0f} s")


def fill_and_count(stack, build, companies, whole_database=False):
    """fill() of these companies in that stack, and the rollups of what it wrote."""
    url = stack.env["DATABASE_ADMIN_URL"]
    fill(url, companies, whole_database=whole_database, say=harness.note)
    rebuild_rollups(lambda *command: harness.run_program(stack, *command), build, url, companies, say=harness.note)


def yesterday():
    return (datetime.datetime.utcnow() + datetime.timedelta(hours=5)).date() - datetime.timedelta(days=1)
