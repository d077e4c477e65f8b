"""Who did what: what changes something is in the log, with who and from where, and never a secret."""
import pytest

from support.world import PASSWORD

LOGS = "/api/v1/activity-logs"


def test_changes_are_logged_with_who_and_what(company, sounds):
    client = company.as_("company_admin")
    operator = client.post("/api/v1/operators", {"code": "101", "name": "A"}, expect=201)
    client.patch(f"/api/v1/operators/{operator.json['id']}", {"name": "B"})
    client.delete(f"/api/v1/operators/{operator.json['id']}")
    record = company.upload(sounds.beep, client=client)
    client.delete(f"/api/v1/records/{record['id']}")
    client.patch("/api/v1/settings", {"purposes": ["order"]})
    log = client.pages(LOGS, limit=3)
    about = [entry for entry in log if entry["resource_id"] == operator.json["id"]]
    assert len(about) == 3 and len({entry["action"] for entry in about}) == 3
    for entry in about:
        assert entry["account_id"] == client.account["id"] and entry["account_email"] == client.account["email"]
        assert entry["remote_addr"] and entry["resource_type"] == "operator"
    assert about[-1]["request_id"] == operator.headers["X-Request-Id"]
    changed = next(entry for entry in about if entry["before"] and entry["after"])
    assert (changed["before"]["name"], changed["after"]["name"]) == ("A", "B")
    assert len([entry for entry in log if entry["resource_id"] == record["id"]]) == 2
    assert [entry["created_at"] for entry in log] == sorted((entry["created_at"] for entry in log), reverse=True)


def test_no_secret_is_logged(company):
    client = company.as_("company_admin")
    account = client.post("/api/v1/accounts", {"email": f"n{company.id}@example.uz", "name": "N", "role": "user", "password": PASSWORD}, expect=201).json
    client.patch(f"/api/v1/accounts/{account['id']}", {"password": "another-long-one"})
    client.fresh().login(account["email"], "another-long-one")
    text = "".join(str(entry) for entry in client.pages(LOGS))
    assert account["id"] in text
    for secret in (PASSWORD, "another-long-one", "argon2", "scrypt"):
        assert secret not in text


def test_logins_are_logged(company, anonymous):
    account = company.account("user")
    anonymous.login(account["email"], PASSWORD)
    actions = [entry["action"] for entry in company.as_("company_admin").pages(LOGS, {"account_id": account["id"]})]
    assert any("login" in action for action in actions)


def test_the_log_filters(company):
    client = company.as_("company_admin")
    operator = client.post("/api/v1/operators", {"code": "101", "name": "A"}, expect=201).json
    entry, = client.pages(LOGS, {"resource_id": operator["id"], "resource_type": "operator"})
    assert entry in client.pages(LOGS, {"action": entry["action"]})
    assert client.pages(LOGS, {"action": "no.such"}) == []
    assert client.pages(LOGS, {"end": "2020-01-01"}) == []


@pytest.mark.parametrize("query, path", [({"account_id": "x"}, "account_id"), ({"start": "x"}, "start"), ({"cursor": "!"}, "cursor")])
def test_wrong_filters_are_named(company, query, path):
    assert path in company.as_("company_admin").get(LOGS, query=query, expect=422).field_errors
