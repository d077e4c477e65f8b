"""People who move from one company to another: what goes along, what stays, and who may do it."""
import hashlib
import secrets

import pytest

from support.second_factor import code, enrol
from support.seed import Seed
from support.threads import at_once
from support.world import PASSWORD, unique

ACCOUNTS, ME = "/api/v1/accounts", "/api/v1/me"


def path(account, tail=""):
    return f"{ACCOUNTS}/{account['id']}{tail}"


def move(client, company, account, to, expect=200, **fields):
    return client.post(path(account, "/transfer"), {"company_id": to.id, **fields}, query=company.scope, expect=expect)


@pytest.fixture
def other(world):
    return world.company(balance=0)


def test_a_moved_person_is_in_the_new_company_and_only_there(company, other, admin):
    account = company.account("user")
    moved = move(admin, company, account, other).json
    assert (moved["company_id"], moved["id"], moved["email"], moved["role"]) == (other.id, account["id"], account["email"], "user")
    company.as_("company_admin").get(path(account), expect=404)
    assert account["id"] not in {item["id"] for item in company.as_("company_admin").pages(ACCOUNTS)}
    assert other.as_("company_admin").get(path(account)).json["company_id"] == other.id
    person = admin.fresh()
    assert person.login(account["email"], PASSWORD).json["company"]["id"] == other.id


def test_sessions_and_api_tokens_end_with_a_move(company, other, admin, anonymous, sql):
    account, token = company.account("user"), secrets.token_urlsafe(32)
    sql("INSERT INTO api_token (id, account_id, company_id, name, token_hash, scopes) VALUES (gen_random_uuid(), %s, %s, 't', %s, '{view_records}')",
        (account["id"], company.id, hashlib.sha256(token.encode()).digest()))
    person, headers = admin.fresh(), {"Authorization": f"Bearer {token}"}
    person.login(account["email"], PASSWORD)
    for _ in range(2):
        person.get(ME)
        anonymous.get("/api/v1/records", headers=headers)
    move(admin, company, account, other)
    for _ in range(2):
        person.get(ME, expect=401)
        anonymous.get("/api/v1/records", headers=headers, expect=401)


def test_a_second_factor_goes_along_with_a_move(company, other, admin, sql):
    """Secret and recovery codes: who moves logs in as before, and with nothing less."""
    account = company.account("user")
    person = admin.fresh()
    person.login(account["email"], PASSWORD)
    secret, recovery = enrol(person, PASSWORD)
    move(admin, company, account, other)
    login = {"login": account["email"], "password": PASSWORD}
    assert person.fresh().post("/api/v1/auth/login", login, expect=401).code == "totp_required"
    inside = person.fresh()
    assert inside.post("/api/v1/auth/login", {**login, "totp": code(secret)}).json["company"]["id"] == other.id
    assert inside.get(ME + "/totp").json["enabled"] is True
    person.fresh().post("/api/v1/auth/login", {**login, "totp": recovery[0]})
    assert inside.get(ME + "/totp").json["recovery_codes_left"] == len(recovery) - 1
    whose = sql("SELECT DISTINCT company_id::text FROM (SELECT company_id FROM account_totp WHERE account_id = %(id)s UNION ALL "
                "SELECT company_id FROM account_recovery_code WHERE account_id = %(id)s) x", {"id": account["id"]})
    assert whose == [(other.id,)]


def test_grants_and_the_operator_stay_behind_unless_they_are_asked_for(company, other, admin):
    def person():
        account = company.account("user", operator_id=company.operator()["id"])
        admin.request("PUT", path(account, "/permissions"), json={"granted": ["view_audit"], "denied": ["update_records"]}, query=company.scope,
                      expect=200)
        return account

    moved = move(admin, company, person(), other).json
    assert (moved["permissions_granted"], moved["permissions_denied"], moved["operator_id"]) == ([], [], None)
    kept = move(admin, company, person(), other, keep_grants=True).json
    assert (kept["permissions_granted"], kept["permissions_denied"], kept["operator_id"]) == (["view_audit"], ["update_records"], None)


def test_an_operator_is_linked_to_one_of_the_new_company(company, other, admin):
    account = company.account("operator", operator_id=company.operator()["id"])
    assert move(admin, company, account, other, expect=422).field_errors == {"operator_id": "required"}
    theirs = company.operator()["id"]
    assert move(admin, company, account, other, operator_id=theirs, expect=422).field_errors == {"operator_id": "not_found"}
    operator = other.operator()["id"]
    assert move(admin, company, account, other, operator_id=operator).json["operator_id"] == operator


def test_a_role_can_be_given_along_but_not_the_platforms(company, other, admin):
    account = company.account("user")
    assert "role" in move(admin, company, account, other, role="admin", expect=422).field_errors
    assert move(admin, company, account, other, role="supervisor").json["role"] == "supervisor"


def test_an_invitation_ends_with_the_move(company, other, admin, anonymous):
    made = company.as_("company_admin").post(ACCOUNTS + "/invite", {"email": unique("i") + "@example.uz", "role": "viewer"}, expect=201).json
    assert move(admin, company, made["account"], other).json["status"] == "invited"
    anonymous.post("/api/v1/auth/invitation", {"token": made["invitation"]["token"], "password": "chosen-by-its-owner"}, expect=404)


def test_what_somebody_did_stays_with_the_old_company_under_their_name(company, other, admin, sql):
    account = company.account("supervisor")
    person = admin.fresh()
    person.login(account["email"], PASSWORD)
    person.patch(f"/api/v1/operators/{company.operator()['id']}", {"name": "Renamed"})
    record = Seed(sql, company.id).record("2026-11-10T05:00:00Z")
    sql("UPDATE record SET created_by = %s WHERE id = %s", (account["id"], record))
    move(admin, company, account, other)
    done, = company.as_("company_admin").pages("/api/v1/activity-logs", {"account_id": account["id"], "action": "operator.update"})
    assert done["account_email"] == account["email"]
    assert other.as_("company_admin").pages("/api/v1/activity-logs", {"action": "operator.update"}) == []
    assert sql("SELECT company_id::text, created_by::text FROM record WHERE id = %s", (record,)) == [(company.id, account["id"])]
    moved = admin.fresh()
    moved.login(account["email"], PASSWORD)
    moved.get(f"/api/v1/records/{record}", expect=404)


def test_both_companies_have_the_move_in_their_log(company, other, admin):
    account = company.account("user")
    move(admin, company, account, other, role="viewer")
    left, = company.as_("company_admin").pages("/api/v1/activity-logs", {"action": "account.transfer"})
    assert (left["before"]["role"], left["after"]["role"]) == ("user", "viewer") and left["after"]["company_id"] == other.id
    came, = other.as_("company_admin").pages("/api/v1/activity-logs", {"action": "account.transfer"})
    assert came["before"] is None and came["after"]["email"] == account["email"] and came["resource_id"] == account["id"]


def test_the_history_of_moves_is_told_to_each_company_as_far_as_it_had_a_part(company, other, world, admin):
    third, account = world.company(balance=0), company.account("user")
    move(admin, company, account, other)
    move(admin, other, account, third, role="viewer")
    every = admin.pages(path(account, "/transfers"), third.scope, limit=1)
    assert [(item["from_company_id"], item["to_company_id"]) for item in every] == [(other.id, third.id), (company.id, other.id)]
    assert every[0]["from_company_name"] == other.company["name"] and every[0]["moved_by_email"] == admin.account["email"]
    assert (every[0]["from_role"], every[0]["to_role"], every[0]["email"]) == ("user", "viewer", account["email"])
    last, = third.as_("company_admin").pages(path(account, "/transfers"))
    assert last["to_company_name"] == third.company["name"] and last["from_company_name"] is None
    first, = company.as_("company_admin").pages(path(account, "/transfers"))
    assert first["to_company_id"] == other.id and first["to_company_name"] is None
    world.company(balance=0).as_("company_admin").get(path(account, "/transfers"), expect=404)


def test_a_companys_administrator_moves_nobody_into_a_company_that_is_not_theirs(company, other, world):
    account, client = company.account("user"), company.as_("company_admin")
    move(client, company, account, other, expect=403)
    move(client, other, account, company, expect=403)
    other.as_("company_admin").post(path(account, "/transfer"), {"company_id": other.id}, expect=422)
    assert client.get(path(account)).json["company_id"] == company.id


@pytest.mark.parametrize("body, wrong", [
    ({}, "company_id"), ({"company_id": None}, "company_id"), ({"company_id": "x"}, "company_id"),
    ({"company_id": "0197a1b2-0000-7000-8000-000000000001"}, "company_id"), ({"keep_grants": "yes"}, "keep_grants"),
    ({"active": True}, "active"),
], ids=str)
def test_a_wrong_move_is_refused_by_field(company, admin, body, wrong):
    account = company.account("user")
    assert wrong in admin.post(path(account, "/transfer"), body, query=company.scope, expect=422).field_errors
    assert admin.get(path(account), query=company.scope).json["company_id"] == company.id


def test_a_move_to_where_somebody_is_or_of_somebody_unknown_is_refused(company, other, admin):
    account = company.account("user")
    assert move(admin, company, account, company, expect=422).field_errors == {"company_id": "not_allowed"}
    move(admin, other, account, company, expect=404)


def test_the_last_administrator_cannot_be_moved_away(company, other, admin):
    account = company.account("company_admin")
    assert move(admin, company, account, other, expect=409).code == "last_admin"
    company.account("company_admin")
    move(admin, company, account, other)


def test_one_administrator_is_left_when_all_are_moved_or_blocked_at_once(company, other, stack, admin):
    people, clients = [company.account("company_admin") for _ in range(6)], [admin.fresh() for _ in range(6)]
    for client in clients:
        client.login(*stack.admin)

    def act(client, number):
        if number % 2:
            return client.post(path(people[number], "/block"), query=company.scope, expect={200, 409}).status
        return move(client, company, people[number], other, expect={200, 409}).status

    assert sorted(at_once(clients, act)) == [200] * 5 + [409]
    assert len(admin.pages(ACCOUNTS, {**company.scope, "role": "company_admin", "status": "active"})) == 1
