"""One company never sees, changes or learns of another's things: through the API, and in the database itself."""
import psycopg2
import pytest

from support.openapi import Document
from support.seed import Seed
from support.world import PASSWORD
from support.stack import BY_HAND

OPERATIONS = Document().operations
# What a company admin of another company may not find by id.
BY_ID = [o for o in OPERATIONS if "{id}" in o.template and o.permission not in ("admin",)]
# Of a company; what is one's own stands under /me, and a service that is not set up is not found whoever asks.
LISTS = [o for o in OPERATIONS if o.method == "GET" and "{id}" not in o.template and o.permission not in ("public", "admin")
         and not o.template.startswith(("/api/v1/me", "/api/v1/integrations/")) and o.id != "streamEvents"]


@pytest.fixture(scope="module")
def theirs(world, sql):
    """A company full of things: path template → id."""
    company = world.company()
    seed = Seed(sql, company.id)
    operator, checklist, account = company.operator(code="101"), company.checklist(), company.account("viewer")
    record = seed.record("2026-11-10T05:00:00Z", operator_id=operator["id"], charged=100, phone="901234567", title="secret call")
    seed.result(record, score=50, sentiment="positive", purpose="secret purpose")
    seed.transcript(record, "secret words")
    admin = company.as_("company_admin")
    webhook = admin.post("/api/v1/webhooks", {"url": "https://hooks.example.uz/dialix", "events": ["record.completed"]}, expect=201).json
    erasure = admin.post("/api/v1/privacy/erasures", {"client_phone_number": "+998 77 000-00-01", "reason": "asked to"}, expect=202).json
    token = admin.post("/api/v1/me/tokens", {"name": "theirs", "scopes": ["view_records"]}, expect=201).json
    session = admin.get("/api/v1/me/sessions").json["items"][0]
    company.things = {"webhooks": webhook.get("webhook", webhook)["id"], "privacy": erasure["id"], "me/tokens": token["details"]["id"],
                      "me/sessions": session["id"], "operators": operator["id"], "checklists": checklist["id"], "accounts": account["id"], "records": record,
                      "companies": company.id}
    return company


@pytest.fixture(scope="module")
def ours(world):
    return world.company()


def body_of(operation):
    schema = {"updateRecord": {"title": "taken"}, "updateOperator": {"name": "taken"}, "updateChecklist": {"title": "taken"},
              "updateAccount": {"name": "taken"}, "updateCompany": {"name": "taken"},
              "updateWebhook": {"active": False}, "eraseRecord": {"reason": "taken"}, "endMySession": {"password": PASSWORD},
              "setAccountPermissions": {"granted": [], "denied": []},
              "transferAccount": {"company_id": "0197a1b2-0000-7000-8000-000000000001"}}
    return {"json": schema[operation.id]} if operation.id in schema else {}


@pytest.mark.parametrize("operation", BY_ID, ids=lambda o: o.id)
def test_anothers_thing_is_not_found(theirs, ours, operation):
    kind = operation.template.split("/")[3]
    if kind == "me":
        kind = "me/" + operation.template.split("/")[4]
    path = operation.template.replace("{id}", theirs.things[kind]).replace("{version}", "1")
    # A move names a second company, and whether one may act there is told whatever else is asked.
    expect = 403 if operation.id == "transferAccount" else 404
    answer = ours.as_("company_admin").request(operation.method, path, expect=expect, **body_of(operation))
    assert "secret" not in answer.body.decode() and "taken" not in answer.body.decode()


def test_nothing_of_theirs_has_changed(theirs):
    """After the test above tried every operation on it."""
    client = theirs.as_("company_admin")
    assert client.get(f"/api/v1/records/{theirs.things['records']}").json["title"] == "secret call"
    assert client.get(f"/api/v1/operators/{theirs.things['operators']}").json["name"] == "Aziz Rahimov"
    assert client.get(f"/api/v1/checklists/{theirs.things['checklists']}").json["active"] is True
    assert client.get(f"/api/v1/accounts/{theirs.things['accounts']}").json["active"] is True


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.id)
def test_lists_hold_only_our_own(theirs, ours, operation):
    text = ours.as_("company_admin").get(operation.template).body.decode()
    for identifier in theirs.things.values():
        assert identifier not in text
    assert "secret" not in text


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.id)
def test_naming_another_company_is_forbidden(theirs, ours, operation):
    ours.as_("company_admin").get(operation.template, query=theirs.scope, expect=403)


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.id)
def test_naming_ones_own_company_is_fine(ours, operation):
    ours.as_("company_admin").get(operation.template, query=ours.scope)


def test_the_other_companys_ids_cannot_be_used_in_ours(theirs, ours, sounds, sql):
    client = ours.as_("company_admin")
    ours.upload(sounds.beep, client=client, expect=422, checklist_id=theirs.things["checklists"])
    record = Seed(sql, ours.id).record("2026-11-10T05:00:00Z")
    client.patch(f"/api/v1/records/{record}", {"checklist_id": theirs.things["checklists"]}, expect=422)
    client.patch(f"/api/v1/records/{record}", {"operator_code": "101"}, expect=422)
    assert client.get("/api/v1/dashboard", query={"operator_id": theirs.things["operators"]}).json["totals"]["calls"] == 0
    assert client.pages("/api/v1/records", {"operator_id": theirs.things["operators"]}) == []
    client.post("/api/v1/accounts", {"email": "spy@example.uz", "name": "Spy", "role": "operator", "password": "long-enough-one",
                                     "operator_id": theirs.things["operators"]}, expect=422)


def test_a_platform_admin_acts_in_the_named_company(theirs, admin):
    assert [item["id"] for item in admin.pages("/api/v1/records", theirs.scope)] == [theirs.things["records"]]
    admin.get("/api/v1/records", query={"company_id": "0197a1b2-0000-7000-8000-000000000001"}, expect={200, 404, 422})


@pytest.fixture(scope="module")
def app_role(stack):
    connection = psycopg2.connect(stack.env["DATABASE_URL"])
    connection.autocommit = True
    yield connection.cursor()
    connection.close()


def tenant_tables(sql):
    return [name for name, in sql("""SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped
        WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1""")]


def test_every_tenant_table_has_row_level_security(sql):
    tables = tenant_tables(sql) + ["company"]
    assert len(tables) >= 20
    for table in tables:
        assert sql("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", (table,)) == [(True,)], table
        assert sql("SELECT count(*) > 0 FROM pg_policy WHERE polrelid = %s::regclass", (table,)) == [(True,)], table


def test_without_a_tenant_the_application_role_sees_nothing(theirs, app_role, sql):
    for table in tenant_tables(sql) + ["company"]:
        app_role.execute("SELECT has_table_privilege(%s, 'SELECT')", (table,))
        if app_role.fetchone()[0]:
            app_role.execute(f"SELECT count(*) FROM {table} {BY_HAND}")
            assert app_role.fetchone()[0] == 0, table


def test_the_application_role_cannot_get_around_row_level_security(app_role):
    app_role.execute("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user")
    assert app_role.fetchone() == (False, False, False, False)
    for statement in ("SET row_security = off; SELECT count(*) FROM record", "ALTER TABLE record DISABLE ROW LEVEL SECURITY",
                      "DROP POLICY tenant ON record", "CREATE TABLE public.mine (x int)", "SET ROLE dialix_owner",
                      "DELETE FROM transaction", "UPDATE transaction SET amount_minor = 0", "DELETE FROM activity_log"):
        with pytest.raises(psycopg2.Error):
            app_role.execute(statement)
    app_role.execute("SET row_security = on")


def test_with_a_tenant_set_only_its_rows_are_there(theirs, ours, app_role):
    app_role.execute("BEGIN; SET LOCAL app.company_ids = %s", (ours.id,))
    app_role.execute(f"SELECT count(*) FROM record WHERE company_id = %s {BY_HAND}", (theirs.id,))
    assert app_role.fetchone()[0] == 0
    app_role.execute("UPDATE operator SET name = 'taken' WHERE id = %s", (theirs.things["operators"],))
    assert app_role.rowcount == 0
    with pytest.raises(psycopg2.Error):
        app_role.execute("INSERT INTO operator (id, company_id, code, name) VALUES (gen_random_uuid(), %s, '999', 'x')", (theirs.id,))
    app_role.execute("ROLLBACK")
