"""What an answer costs does not depend on its rows: every list and every single thing, with 1, 10 and 500 rows."""
import pytest

from support.filled import fill
from support.stack import run_rollup

ROWS = (1, 10, 500)


def furnish(world, sql, stack, rows):
    """A company with that many of everything."""
    company = world.company()
    operator = company.operator(code="101")
    fill(sql, company.id, max(rows, 2), [operator["id"]])
    assert run_rollup(stack.env["DATABASE_OWNER_URL"], "rebuild", "--company", company.id).returncode == 0
    company.checklist()
    sql("""INSERT INTO operator (id, company_id, code, name) SELECT gen_random_uuid(), %s, (101 + n)::text, 'Operator'
           FROM generate_series(1, %s) AS n""", (company.id, rows - 1))
    sql("""INSERT INTO checklist (id, company_id, title) SELECT gen_random_uuid(), %s, 'List ' || n FROM generate_series(2, %s) AS n""",
        (company.id, rows))
    sql("""INSERT INTO checklist_version (checklist_id, version, company_id, segments)
           SELECT c.id, v, c.company_id, o.segments FROM checklist c
           JOIN checklist_version o ON o.company_id = c.company_id AND o.version = 1, generate_series(1, 1) AS v
           WHERE c.company_id = %s ON CONFLICT DO NOTHING""", (company.id,))
    sql("""INSERT INTO account (id, company_id, email, name, role, password_hash) SELECT gen_random_uuid(), %s, gen_random_uuid() || '@example.uz', 'One', 'viewer', 'x'
           FROM generate_series(1, %s)""", (company.id, rows))
    sql("""INSERT INTO transaction (id, company_id, type, amount_minor, balance_after_minor) SELECT gen_random_uuid(), %s, 'adjustment', 1, 1
           FROM generate_series(1, %s)""", (company.id, rows))
    sql("""INSERT INTO activity_log (id, company_id, action) SELECT gen_random_uuid(), %s, 'record.create' FROM generate_series(1, %s)""",
        (company.id, rows))
    return company


def cost(company, admin):
    """Path → round trips of its first answer, which no cache knows."""
    client = company.person("company_admin")
    client.get("/api/v1/me")
    items = {name: client.get(f"/api/v1/{name}", query={"limit": 1}).json["items"][0]["id"] for name in ("operators", "checklists", "accounts")}
    record = client.get("/api/v1/records", query={"limit": 1, "status": "COMPLETED"}).json["items"][0]["id"]
    paths = ["records", "operators", "checklists", "accounts", "transactions", "activity-logs", "dashboard", "balance", "settings", "me",
             "records?sort=-score", "records?q=common", "records?question_id=q1&answer=yes", f"records/{record}", f"records/{record}/transcript",
             f"checklists/{items['checklists']}/versions", *(f"{name}/{key}" for name, key in items.items())]
    found = {}
    for path in paths:
        path, _, query = path.partition("?")
        query = dict(pair.split("=") for pair in query.split("&")) if query else {}
        if path in ("records", "operators", "checklists", "accounts", "transactions", "activity-logs"):
            query["limit"] = 200
        name = path.replace(record, "{record}")
        for kind, key in items.items():
            name = name.replace(key, f"{{{kind}}}")
        found[name + str(sorted(query.items()))] = client.get(f"/api/v1/{path}", query=query).round_trips
    found["companies"] = admin.get("/api/v1/companies", query={"limit": 200}).round_trips
    return found


@pytest.fixture(scope="module")
def costs(world, sql, stack, admin):
    return {rows: cost(furnish(world, sql, stack, rows), admin) for rows in ROWS}


def test_no_answer_takes_more_round_trips_for_more_rows(costs):
    assert costs[1] == costs[10] == costs[500]


def test_no_answer_takes_more_than_two_round_trips(costs):
    assert max(costs[500].values()) <= 2, costs[500]
