"""Administrators of a parent and the people of its branches; how many people a company may have."""
import pytest

from support.threads import at_once
from support.world import PASSWORD, unique

ACCOUNTS = "/api/v1/accounts"


def path(account, tail=""):
    return f"{ACCOUNTS}/{account['id']}{tail}"


def new(**fields):
    return {"email": unique("n") + "@example.uz", "name": "N", "role": "viewer", "password": PASSWORD, **fields}


@pytest.fixture
def parent(world):
    return world.company(balance=0)


@pytest.fixture
def branches(world, parent):
    return [world.company(balance=0, parent_id=parent.id) for _ in range(2)]


def limit(admin, company, most):
    admin.patch(f"/api/v1/companies/{company.id}", {"limits": {"max_accounts": most}})


def test_a_parents_administrator_manages_the_people_of_a_branch(parent, branches):
    client, branch = parent.as_("company_admin"), branches[0]
    made = client.post(ACCOUNTS, new(), query=branch.scope, expect=201).json
    assert made["company_id"] == branch.id
    assert made["id"] in {item["id"] for item in client.pages(ACCOUNTS, branch.scope)}
    assert made["id"] not in {item["id"] for item in client.pages(ACCOUNTS)}
    client.get(path(made), expect=404)
    person = client.fresh()
    person.login(made["email"], PASSWORD)
    client.post(path(made, "/block"), query=branch.scope)
    person.get("/api/v1/me", expect=401)
    client.delete(path(made), query=branch.scope)


def test_a_branchs_administrator_reaches_neither_the_parent_nor_a_sister(parent, branches):
    client = branches[0].as_("company_admin")
    for company in (parent, branches[1]):
        account = company.account("viewer")
        client.get(ACCOUNTS, query=company.scope, expect=403)
        client.post(ACCOUNTS, new(), query=company.scope, expect=403)
        client.post(path(account, "/block"), query=company.scope, expect=403)
        client.post(path(account, "/reset-password"), expect=404)


def test_a_parents_administrator_moves_people_within_the_tree_only(parent, branches, world):
    client, (one, other) = parent.as_("company_admin"), branches
    account = one.account("user")
    for old, to in ((one, other), (other, parent), (parent, one)):
        moved = client.post(path(account, "/transfer"), {"company_id": to.id}, query=old.scope).json
        assert moved["company_id"] == to.id
    client.post(path(account, "/transfer"), {"company_id": world.company(balance=0).id}, query=one.scope, expect=403)
    one.as_("company_admin").post(path(account, "/transfer"), {"company_id": parent.id}, expect=403)
    assert len(client.pages(path(account, "/transfers"), one.scope)) == 2  # the second of three was between the others


def test_a_deputy_of_the_parent_grants_in_a_branch_only_what_is_theirs(parent, branches):
    deputy = parent.account("company_admin")
    parent.as_("company_admin").request("PUT", path(deputy, "/permissions"), json={"granted": [], "denied": ["manage_billing"]}, expect=200)
    client, branch = parent.admin.fresh(), branches[0]
    client.login(deputy["email"], PASSWORD)
    client.patch(path(branch.account("company_admin")), {"name": "taken"}, query=branch.scope, expect=403)
    client.request("PUT", path(branch.account("viewer"), "/permissions"), json={"granted": ["manage_billing"], "denied": []}, query=branch.scope,
                   expect=403)


def test_a_company_has_no_more_people_than_it_may(parent, admin):
    client = parent.as_("company_admin")
    limit(admin, parent, 3)
    user = client.post(ACCOUNTS, new(), expect=201).json
    client.post(ACCOUNTS + "/invite", {"email": unique("i") + "@example.uz", "role": "viewer"}, expect=201)
    for tail, body in (("", new()), ("/invite", {"email": unique("i") + "@example.uz", "role": "viewer"})):
        refused = client.post(ACCOUNTS + tail, body, expect=409)
        assert (refused.code, refused.json["limit"], refused.json["max"]) == ("limit_reached", "max_accounts", 3)
    client.post(path(user, "/block"))
    client.post(ACCOUNTS, new(), expect=409)  # who is blocked keeps the place,
    client.post(path(user, "/unblock"))       # so that an unblock needs none
    client.delete(path(user))
    client.post(ACCOUNTS, new(), expect=201)


def test_a_parents_limit_counts_its_branches(parent, branches, admin):
    parent.as_("company_admin")
    branches[0].account("viewer")
    limit(admin, parent, 2)
    assert admin.post(ACCOUNTS, new(), query=branches[1].scope, expect=409).json["max"] == 2


def test_a_move_needs_a_place_in_the_new_company_but_not_in_what_is_above_both(parent, branches, admin):
    one, other = branches
    people = [one.account("user") for _ in range(2)]
    limit(admin, parent, 2)
    limit(admin, other, 1)
    assert admin.post(path(people[0], "/transfer"), {"company_id": other.id}, query=one.scope).json["company_id"] == other.id
    refused = admin.post(path(people[1], "/transfer"), {"company_id": other.id}, query=one.scope, expect=409)
    assert (refused.code, refused.json["max"]) == ("limit_reached", 1)
    assert admin.get(path(people[1]), query=one.scope).json["company_id"] == one.id


def test_the_last_place_is_taken_once_when_all_want_it_at_once(world, stack, admin):
    company, sister = world.company(balance=0), world.company(balance=0)
    coming = [sister.account("user") for _ in range(3)]
    limit(admin, company, 1)
    clients = [admin.fresh() for _ in range(6)]
    for client in clients:
        client.login(*stack.admin)

    def take(client, number):
        if number < 3:
            return client.post(path(coming[number], "/transfer"), {"company_id": company.id}, query=sister.scope, expect={200, 409}).status
        return client.post(ACCOUNTS, new(), query=company.scope, expect={201, 409}).status

    statuses = at_once(clients, take)
    assert statuses.count(409) == 5, statuses
    assert len(admin.pages(ACCOUNTS, company.scope)) == 1
