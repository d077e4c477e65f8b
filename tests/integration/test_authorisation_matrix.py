"""The authorisation matrix: every route × every role × own, child, parent and other company, and whoever has no valid login or one
that ended. What is expected is computed from the router's own table (`dialix-fcgi --routes`) and the table of docs/security.md;
nothing is listed here by hand but what the routes' ids name."""
import itertools
import uuid
from types import SimpleNamespace

import pytest

from support.openapi import Document
from support.roles import COMPANY_ROLES, permissions_by_role, routes
from support.seed import Seed
from support.world import PASSWORD

DOCUMENT = Document()
COUNT = {"cases": 0}
# Read to its end it would never end: test_live.py asks who may hear what.
STREAMS = {"/api/v1/events"}
# Ends the very session that asks.
ENDS_SESSION = {("POST", "/api/v1/auth/logout")}
ROUTES = [route for route in routes() if route.pattern not in STREAMS]


def name_of(route):
    return f"{route.method} {route.pattern}"


@pytest.fixture(scope="module")
def houses(world, admin):
    """parent ← own ← child, and another company that is none of theirs."""
    parent = world.company()
    own = world.company(parent_id=parent.id)
    child = world.company(parent_id=own.id)
    return SimpleNamespace(parent=parent, own=own, child=child, other=world.company(), admin=admin)


@pytest.fixture(scope="module")
def foreign(houses, sql):
    """A thing of each kind that belongs to the other company."""
    other = houses.other
    return {"records": Seed(sql, other.id).record("2026-11-10T05:00:00Z"), "operators": other.operator()["id"],
            "checklists": other.checklist()["id"], "accounts": other.account("user")["id"], "companies": other.id}


def path_of(route, thing=None):
    path = route.pattern.replace("{id}", thing or str(uuid.uuid4()))
    for name, value in (("{version}", "1"), ("{kind}", "pbx"), ("{provider}", "pbx")):
        path = path.replace(name, value)
    return path if "{" not in path else path.split("{")[0] + str(uuid.uuid4())


def send(client, route, company_id=None, thing=None, **kwargs):
    """A request that goes as far as the handler's own checks and changes nothing: an id that is nobody's, an empty body."""
    operation = DOCUMENT.find(route.method, path_of(route))
    assert operation is not None, f"{name_of(route)} is not in docs/openapi.yaml"
    body = {"json": {}} if operation.spec.get("requestBody") else {}
    COUNT["cases"] += 1
    return client.request(route.method, path_of(route, thing), query={"company_id": company_id} if company_id else None,
                          expect=set(range(200, 600)), **body, **kwargs)


def let_in_again(houses, route, answer):
    """A block is the one thing here that needs no body: what was blocked is taken back, for the cases that follow."""
    if route.pattern == "/api/v1/companies/{id}/block" and answer.status == 200:
        houses.admin.post(f"/api/v1/companies/{answer.json['id']}/unblock", expect=200)


def holds(role, route):
    return route.access == "authenticated" or route.permission in permissions_by_role()[role]


def assert_passed(answer, who):
    assert answer.status not in (401, 403) and answer.status < 500, f"{who} should get through: {answer}"


def assert_refused(answer, who, statuses=(403,)):
    assert answer.status in statuses, f"{who} should be refused with {statuses}: {answer}"


def test_the_document_says_of_every_route_what_the_router_says():
    told = {(o.method, o.template): o.permission for o in DOCUMENT.operations}
    have = {(route.method, route.pattern): route.permission if route.access == "permission" else route.access for route in routes()}
    assert told == have


def test_no_route_is_public_but_these():
    public = {(route.method, route.pattern) for route in routes() if route.access == "public"}
    assert public <= {("GET", "/health"), ("GET", "/health/detailed"), ("GET", "/metrics"), ("POST", "/api/v1/auth/login"), ("POST", "/api/v1/auth/invitation"),
                      ("POST", "/api/v1/auth/link"), ("POST", "/api/v1/auth/reset-password"),
                      ("GET", "/api/v1/privacy/receipt-keys")}


@pytest.mark.parametrize("route", [r for r in ROUTES if r.access == "public"], ids=name_of)
def test_public_routes_ask_nobody_who_they_are(anonymous, route):
    answer = send(anonymous, route)
    assert answer.status not in (401, 403) or answer.code in ("invalid_credentials", "invalid_token")


NOBODY = ["without a cookie", "made-up cookie", "made-up token", "expired", "logged out", "blocked account", "blocked company",
          "deleted account", "expired token", "revoked token"]


@pytest.fixture(scope="module")
def nobodies(world, admin, sql):
    """Clients whose login never was, or ended each in its own way; all of them have worked before."""
    company = world.company()
    parent = world.company()
    blocked = world.company(parent_id=parent.id)
    clients = {"without a cookie": (admin.fresh(), {}), "made-up cookie": (admin.fresh(), {"Cookie": "dialix=" + "A" * 43}),
               "made-up token": (admin.fresh(), {"Authorization": "Bearer dxt_" + "A" * 43})}
    for state in ("expired", "logged out", "blocked account", "deleted account"):
        client = company.person("company_admin")
        client.get("/api/v1/me")
        clients[state] = (client, {})
    clients["blocked company"] = (blocked.person("company_admin"), {})
    for state in ("expired token", "revoked token"):
        owner = company.person("company_admin")
        made = owner.post("/api/v1/me/tokens", {"name": state, "scopes": ["view_records", "manage_users"]}, expect=201).json
        client = admin.fresh()
        client.get("/api/v1/records", headers={"Authorization": f"Bearer {made['token']}"})
        if state == "revoked token":
            owner.delete(f"/api/v1/me/tokens/{made['details']['id']}")
        else:
            sql("UPDATE api_token SET expires_at = now() - interval '1 second' WHERE id = %s", (made["details"]["id"],))
        clients[state] = (client, {"Authorization": f"Bearer {made['token']}"})
    sql("UPDATE session SET expires_at = now() - interval '1 second' WHERE account_id = %s", (clients["expired"][0].account["id"],))
    clients["logged out"][0].session.cookies.set("dialix", log_out(clients["logged out"][0]))
    admin.post(f"/api/v1/accounts/{clients['blocked account'][0].account['id']}/block", {}, query=company.scope)
    admin.delete(f"/api/v1/accounts/{clients['deleted account'][0].account['id']}", query=company.scope)
    admin.post(f"/api/v1/companies/{parent.id}/block", {})
    return clients


def log_out(client):
    """The cookie that the session had."""
    cookie = client.session.cookies["dialix"]
    client.post("/api/v1/auth/logout", expect=204)
    return cookie


@pytest.mark.parametrize("route", [r for r in ROUTES if r.access != "public"], ids=name_of)
def test_nobody_gets_through_without_a_login_that_counts(nobodies, route):
    for state in NOBODY:
        client, headers = nobodies[state]
        assert_refused(send(client, route, headers=headers), f"{state}, {name_of(route)}", (401,))


@pytest.mark.parametrize("route", [r for r in ROUTES if r.access != "public" and (r.method, r.pattern) not in ENDS_SESSION], ids=name_of)
def test_roles_and_companies(houses, route):
    by_id = route.pattern.startswith("/api/v1/companies/{id}")
    for role in COMPANY_ROLES:
        client = houses.own.as_(role)
        who = f"{role} of own, {name_of(route)}"
        may = holds(role, route)
        if by_id:
            own = send(client, route, thing=houses.own.id)
            if not may:
                assert_refused(own, who)
            for house in ("parent", "other"):
                assert_refused(send(client, route, thing=getattr(houses, house).id), f"{who} at {house}", (403, 404))
            answer = send(client, route, thing=houses.child.id)
            let_in_again(houses, route, answer)
            if may and role == "company_admin":
                assert_passed(answer, f"{who} at child")
            else:
                assert_refused(answer, f"{who} at child", (403, 404))
            continue
        answer = send(client, route)
        assert_passed(answer, who) if may else assert_refused(answer, who)
        if route.tenancy == "none":
            continue
        for house in ("own", "child", "parent", "other"):
            answer = send(client, route, getattr(houses, house).id)
            if may and (house == "own" or house == "child" and role == "company_admin"):
                assert_passed(answer, f"{who}, in {house}")
            else:
                assert_refused(answer, f"{who}, in {house}")


@pytest.mark.parametrize("route", [r for r in ROUTES if r.access != "public" and (r.method, r.pattern) not in ENDS_SESSION], ids=name_of)
def test_a_platform_administrator_gets_through_everywhere(houses, route):
    if route.pattern.startswith("/api/v1/companies/{id}"):
        targets = [{"thing": getattr(houses, house).id} for house in ("child", "other")]
    elif route.tenancy == "none":
        targets = [{}]
    else:
        targets = [{"company_id": getattr(houses, house).id} for house in ("own", "child", "parent", "other")]
    for target in targets:
        answer = send(houses.admin, route, **target)
        let_in_again(houses, route, answer)
        assert_passed(answer, f"platform admin, {name_of(route)} {target}")


@pytest.mark.parametrize("route", [r for r in ROUTES if "{id}" in r.pattern and r.pattern.split("/")[3] in
                                   ("records", "operators", "checklists", "accounts", "companies")], ids=name_of)
def test_the_id_of_another_tenants_thing_is_nobodys(houses, foreign, route):
    """Insecure direct object references: the right permission, one's own company, somebody else's id."""
    answer = send(houses.own.as_("company_admin"), route, thing=foreign[route.pattern.split("/")[3]])
    assert answer.status in (403, 404, 422), f"{name_of(route)}: {answer}"
    if answer.status == 422:
        assert foreign[route.pattern.split("/")[3]].encode() not in answer.body


@pytest.mark.parametrize("route", [r for r in ROUTES if r.access == "permission"], ids=name_of)
def test_a_token_does_what_its_scopes_and_its_owners_role_both_allow(houses, tokens, route):
    for (role, scopes), token in tokens.items():
        may = route.permission in scopes and route.permission in permissions_by_role()[role]
        # Another's company for what would change one's own.
        target = {"thing": houses.other.id if route.method == "POST" else houses.own.id} if route.pattern.startswith("/api/v1/companies/{id}") else {}
        answer = send(houses.admin.fresh(), route, headers={"Authorization": f"Bearer {token}"}, origin=None, **target)
        who = f"token of {role} with {sorted(scopes)}, {name_of(route)}"
        if not may:
            assert_refused(answer, who, (403, 404) if target else (403,))
        elif not target:
            assert answer.status not in (401,) and (answer.status != 403 or answer.code == "session_required"), f"{who}: {answer}"


@pytest.fixture(scope="module")
def tokens(houses):
    made = {}
    for role, scopes in (("company_admin", ("view_records",)), ("company_admin", tuple(sorted(permissions_by_role()["company_admin"]))),
                         ("supervisor", ("view_records", "update_records"))):
        answer = houses.own.as_(role).post("/api/v1/me/tokens", {"name": f"{role} {len(scopes)}", "scopes": list(scopes)}, expect=201)
        made[(role, frozenset(scopes))] = answer.json["token"]
    return made


def test_a_grant_and_a_denial_count_for_one_person_alone(houses):
    """The other way to a permission: it counts on the next request, for that person and nobody else."""
    account = houses.own.account("viewer")
    client = houses.admin.fresh()
    client.login(account["email"], PASSWORD)
    reading = next(r for r in ROUTES if r.method == "GET" and r.permission == "view_audit")
    for granted, denied in itertools.product(([], ["view_audit"]), repeat=2):
        if granted and denied:
            continue  # on both lists at once: refused, tests of accounts say so
        houses.own.as_("company_admin").request("PUT", f"/api/v1/accounts/{account['id']}/permissions",
                                                json={"granted": granted, "denied": denied}, expect=200)
        for _ in range(2):  # the second from what is remembered
            answer = send(client, reading)
            assert_passed(answer, "granted") if granted else assert_refused(answer, "not granted")
    assert_refused(send(houses.own.as_("viewer"), reading), "another viewer")


def test_how_many_cases(request):
    """A run of the whole matrix is a run of a known size; the number is printed with the summary."""
    if len([item for item in request.session.items if item.path == request.path]) > len(ROUTES):
        assert COUNT["cases"] > 25 * len(ROUTES)
    print(f"\nauthorisation matrix: {len(ROUTES)} routes, {COUNT['cases']} cases, failures 0 where this file passed")
