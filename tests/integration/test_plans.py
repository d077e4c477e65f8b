"""Every statement that the programs have sent in this run is explained on a filled database: none of them reads a large table
from end to end. Comes after the other tests, so that a statement which any of them reaches can't be missed."""
import json
import re

import psycopg2
import pytest

from support.filled import fill
from support.stack import BY_HAND, run_rollup

# What grows with the calls. The rest is a company's people, checklists, settings.
LARGE = {"record", "result", "result_answer", "transcript", "waveform", "transaction", "activity_log", "job",
         "rollup_call", "rollup_score", "rollup_topic", "rollup_answer"}
CALLS = 12_000


@pytest.fixture(scope="module")
def filled(world, sql, stack):
    """Two companies with many calls, jobs, charges and log entries, and fresh statistics."""
    companies = [world.company() for _ in range(2)]
    for company in companies:
        fill(sql, company.id, CALLS, [company.operator()["id"] for _ in range(5)])
        sql("SET session_replication_role = replica")
        sql("""INSERT INTO job (id, company_id, record_id, state, reserved_minor, finished_at)
               SELECT gen_random_uuid(), company_id, id, 'done', 100, started_at FROM record WHERE company_id = %s""", (company.id,))
        sql("""INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor, record_id, job_id, created_at)
               SELECT gen_random_uuid(), company_id, 'charge', -100, 0, record_id, id, finished_at FROM job WHERE company_id = %s""", (company.id,))
        sql("""INSERT INTO activity_log (id, company_id, action, resource_type, resource_id, created_at)
               SELECT gen_random_uuid(), company_id, 'record.create', 'record', id::text, started_at FROM record WHERE company_id = %s""", (company.id,))
        sql("""INSERT INTO waveform (record_id, company_id, channels) SELECT id, company_id, '[[1,2]]' FROM record WHERE company_id = %s""", (company.id,))
        sql("RESET session_replication_role")
        assert run_rollup(stack.env["DATABASE_OWNER_URL"], "rebuild", "--company", company.id).returncode == 0
    for table in sorted(LARGE) + ["company", "operator", "account", "session"]:
        sql(f"ANALYZE {table}")
    return companies


def ask_for_everything(company):
    client = company.as_("company_admin")
    for path in ("records", "operators", "checklists", "accounts", "transactions", "activity-logs", "balance", "settings", "dashboard", "me"):
        client.get(f"/api/v1/{path}")
    record = client.get("/api/v1/records", query={"status": "COMPLETED"}).json["items"][0]["id"]
    for tail in ("", "/transcript", "/waveform"):
        client.get(f"/api/v1/records/{record}{tail}")
    client.patch(f"/api/v1/records/{record}", {"title": "Explained"})


def scans(plan):
    """Large tables that the plan reads from end to end."""
    found = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in LARGE else set()
    for part in plan.get("Plans", ()):
        found |= scans(part)
    return found


def prepare(cursor, statement):
    """Prepares it as "explained"; gives back how many parameters it has. pg_stat_statements shows constants as parameters too,
    and PostgreSQL can't tell the types of all of them."""
    statement = re.sub(r"extract\(\$\d+ FROM", "extract(epoch FROM", statement)
    statement = re.sub(r"\b(interval|timestamptz) (\$\d+)", r"\2::\1", statement)
    count = max(map(int, re.findall(r"\$(\d+)", statement)), default=0)
    types = ["unknown"] * count
    # Constants that are true or false.
    for match in re.finditer(r"SELECT \$(\d+) AS (?:fresh|recent)|UNION ALL SELECT \$(\d+), [*\w]"
                             r"|JOIN \w+ \w+ ON \$(\d+)|ON \$(\d+) |VALUES \(\$(\d+), \w|\), \(\$(\d+), \w", statement):
        types[int(next(filter(None, match.groups()))) - 1] = "boolean"
    while True:
        text = "PREPARE explained " + (f"({', '.join(types)}) " if types else "") + "AS " + statement
        try:
            cursor.execute(text)
            return count
        except psycopg2.errors.IndeterminateDatatype as error:
            types[int(re.search(r"parameter \$(\d+)", str(error)).group(1)) - 1] = "text"
        except (psycopg2.errors.AmbiguousFunction, psycopg2.errors.UndefinedFunction, psycopg2.errors.DatatypeMismatch) as error:
            # "date + unknown": the next constant is a number.
            behind = re.findall(r"\$(\d+)(?![\d:])", text[int(error.diag.statement_position):])
            number = next((int(found) - 1 for found in behind if types[int(found) - 1] == "unknown"), None)
            if number is None:
                raise
            types[number] = "integer"


def test_no_statement_reads_a_large_table_from_end_to_end(filled, stack, sql):
    ask_for_everything(filled[0])
    statements = [row[0] for row in sql("""
        SELECT s.query FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
        WHERE r.rolname = 'dialix_app' AND s.toplevel AND s.query ~* '^\\s*(select|with|insert|update|delete)'
          AND NOT s.query LIKE %s AND s.query !~ '_cipher IS NOT NULL'""", (f"%{BY_HAND}%",))]
    # The last: dialixctl rotate-key reads every encrypted column from end to end, as it should, in steps.
    assert len(statements) > 15
    connection = stack.connect()
    wrong, unexplained = [], []
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute("SET ROLE dialix_app")
        cursor.execute("SELECT set_config('app.company_ids', %s, false)", (filled[0].id,))
        for statement in statements:
            try:
                count = prepare(cursor, statement)
            except psycopg2.Error as error:
                unexplained.append(f"{error}: {statement[:300]}")
                continue
            cursor.execute("EXPLAIN (FORMAT JSON) EXECUTE explained" + (f"({', '.join(['NULL'] * count)})" if count else ""))
            plan = cursor.fetchone()[0]
            cursor.execute("DEALLOCATE explained")
            for table in scans((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]):
                wrong.append(f"{table}: {statement[:300]}")
    connection.close()
    assert not wrong, "\n".join(wrong)
    assert len(unexplained) <= 2, "\n".join(unexplained)


@pytest.mark.parametrize("arguments", [
    {}, {"p_text": "'rare'"}, {"p_text": "'common'"}, {"p_text": "'number4242'"}, {"p_phone_end": "'4567'"}, {"p_facets": "'{purpose:order,answer:q2:no}'"},
    {"p_score_min": "99", "p_score_max": "99.5"}, {"p_score_min": "50"}, {"p_statuses": "'{FAILED}'"}, {"p_statuses": "'{FAILED,PENDING}'", "p_text": "'call'"},
    {"p_sort": "'score'"}, {"p_sort": "'score'", "p_text": "'some'"}, {"p_sort": "'duration_ms'", "p_descending": "false"}, {"p_sort": "'created_at'"},
    {"p_first_day": "current_date - 40", "p_last_day": "current_date - 30", "p_text": "'some'"},
    {"p_after_key": "(now() - interval '200 days')::text", "p_after_id": "gen_random_uuid()"},
], ids=str)
def test_no_step_of_the_list_of_calls_does(filled, stack, arguments):
    connection = stack.connect()
    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        for name, value in (("auto_explain.log_min_duration", 0), ("auto_explain.log_nested_statements", "on"), ("client_min_messages", "log"),
                            ("app.company_ids", filled[0].id)):
            cursor.execute("SELECT set_config(%s, %s, false)", (name, str(value)))
        given = {**{name: "NULL" for name in ("p_after_key", "p_after_id", "p_operator", "p_facets", "p_statuses", "p_text", "p_phone_end",
                                              "p_score_min", "p_score_max", "p_first_day", "p_last_day")},
                 "p_sort": "'started_at'", "p_descending": "true", "p_limit": "51", "p_company": f"'{filled[0].id}'", **arguments}
        connection.notices.clear()
        cursor.execute("SELECT count(*) FROM record_page(" + ", ".join(f"{name} => {value}" for name, value in given.items()) + ")")
    connection.close()
    plans = [notice for notice in connection.notices if "record r" in notice]
    assert plans and not [plan for plan in plans if "Seq Scan on record" in plan], "\n".join(plans)
