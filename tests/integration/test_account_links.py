"""Invitations and resets: links that an administrator hands over, by which somebody chooses a password."""
import hashlib
import json
import secrets
import statistics
import time

import pytest

from support.threads import at_once
from support.world import PASSWORD, unique

ACCOUNTS, ME = "/api/v1/accounts", "/api/v1/me"
LOOK_UP, ACCEPT, CHOOSE = "/api/v1/auth/link", "/api/v1/auth/invitation", "/api/v1/auth/reset-password"
CHOSEN = "chosen-by-its-owner"


def path(account, tail=""):
    return f"{ACCOUNTS}/{account['id']}{tail}"


def invite(company, **fields):
    """(account, token) of somebody new."""
    made = company.as_("company_admin").post(ACCOUNTS + "/invite", {"email": unique("invited") + "@example.uz", "role": "viewer", **fields},
                                             expect=201)
    assert made.headers["Cache-Control"] == "no-store"
    assert made.headers["Location"] == path(made.json["account"])
    return made.json["account"], made.json["invitation"]["token"]


def reset(company, account):
    return company.as_("company_admin").post(path(account, "/reset-password"), expect=201).json["token"]


def accept(client, token, expect=204, **fields):
    return client.post(ACCEPT, {"token": token, "password": CHOSEN, **fields}, expect=expect)


def choose(client, token, expect=204):
    return client.post(CHOOSE, {"token": token, "new_password": CHOSEN}, expect=expect)


def test_whoever_is_invited_chooses_the_password_and_is_in(company, anonymous):
    account, token = invite(company, language="ru")
    assert (account["status"], account["active"], account["name"]) == ("invited", False, account["email"].split("@")[0])
    assert account["link_expires_at"]
    told = anonymous.post(LOOK_UP, {"token": token}).json
    assert (told["purpose"], told["email"], told["company_name"], told["language"]) == ("invitation", account["email"], company.company["name"], "ru")
    assert told["expires_at"] == account["link_expires_at"]
    anonymous.login(account["email"], CHOSEN, expect=401)
    accept(anonymous, token, name="Nodira")
    assert anonymous.login(account["email"], CHOSEN).json["account"]["name"] == "Nodira"
    now = company.as_("company_admin").get(path(account)).json
    assert (now["status"], now["active"], now["link_expires_at"]) == ("active", True, None)


def test_an_invitation_is_good_for_72_hours_and_a_reset_for_24(company, sql):
    account, _ = invite(company)
    company_user = company.account("user")
    reset(company, company_user)
    hours = "SELECT extract(epoch FROM expires_at - created_at)::int / 3600 FROM account_link WHERE account_id = %s"
    assert sql(hours, (account["id"],)) == [(72,)] and sql(hours, (company_user["id"],)) == [(24,)]


def test_a_token_is_stored_hashed_and_written_nowhere(company, sql):
    account, token = invite(company)
    company.as_("company_admin").post(path(account, "/invite"), expect=201)
    (stored, size), = sql("SELECT token_hash, octet_length(token_hash) FROM account_link WHERE account_id = %s", (account["id"],))
    assert size == 32 and token.encode() not in bytes(stored)
    log = json.dumps(company.as_("company_admin").pages("/api/v1/activity-logs", {"resource_id": account["id"]}))
    assert "account.invite" in log and token not in log and "token" not in log and "password_hash" not in log


def test_each_token_has_256_bits_and_none_comes_twice(company):
    tokens = {invite(company)[1] for _ in range(5)}
    assert len(tokens) == 5 and all(len(token) == 43 for token in tokens)


def dead_links(company, world, sql):
    """name → (token, purpose) of links that are no good, each for a reason of its own."""
    client, dead = company.as_("company_admin"), {"unknown": (secrets.token_urlsafe(32), "invitation"), "not a token": ("x", "invitation")}
    account, token = invite(company)
    sql("UPDATE account_link SET expires_at = now() - interval '1 second' WHERE account_id = %s", (account["id"],))
    dead["expired"] = (token, "invitation")
    account, token = invite(company)
    client.delete(path(account, "/invite"))
    dead["revoked"] = (token, "invitation")
    account, token = invite(company)
    client.post(path(account, "/invite"), expect=201)
    dead["replaced"] = (token, "invitation")
    account, token = invite(company)
    accept(client.fresh(), token)
    dead["used"] = (token, "invitation")
    account, token = invite(company)
    client.post(path(account, "/block"))
    dead["blocked"] = (token, "invitation")
    account, token = invite(company)
    client.delete(path(account))
    dead["removed"] = (token, "invitation")
    dead["of another purpose"] = (invite(company)[1], "reset")
    user = company.account("user")
    dead["a reset, accepted as an invitation"] = (reset(company, user), "invitation")
    user = company.account("user")
    dead["a reset, then blocked"] = (reset(company, user), "reset")
    client.post(path(user, "/block"))
    other = world.company(balance=0)
    dead["of a blocked company"] = (invite(other)[1], "invitation")
    company.admin.patch(f"/api/v1/companies/{other.id}", {"active": False})
    return dead


def test_every_link_that_is_no_good_is_told_in_the_same_words(company, world, sql, anonymous):
    answers = {}
    for name, (token, purpose) in dead_links(company, world, sql).items():
        used = accept(anonymous, token, expect=404) if purpose == "invitation" else choose(anonymous, token, expect=404)
        answers[name] = {(used.code, used.json["detail"])}
        if not name.startswith("a reset, acc") and name != "of another purpose":  # these two are good for something else
            told = anonymous.post(LOOK_UP, {"token": token}, expect=404)
            answers[name].add((told.code, told.json["detail"]))
    assert len(answers) == 12
    assert set.union(*answers.values()) == {("link_invalid", "This link is not valid, or not any more. Ask for a new one.")}


def test_a_weak_password_is_told_before_anything_of_the_link(company, anonymous):
    _, token = invite(company)
    for some in (token, secrets.token_urlsafe(32)):
        answer = anonymous.post(ACCEPT, {"token": some, "password": "short"}, expect=422)
        assert answer.field_errors == {"password": "weak"}
        assert anonymous.post(CHOOSE, {"token": some, "new_password": "short"}, expect=422).field_errors == {"new_password": "weak"}
    accept(anonymous, token)


@pytest.mark.parametrize("body, wrong", [
    ({"password": CHOSEN}, "token"), ({"token": "", "password": CHOSEN}, "token"), ({"token": "x" * 129, "password": CHOSEN}, "token"),
    ({"token": 5, "password": CHOSEN}, "token"), ({"token": "x"}, "password"), ({"token": "x", "password": CHOSEN, "role": "admin"}, "role"),
    ({"token": "x", "password": CHOSEN, "name": ""}, "name"),
], ids=str)
def test_a_wrong_acceptance_is_refused_by_field(anonymous, body, wrong):
    assert wrong in anonymous.post(ACCEPT, body, expect=422).field_errors


def test_a_foreign_page_cannot_use_a_link(company, anonymous):
    _, token = invite(company)
    answer = anonymous.post(ACCEPT, {"token": token, "password": CHOSEN}, origin="https://evil.example", expect=403)
    assert answer.code == "cross_origin"
    accept(anonymous, token)


def test_an_invitation_is_accepted_once_when_all_accept_at_once(company):
    _, token = invite(company)
    clients = [company.admin.fresh() for _ in range(6)]
    statuses = at_once(clients, lambda client, _number: accept(client, token, expect={204, 404}).status)
    assert sorted(statuses) == [204] + [404] * 5


def test_an_unknown_link_takes_as_long_as_a_good_one(company, anonymous):
    """Both hash the password: were it not so, the difference would be tens of milliseconds."""
    good, unknown = [], []
    for _ in range(7):
        _, token = invite(company)
        for taken, some, status in ((unknown, secrets.token_urlsafe(32), 404), (good, token, 204)):
            started = time.perf_counter()
            accept(anonymous, some, expect=status)
            taken.append(time.perf_counter() - started)
    assert statistics.median(unknown) > 0.5 * statistics.median(good), (unknown, good)


def test_a_failed_link_is_noted_without_the_token(anonymous, sql):
    token = secrets.token_urlsafe(32)
    request = accept(anonymous, token, expect=404).headers["X-Request-Id"]
    (action, after), = sql("SELECT action, after FROM activity_log WHERE request_id = %s", (request,))
    assert action == "auth.link_failed" and after == {"purpose": "invitation"}


def test_an_accepted_invitation_is_noted_under_its_owner(company, anonymous):
    account, token = invite(company)
    accept(anonymous, token)
    entry, = company.as_("company_admin").pages("/api/v1/activity-logs", {"action": "account.accept_invitation"})
    assert (entry["account_id"], entry["resource_id"], entry["after"]["by"]) == (account["id"], account["id"], "invitation")


def test_a_reset_ends_the_old_password_the_sessions_and_the_api_tokens_at_once(company, anonymous, sql):
    account, api_token = company.account("user"), secrets.token_urlsafe(32)
    sql("INSERT INTO api_token (id, account_id, company_id, name, token_hash, scopes) VALUES (gen_random_uuid(), %s, %s, 't', %s, '{view_records}')",
        (account["id"], company.id, hashlib.sha256(api_token.encode()).digest()))
    headers = {"Authorization": f"Bearer {api_token}"}
    person = anonymous.fresh()
    person.login(account["email"], PASSWORD)
    for _ in range(2):
        person.get(ME)
        anonymous.get("/api/v1/records", headers=headers)
    token = reset(company, account)
    for _ in range(2):
        person.get(ME, expect=401)
        anonymous.get("/api/v1/records", headers=headers, expect=401)
    person.login(account["email"], PASSWORD, expect=401)
    assert anonymous.post(LOOK_UP, {"token": token}).json["purpose"] == "reset"
    choose(anonymous, token)
    choose(anonymous, token, expect=404)
    person.login(account["email"], PASSWORD, expect=401)
    person.login(account["email"], CHOSEN)
    anonymous.get("/api/v1/records", headers=headers, expect=401)


def test_a_new_reset_takes_the_place_of_the_old(company, anonymous):
    account = company.account("user")
    first, second = reset(company, account), reset(company, account)
    choose(anonymous, first, expect=404)
    choose(anonymous, second)


def test_a_password_that_the_administrator_sets_ends_the_link(company, anonymous):
    account = company.account("user")
    token = reset(company, account)
    changed = company.as_("company_admin").patch(path(account), {"password": "set-by-the-admin"}).json
    assert changed["link_expires_at"] is None
    choose(anonymous, token, expect=404)
    anonymous.login(account["email"], "set-by-the-admin")


def test_an_invitation_is_for_the_invited_and_a_reset_for_the_others(company):
    client, user = company.as_("company_admin"), company.account("user")
    account, _ = invite(company)
    assert client.post(path(account, "/reset-password"), expect=409).code == "invited"
    assert client.patch(path(account), {"active": True}, expect=409).code == "invited"
    assert client.post(path(user, "/invite"), expect=409).code == "not_invited"
    assert client.delete(path(user, "/invite"), expect=409).code == "not_invited"
    assert client.get(path(account)).json["status"] == "invited"


def test_a_form_that_sends_back_what_it_got_leaves_an_invitation_alone(company, anonymous):
    account, token = invite(company)
    changed = company.as_("company_admin").patch(path(account), {"name": "Renamed", "role": "user", "operator_id": None, "active": False}).json
    assert (changed["status"], changed["name"], changed["link_expires_at"]) == ("invited", "Renamed", account["link_expires_at"])
    accept(anonymous, token)


def test_whoever_was_blocked_before_accepting_is_invited_again_when_unblocked(company, anonymous):
    client = company.as_("company_admin")
    account, token = invite(company)
    assert client.post(path(account, "/block")).json["status"] == "blocked"
    assert client.post(path(account, "/invite"), expect=409).code == "not_invited"
    assert client.post(path(account, "/unblock")).json["status"] == "invited"
    accept(anonymous, token, expect=404)
    accept(anonymous, client.post(path(account, "/invite"), expect=201).json["token"])


def test_a_blocked_person_with_a_new_link_waits_for_the_unblock(company, anonymous):
    client, account = company.as_("company_admin"), company.account("user")
    client.post(path(account, "/block"))
    token = reset(company, account)
    choose(anonymous, token, expect=404)
    client.post(path(account, "/unblock"))
    choose(anonymous, token)
    anonymous.login(account["email"], CHOSEN)


def test_a_list_that_was_asked_for_before_shows_the_new_link(company):
    client = company.as_("company_admin")
    account, _ = invite(company)
    first = client.get(ACCOUNTS, query={"status": "invited"}).json["items"][0]
    client.post(path(account, "/invite"), expect=201)
    assert client.get(ACCOUNTS, query={"status": "invited"}).json["items"][0]["link_expires_at"] > first["link_expires_at"]


def test_asking_which_addresses_are_taken_is_noted_and_soon_refused(company, world):
    """That an address is taken elsewhere can't be hidden from who wants to use it; a list of them can't be asked for."""
    theirs = world.company(balance=0).account("user")
    client = company.as_("company_admin")
    for number in range(20):
        tail, fields = ("/invite", {}) if number % 2 else ("", {"password": PASSWORD, "name": "N"})
        assert client.post(ACCOUNTS + tail, {"email": theirs["email"], "role": "user", **fields}, expect=409).code == "email_taken"
    refused = client.post(ACCOUNTS + "/invite", {"email": theirs["email"], "role": "user"}, expect=429)
    assert int(refused.headers["Retry-After"]) > 0
    client.post(ACCOUNTS + "/invite", {"email": unique("free") + "@example.uz", "role": "user"}, expect=429)
    tried = client.pages("/api/v1/activity-logs", {"action": "account.email_taken"})
    assert len(tried) == 20 and tried[0]["after"] == {"email": theirs["email"]}
    assert tried[0]["account_id"] == client.account["id"]


def test_a_removed_person_is_named_by_history_and_the_address_can_be_invited(company, anonymous):
    client, account = company.as_("company_admin"), company.account("supervisor")
    anonymous.login(account["email"], PASSWORD)
    client.delete(path(account))
    again, token = invite(company, email=account["email"])
    accept(anonymous, token)
    entry = client.pages("/api/v1/activity-logs", {"action": "auth.login", "account_id": account["id"]})[0]
    assert entry["account_email"] == account["email"] and again["id"] != account["id"]
    deleted, = client.pages("/api/v1/activity-logs", {"action": "account.delete", "resource_id": account["id"]})
    assert deleted["before"]["email"] == account["email"] and deleted["after"] is None
