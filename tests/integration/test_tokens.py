"""API tokens: scopes, ends, and what they can never do."""
import pytest

from support.world import PASSWORD

TOKENS = "/api/v1/me/tokens"
OWN = [("GET", "/api/v1/me/sessions"), ("DELETE", "/api/v1/me/sessions"), ("GET", TOKENS), ("POST", TOKENS), ("GET", "/api/v1/me/totp"),
       ("POST", "/api/v1/me/totp"), ("DELETE", "/api/v1/me/totp"), ("POST", "/api/v1/me/totp/confirm"),
       ("POST", "/api/v1/me/totp/recovery-codes"), ("POST", "/api/v1/me/password"), ("PATCH", "/api/v1/me"), ("POST", "/api/v1/auth/logout")]


def make(client, *scopes, **fields):
    return client.post(TOKENS, {"name": "A program", "scopes": list(scopes), **fields}, expect=201)


class Program:
    """Calls with a token: no cookie, no Origin."""

    def __init__(self, client, token):
        self.client, self.headers = client.fresh(), {"Authorization": f"Bearer {token}"}

    def request(self, method, path, **kwargs):
        return self.client.request(method, path, headers=self.headers, origin=None, **kwargs)

    def get(self, path, expect=200):
        return self.request("GET", path, expect=expect)


@pytest.fixture
def person(company):
    return company.person("supervisor")


def test_a_token_is_shown_once_and_stored_hashed(person, sql):
    made = make(person, "view_records").json
    assert make(person, "view_records").headers["Location"].startswith(TOKENS)
    assert made["token"] not in person.get(TOKENS).body.decode()
    (stored,), = sql("SELECT encode(token_hash, 'hex') FROM api_token WHERE id = %s", (made["details"]["id"],))
    assert len(stored) == 64 and made["token"] not in str(sql("SELECT * FROM api_token WHERE id = %s", (made["details"]["id"],)))
    noted = sql("SELECT after::text FROM activity_log WHERE action = 'token.create' AND resource_id = %s", (made["details"]["id"],))
    assert len(noted) == 1 and made["token"] not in noted[0][0]


def test_a_token_does_what_its_scopes_name_and_nothing_else(person):
    program = Program(person, make(person, "view_records").json["token"])
    program.get("/api/v1/records")
    assert program.get("/api/v1/me").json["account"]["id"] == person.account["id"]
    assert program.get("/api/v1/dashboard", expect=403).code == "forbidden"
    assert program.request("POST", "/api/v1/operators", json={"code": "101", "name": "X"}, expect=403).code == "forbidden"


def test_a_token_needs_no_origin_and_a_cookie_beside_it_does_not_count(person):
    program = Program(person, make(person, "manage_operators").json["token"])
    program.request("POST", "/api/v1/operators", json={"code": "777", "name": "By a program"}, expect=201)


@pytest.mark.parametrize("scopes, error", [
    (["manage_users"], {"scopes[0]": "not_held"}), (["admin"], {"scopes[0]": "not_held"}), (["root"], {"scopes[0]": "not_allowed"}),
    (["view_records", "manage_billing"], {"scopes[1]": "not_held"}), ([], {"scopes": "required"}), ("view_records", {"scopes": "type"})])
def test_scopes_are_permissions_that_the_person_holds(person, scopes, error):
    assert person.post(TOKENS, {"name": "Too much", "scopes": scopes}, expect=422).field_errors == error


def test_a_scope_that_its_owner_loses_is_lost_to_the_token(company):
    account = company.account("supervisor")
    client = company.admin.fresh()
    client.login(account["email"], PASSWORD)
    program = Program(client, make(client, "view_records", "view_analytics").json["token"])
    program.get("/api/v1/dashboard")
    company.admin.patch(f"/api/v1/accounts/{account['id']}", {"role": "operator", "operator_id": company.operator()["id"]}, query=company.scope)
    program.get("/api/v1/dashboard", expect=403)
    program.get("/api/v1/records")


@pytest.mark.parametrize("days, error", [(0, "out_of_range"), (367, "out_of_range"), (None, "type"), ("30", "type")])
def test_a_token_ends_within_a_year(person, days, error):
    assert person.post(TOKENS, {"name": "X", "scopes": ["view_records"], "expires_in_days": days}, expect=422).field_errors == {"expires_in_days": error}


def test_a_token_ends_after_90_days_unless_told_otherwise(person, sql):
    for fields, days in (({}, 90), ({"expires_in_days": 366}, 366), ({"expires_in_days": 1}, 1)):
        made = make(person, "view_records", **fields).json["details"]
        assert sql("SELECT round(extract(epoch FROM expires_at - created_at) / 86400) FROM api_token WHERE id = %s", (made["id"],)) == [(days,)]


def test_an_expired_token_is_refused(person, sql):
    made = make(person, "view_records").json
    program = Program(person, made["token"])
    sql("UPDATE api_token SET expires_at = now() - interval '1 second' WHERE id = %s", (made["details"]["id"],))
    program.get("/api/v1/records", expect=401)


def test_a_revoked_token_is_refused_at_once_by_workers_that_remember_it(person):
    made = make(person, "view_records").json
    program = Program(person, made["token"])
    for _ in range(8):
        program.get("/api/v1/records")
    person.delete(f"{TOKENS}/{made['details']['id']}")
    for _ in range(8):
        program.get("/api/v1/records", expect=401)
    person.delete(f"{TOKENS}/{made['details']['id']}", expect=404)
    assert made["details"]["id"] not in {item["id"] for item in person.get(TOKENS).json["items"]}


def test_a_blocked_owners_token_is_refused_at_once(company):
    account = company.account("user")
    client = company.admin.fresh()
    client.login(account["email"], PASSWORD)
    program = Program(client, make(client, "view_records").json["token"])
    program.get("/api/v1/records")
    company.admin.post(f"/api/v1/accounts/{account['id']}/block", {}, query=company.scope, expect={200, 204})
    program.get("/api/v1/records", expect=401)


@pytest.mark.parametrize("method, path", OWN, ids=lambda value: value)
def test_a_token_never_touches_credentials_or_the_persons_own(company, method, path):
    """Whatever its scopes: all that the person has."""
    person = company.as_("company_admin")
    every = person.get("/api/v1/me").json["permissions"]
    program = Program(person, make(person, *every).json["token"])
    body = {} if method in ("POST", "PATCH") or path.endswith("/totp") and method == "DELETE" else None
    assert program.request(method, path, json=body, expect=403).code == "session_required"


def test_the_last_use_is_noted_once_a_minute_without_a_round_trip_of_its_own(person, sql):
    made = make(person, "view_records").json
    program = Program(person, made["token"])
    assert made["details"]["last_used_at"] is None
    first = program.get("/api/v1/operators")
    assert first.round_trips <= 2
    (used,), = sql("SELECT last_used_at FROM api_token WHERE id = %s", (made["details"]["id"],))
    assert used is not None
    sql("UPDATE account SET name = name || '.' WHERE id = %s", (person.account["id"],))  # so that it is looked up again
    program.get("/api/v1/operators")
    assert sql("SELECT last_used_at FROM api_token WHERE id = %s", (made["details"]["id"],)) == [(used,)]
    sql("UPDATE api_token SET last_used_at = now() - interval '2 minutes' WHERE id = %s", (made["details"]["id"],))
    sql("UPDATE account SET name = name || '.' WHERE id = %s", (person.account["id"],))
    program.get("/api/v1/operators")
    assert sql("SELECT last_used_at > now() - interval '1 minute' FROM api_token WHERE id = %s", (made["details"]["id"],)) == [(True,)]


def test_nobody_has_more_than_a_hundred_tokens(person, sql):
    sql("INSERT INTO api_token (id, account_id, company_id, name, token_hash, scopes, expires_at) SELECT gen_random_uuid(), id, company_id, 'X', "
        "sha256(n::text::bytea || id::text::bytea), '{}', now() + interval '1 day' FROM account, generate_series(1, 100) AS n WHERE id = %s",
        (person.account["id"],))
    assert person.post(TOKENS, {"name": "X", "scopes": ["view_records"]}, expect=409).code == "too_many_tokens"


def test_nobody_sees_or_revokes_anothers_token(company, person):
    made = make(person, "view_records").json["details"]
    boss = company.as_("company_admin")
    assert made["id"] not in {item["id"] for item in boss.get(TOKENS).json["items"]}
    boss.delete(f"{TOKENS}/{made['id']}", expect=404)


def test_a_platform_administrators_token_does_not_do_more_than_its_scopes(admin, company):
    """Without the scope `admin` it is no platform administrator where companies are added, priced and blocked."""
    narrow, wide = (Program(admin, make(admin, *scopes).json["token"]) for scopes in (["manage_company"], ["manage_company", "admin"]))
    path = f"/api/v1/companies/{company.id}"
    assert narrow.get(path).json["id"] == company.id
    narrow.request("PATCH", path, json={"price_per_minute_minor": 1}, expect=403)
    narrow.request("POST", f"{path}/block", json={}, expect=403)
    narrow.request("POST", "/api/v1/companies", json={"name": "By a narrow token"}, expect=403)
    assert wide.request("PATCH", path, json={"price_per_minute_minor": 1}, expect=200).json["price_per_minute_minor"] == 1


@pytest.mark.parametrize("revoke", [None, False, True])
def test_a_change_of_the_own_password_ends_the_tokens_where_it_is_asked_to(company, revoke):
    person = company.person("supervisor")
    token = person.post(TOKENS, {"name": "One", "scopes": ["view_records"]}, expect=201).json["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    person.fresh().get("/api/v1/records", headers=bearer)
    person.post("/api/v1/me/password", {"current_password": PASSWORD, "new_password": "quiet-river-kettle",
                                        **({} if revoke is None else {"revoke_tokens": revoke})}, expect=204)
    person.fresh().get("/api/v1/records", headers=bearer, expect=401 if revoke else 200)
    assert len(person.get(TOKENS).json["items"]) == (0 if revoke else 1)
