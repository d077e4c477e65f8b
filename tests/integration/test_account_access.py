"""Blocking, single permissions, and the rules of who may change whose account."""
import hashlib
import secrets

import pytest

from support.threads import at_once
from support.world import PASSWORD, unique

ACCOUNTS, ME = "/api/v1/accounts", "/api/v1/me"


def path(account, tail=""):
    return f"{ACCOUNTS}/{account['id']}{tail}"


def permit(client, account, granted=(), denied=(), expect=200, **kwargs):
    return client.request("PUT", path(account, "/permissions"), json={"granted": list(granted), "denied": list(denied)},
                          expect=expect, **kwargs)


def logged_in(company, account):
    """A client that the server remembers: it has asked twice."""
    client = company.admin.fresh()
    client.login(account["email"], PASSWORD)
    client.get(ME)
    client.get(ME)
    return client


@pytest.fixture
def token_of(sql):
    """An API token of the account, as headers."""
    def make(account, scopes=("view_records", "view_analytics")):
        token = secrets.token_urlsafe(32)
        sql("INSERT INTO api_token (id, account_id, company_id, name, token_hash, scopes) VALUES (gen_random_uuid(), %s, %s, 't', %s, %s)",
            (account["id"], account["company_id"], hashlib.sha256(token.encode()).digest(), list(scopes)))
        return {"Authorization": f"Bearer {token}"}
    return make


def test_a_block_ends_live_sessions_on_the_very_next_request(company):
    account = company.account("user")
    person = logged_in(company, account)
    blocked = company.as_("company_admin").post(path(account, "/block"), {"reason": "left the company"}).json
    assert (blocked["status"], blocked["active"], blocked["block_reason"]) == ("blocked", False, "left the company")
    assert blocked["blocked_at"]
    for _ in range(2):
        assert person.get(ME, expect=401).code == "unauthenticated"
    assert person.fresh().login(account["email"], PASSWORD, expect=403).code == "blocked"


def test_an_unblock_lets_in_again_but_revives_no_session(company):
    account, client = company.account("user"), company.as_("company_admin")
    person = logged_in(company, account)
    client.post(path(account, "/block"))
    free = client.post(path(account, "/unblock")).json
    assert (free["status"], free["active"], free["block_reason"], free["blocked_at"]) == ("active", True, None, None)
    person.get(ME, expect=401)
    person.fresh().login(account["email"], PASSWORD)


def test_an_api_token_is_useless_while_its_owner_is_blocked(company, anonymous, token_of):
    account, client = company.account("user"), company.as_("company_admin")
    headers = token_of(account)
    for _ in range(2):
        anonymous.get("/api/v1/records", headers=headers)
    client.post(path(account, "/block"))
    for _ in range(2):
        anonymous.get("/api/v1/records", headers=headers, expect=401)
    client.post(path(account, "/unblock"))
    anonymous.get("/api/v1/records", headers=headers)


def test_blocking_twice_keeps_the_first_time_and_is_noted_once(company):
    account, client = company.account("user"), company.as_("company_admin")
    first = client.post(path(account, "/block"), {"reason": "x"}).json
    again = client.post(path(account, "/block")).json
    assert (again["blocked_at"], again["block_reason"]) == (first["blocked_at"], "x")
    log = client.pages("/api/v1/activity-logs", {"action": "account.block", "resource_id": account["id"]})
    assert len(log) == 1
    assert (log[0]["before"]["status"], log[0]["after"]["status"], log[0]["after"]["block_reason"]) == ("active", "blocked", "x")
    assert log[0]["account_id"] == client.account["id"]


def test_a_reason_that_is_too_long_or_no_text_is_refused(company):
    account, client = company.account("user"), company.as_("company_admin")
    for body in ({"reason": "x" * 501}, {"reason": None}, {"reason": 5}, {"until": "tomorrow"}):
        client.post(path(account, "/block"), body, expect=422)
    assert client.get(path(account)).json["active"]


def test_a_grant_and_a_denial_count_on_the_next_request_of_a_live_session(company):
    account, client = company.account("viewer"), company.as_("company_admin")
    person = logged_in(company, account)
    person.get("/api/v1/activity-logs", expect=403)
    changed = permit(client, account, granted=["view_audit"], denied=["view_analytics"]).json
    assert changed["permissions_granted"] == ["view_audit"] and changed["permissions_denied"] == ["view_analytics"]
    assert changed["permissions"] == ["view_records", "view_audit"]
    for _ in range(2):
        person.get("/api/v1/activity-logs")
        person.get("/api/v1/dashboard", expect=403)
    assert person.get(ME).json["permissions"] == ["view_records", "view_audit"]
    permit(client, account)
    person.get("/api/v1/activity-logs", expect=403)
    person.get("/api/v1/dashboard")


def test_a_changed_permission_is_in_the_log_with_what_it_was(company):
    account, client = company.account("viewer"), company.as_("company_admin")
    permit(client, account, granted=["view_audit"])
    entry, = client.pages("/api/v1/activity-logs", {"action": "account.permissions", "resource_id": account["id"]})
    assert (entry["before"]["permissions_granted"], entry["after"]["permissions_granted"]) == ([], ["view_audit"])
    assert "view_audit" in entry["after"]["permissions"]


@pytest.mark.parametrize("lists", [
    {"granted": ["admin"], "denied": []}, {"granted": [], "denied": ["admin"]}, {"granted": ["fly"], "denied": []},
    {"granted": ["view_audit"], "denied": ["view_audit"]}, {"granted": ["view_audit", "view_audit"], "denied": []},
    {"granted": []}, {"granted": None, "denied": []}, {"granted": "view_audit", "denied": []}, {"granted": [], "denied": [], "role": "admin"},
], ids=str)
def test_wrong_lists_of_permissions_are_refused(company, lists):
    account = company.account("viewer")
    company.as_("company_admin").request("PUT", path(account, "/permissions"), json=lists, expect=422)


def test_nobody_grants_what_they_do_not_hold(company):
    deputy = company.account("company_admin")
    permit(company.as_("company_admin"), deputy, denied=["manage_billing"])
    user = company.account("user")
    client = logged_in(company, deputy)
    permit(client, user, granted=["manage_billing"], expect=403)
    permit(client, user, denied=["manage_billing"], expect=403)
    assert permit(client, user, granted=["view_audit"]).json["permissions_granted"] == ["view_audit"]


def test_who_may_do_less_changes_nobody_who_may_do_more_whatever_the_roles(company):
    """An administrator without manage_billing, against one of the same role, and against a user who was granted it."""
    deputy, full, user = company.account("company_admin"), company.account("company_admin"), company.account("user")
    chief = company.as_("company_admin")
    permit(chief, deputy, denied=["manage_billing"])
    permit(chief, user, granted=["manage_billing"])
    client = logged_in(company, deputy)
    for other in (full, user):
        client.patch(path(other), {"name": "taken"}, expect=403)
        client.patch(path(other), {"password": "a-password-of-mine"}, expect=403)
        client.post(path(other, "/block"), expect=403)
        client.post(path(other, "/reset-password"), expect=403)
        client.delete(path(other), expect=403)
        permit(client, other, denied=["manage_billing"], expect=403)
    new = {"email": unique("n") + "@example.uz", "name": "N", "password": PASSWORD}
    client.post(ACCOUNTS, {**new, "role": "company_admin"}, expect=403)
    client.post(ACCOUNTS + "/invite", {"email": new["email"], "role": "company_admin"}, expect=403)
    plain = client.post(ACCOUNTS, {**new, "role": "supervisor"}, expect=201).json
    client.patch(path(plain), {"role": "company_admin"}, expect=403)
    assert client.get(path(plain)).json["role"] == "supervisor"


def test_a_denied_administrator_may_be_managed_by_one_who_is_denied_the_same(company):
    chief, (one, other) = company.as_("company_admin"), (company.account("company_admin"), company.account("company_admin"))
    for account in (one, other):
        permit(chief, account, denied=["manage_billing"])
    client = logged_in(company, one)
    assert client.patch(path(other), {"name": "Colleague"}).json["name"] == "Colleague"
    permit(client, other, expect=403)  # lifting the denial would give what the caller has not
    assert client.get(path(other)).json["permissions_denied"] == ["manage_billing"]


def test_a_supervisor_who_manages_people_stays_below_administrators(company):
    account, admin_account = company.account("supervisor"), company.account("company_admin")
    permit(company.as_("company_admin"), account, granted=["manage_users"])
    client = logged_in(company, account)
    new = {"email": unique("n") + "@example.uz", "name": "N", "password": PASSWORD}
    client.post(ACCOUNTS, {**new, "role": "company_admin"}, expect=403)
    made = client.post(ACCOUNTS, {**new, "role": "viewer"}, expect=201).json
    client.patch(path(made), {"role": "company_admin"}, expect=403)
    permit(client, made, granted=["manage_billing"], expect=403)
    client.delete(path(admin_account), expect=403)
    client.delete(path(made))


def test_who_sees_only_own_calls_manages_nobody(company):
    account = company.account("operator", operator_id=company.operator()["id"])
    viewer = company.account("viewer")
    permit(company.as_("company_admin"), account, granted=["manage_users", "view_analytics"])
    client = logged_in(company, account)
    client.post(ACCOUNTS, {"email": unique("n") + "@example.uz", "name": "N", "password": PASSWORD, "role": "viewer"}, expect=403)
    client.patch(path(viewer), {"password": "a-password-of-mine"}, expect=403)
    client.post(path(viewer, "/reset-password"), expect=403)
    client.patch(path(account), {"operator_id": company.operator()["id"]}, expect=403)


def test_an_api_token_manages_only_within_its_scopes(company, anonymous, token_of):
    owner, viewer, user = company.account("company_admin"), company.account("viewer"), company.account("user")
    headers = token_of(owner, ["manage_users", "view_records", "view_analytics"])
    assert anonymous.patch(path(viewer), {"name": "By token"}, headers=headers).json["name"] == "By token"
    anonymous.patch(path(user), {"name": "By token"}, headers=headers, expect=403)
    anonymous.patch(path(viewer), {"role": "supervisor"}, headers=headers, expect=403)


@pytest.mark.parametrize("change", [
    {"role": "viewer"}, {"active": False}, {"password": "another-password-of-mine"}, "operator", "block", "reset-password",
    "permissions", "delete",
], ids=str)
def test_nobody_changes_their_own_rights(company, change):
    client = company.as_("company_admin")
    account = client.account
    company.account("company_admin")
    before = client.get(path(account)).json
    if change == "operator":
        answer = client.patch(path(account), {"operator_id": company.operator()["id"]}, expect=409)
    elif change == "permissions":
        answer = permit(client, account, granted=["view_audit"], expect=409)
    elif change == "delete":
        answer = client.delete(path(account), expect=409)
    elif isinstance(change, str):
        answer = client.post(path(account, "/" + change), expect=409)
    else:
        answer = client.patch(path(account), change, expect=409)
    assert answer.code == "own_account"
    assert client.get(path(account)).json == before


@pytest.mark.parametrize("how", ["demote", "switch off", "block", "deny", "delete"])
def test_the_last_administrator_can_be_taken_by_nobody(company, how):
    account = company.account("company_admin")
    blocked = company.account("company_admin")  # who may not log in keeps no company administered
    company.admin.post(path(blocked, "/block"), query=company.scope)
    denied = company.account("company_admin")   # nor does who may not manage people
    permit(company.admin, denied, denied=["manage_users"], query=company.scope)
    assert take(company.admin, company, account, how) == 409
    assert company.admin.get(path(account), query=company.scope).json["permissions"] != []
    company.admin.post(path(blocked, "/unblock"), query=company.scope)
    assert take(company.admin, company, account, how) in (200, 204)


def take(client, company, account, how):
    either = {"query": company.scope, "expect": {200, 204, 409}}
    answer = {
        "demote": lambda: client.patch(path(account), {"role": "viewer"}, **either),
        "switch off": lambda: client.patch(path(account), {"active": False}, **either),
        "block": lambda: client.post(path(account, "/block"), **either),
        "deny": lambda: permit(client, account, denied=["manage_users"], **either),
        "delete": lambda: client.delete(path(account), **either),
    }[how]()
    if answer.status == 409:
        assert answer.code == "last_admin"
    return answer.status


def test_one_administrator_is_left_when_all_are_taken_at_once_in_every_way(world, stack, admin):
    company = world.company(balance=0)
    ways = ["demote", "switch off", "block", "deny", "delete", "block"]
    people, clients = [company.account("company_admin") for _ in ways], [admin.fresh() for _ in ways]
    for client in clients:
        client.login(*stack.admin)
    statuses = at_once(clients, lambda client, number: take(client, company, people[number], ways[number]))
    assert sorted(statuses)[-1] == 409 and statuses.count(409) == 1
    left = [a for a in admin.pages(ACCOUNTS, {**company.scope, "role": "company_admin", "status": "active"}) if "manage_users" in a["permissions"]]
    assert [a["id"] for a in left] == [people[statuses.index(409)]["id"]]


def test_two_administrators_cannot_block_each_other_at_once(company):
    people = [company.account("company_admin") for _ in range(2)]
    clients = [logged_in(company, account) for account in people]
    statuses = at_once(clients, lambda client, number: client.post(path(people[1 - number], "/block"), expect={200, 401, 409}).status)
    assert statuses.count(200) == 1, statuses
    assert len(company.admin.pages(ACCOUNTS, {**company.scope, "status": "active"})) == 1


def test_the_platform_keeps_an_administrator(admin, sql):
    new = {"name": "P", "role": "admin", "password": PASSWORD}
    people = [admin.post(ACCOUNTS, {**new, "email": unique("p") + "@example.uz"}, expect=201).json for _ in range(2)]
    clients = [admin.fresh() for _ in people]
    for client, account in zip(clients, people):
        client.login(account["email"], PASSWORD)
    others = [row[0] for row in sql("UPDATE account SET is_active = false WHERE role = 'admin' AND is_active AND id <> ALL (%s::uuid[]) RETURNING id",
                                    ([account["id"] for account in people],))]
    try:
        statuses = at_once(clients, lambda client, number: client.delete(path(people[1 - number]), expect={204, 401, 409}).status)
    finally:
        sql("UPDATE account SET is_active = true WHERE id = ANY (%s::uuid[])", (others,))
    assert statuses.count(204) == 1, statuses
    assert len([item for item in admin.pages(ACCOUNTS) if item["id"] in {a["id"] for a in people}]) == 1


def test_a_changed_role_ends_the_sessions(company):
    account = company.account("supervisor")
    person = logged_in(company, account)
    company.as_("company_admin").patch(path(account), {"role": "viewer"})
    for _ in range(2):
        person.get(ME, expect=401)


@pytest.mark.parametrize("field", ["company_id", "password_hash", "is_active", "is_invited", "permissions", "permissions_granted", "status",
                                   "deleted_at", "blocked_at", "id", "created_at", "last_login_at", "link"])
def test_fields_that_are_not_for_clients_cannot_be_smuggled_in(company, world, field):
    account, client = company.account("viewer"), company.as_("company_admin")
    before = client.get(path(account)).json
    smuggled = {"company_id": world.company(balance=0).id if field == "company_id" else "x"}.get(field, "x")
    new = {"email": unique("n") + "@example.uz", "name": "N", "role": "viewer"}
    for answer in (client.patch(path(account), {field: smuggled}, expect=422),
                   client.post(ACCOUNTS, {**new, "password": PASSWORD, field: smuggled}, expect=422),
                   client.post(ACCOUNTS + "/invite", {**new, field: smuggled}, expect=422)):
        assert answer.field_errors[field] == "unknown_field"
    assert client.get(path(account)).json == before


def test_an_account_of_another_company_is_out_of_reach(company, world):
    theirs = world.company(balance=0).account("viewer")
    client = company.as_("company_admin")
    client.post(path(theirs, "/block"), expect=404)
    client.post(path(theirs, "/unblock"), expect=404)
    permit(client, theirs, granted=["view_audit"], expect=404)
    client.post(path(theirs, "/reset-password"), expect=404)
    client.post(path(theirs, "/invite"), expect=404)
    client.delete(path(theirs, "/invite"), expect=404)


def test_the_list_is_sorted_and_filtered_by_status_and_operator(company):
    client, operator = company.as_("company_admin"), company.operator()
    made = [company.account("viewer", name=name) for name in ("Cy", "al", "Bo")]
    linked = company.account("operator", operator_id=operator["id"], name="Op")
    client.post(path(made[1], "/block"))
    invited = client.post(ACCOUNTS + "/invite", {"email": unique("i") + "@example.uz", "role": "viewer"}, expect=201).json["account"]

    def listed(**query):
        return [item["id"] for item in client.pages(ACCOUNTS, query, limit=2)]

    assert listed(status="blocked") == [made[1]["id"]]
    assert listed(status="invited") == [invited["id"]]
    assert invited["id"] not in listed(status="active") and made[0]["id"] in listed(status="active")
    assert listed(operator_id=operator["id"]) == [linked["id"]]
    names = [item["name"] for item in client.pages(ACCOUNTS, {"sort": "name"}, limit=2)]
    assert names == sorted(names, key=str.lower) and len(names) == 6
    assert listed(sort="-created_at") == listed(sort="created_at")[::-1]
    assert listed(sort="created_at", role="viewer")[:3] == [account["id"] for account in made]
    company.admin.fresh().login(made[2]["email"], PASSWORD)
    assert listed(sort="-last_login_at")[0] == made[2]["id"] and listed(sort="last_login_at")[-1] == made[2]["id"]
    client.get(ACCOUNTS, query={"sort": "password_hash"}, expect=422)


@pytest.mark.parametrize("role", ["company_admin", "supervisor", "user", "viewer", "operator"])
def test_the_database_and_the_programs_agree_on_what_somebody_may_do(company, role):
    account = company.account(role, **({"operator_id": company.operator()["id"]} if role == "operator" else {}))
    lists = {"granted": ["manage_billing", "view_records", "view_audit"], "denied": ["view_analytics", "manage_company"]}
    told = permit(company.as_("company_admin"), account, **lists).json["permissions"]
    person = logged_in(company, account)
    assert person.get(ME).json["permissions"] == told
    assert {"manage_billing", "view_records", "view_audit"} <= set(told) and not {"view_analytics", "manage_company"} & set(told)
