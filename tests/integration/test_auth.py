"""Logging in and out, the session cookie, and the Origin check (RFC 6265bis, OWASP CSRF)."""
import pytest

from support.world import PASSWORD, unique

ME = "/api/v1/me"


@pytest.fixture
def person(company):
    return company.account("supervisor", name="Dilnoza Karimova")


def test_login_tells_who_one_is_and_what_one_may(anonymous, company, person):
    answer = anonymous.login(person["email"], PASSWORD)
    assert answer.json["account"]["id"] == person["id"]
    assert answer.json["account"]["company_id"] == company.id
    assert answer.json["company"]["name"] == company.company["name"]
    assert set(answer.json["permissions"]) == {"view_analytics", "manage_checklists", "manage_operators", "view_records",
                                               "update_records", "delete_records"}
    assert anonymous.get(ME).json == answer.json


def test_login_ignores_the_case_of_the_email(anonymous, person):
    assert anonymous.login(person["email"].upper(), PASSWORD).json["account"]["email"] == person["email"]


def test_https_cookie_is_host_bound_secure_and_hidden_from_scripts(anonymous_https, person):
    cookie = anonymous_https.login(person["email"], PASSWORD).headers["Set-Cookie"]
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-dialix=")
    attributes = {attribute.split("=")[0].lower(): attribute.partition("=")[2] for attribute in attributes}
    assert {"httponly", "secure"} <= set(attributes)
    assert attributes["samesite"].lower() == "lax"
    assert attributes["path"] == "/"
    assert "domain" not in attributes
    anonymous_https.get(ME)


def test_http_cookie_is_the_development_one(anonymous, person):
    cookie = anonymous.login(person["email"], PASSWORD).headers["Set-Cookie"]
    assert cookie.startswith("dialix=")
    assert "httponly" in cookie.lower() and "samesite=lax" in cookie.lower()


def test_each_login_makes_a_new_session(anonymous, person):
    first = anonymous.login(person["email"], PASSWORD).headers["Set-Cookie"].split(";")[0]
    second = anonymous.fresh().login(person["email"], PASSWORD).headers["Set-Cookie"].split(";")[0]
    assert first != second


def test_the_session_token_is_not_stored_in_the_clear(anonymous, person, sql):
    anonymous.login(person["email"], PASSWORD)
    token = anonymous.session.cookies["dialix"]
    (stored,), = sql("SELECT token_hash FROM session WHERE account_id = %s", (person["id"],))
    assert token.encode() not in bytes(stored)
    assert bytes(stored).hex() not in token


def test_wrong_password_and_unknown_login_look_the_same(anonymous, person):
    wrong = anonymous.login(person["email"], "not-the-password", expect=401)
    unknown = anonymous.login("nobody@example.uz", "not-the-password", expect=401)
    assert wrong.code == unknown.code == "invalid_credentials"
    assert wrong.json["detail"] == unknown.json["detail"]
    assert "Set-Cookie" not in wrong.headers
    anonymous.get(ME, expect=401)


@pytest.mark.parametrize("body, path", [
    ({"password": "x"}, "login"), ({"login": "a@b.uz"}, "password"), ({"login": 5, "password": "x"}, "login"),
    ({"login": "", "password": "x"}, "login"), ({"login": "a@b.uz", "password": None}, "password"),
    ({"login": "a" * 300, "password": "x"}, "login"), ({"login": "a@b.uz", "password": "x", "more": 1}, "more"),
])
def test_login_names_the_wrong_field(anonymous, body, path):
    assert path in anonymous.post("/api/v1/auth/login", body, expect=422).field_errors


def test_login_names_all_wrong_fields_at_once(anonymous):
    assert set(anonymous.post("/api/v1/auth/login", {}, expect=422).field_errors) == {"login", "password"}


def test_logout_ends_the_session_on_the_server(anonymous, person):
    anonymous.login(person["email"], PASSWORD)
    token = anonymous.session.cookies["dialix"]
    anonymous.post("/api/v1/auth/logout", expect=204)
    anonymous.session.cookies.clear()
    assert anonymous.get(ME, expect=401, headers={"Cookie": f"dialix={token}"}).code == "unauthenticated"


@pytest.mark.parametrize("cookie", [None, "dialix=", "dialix=nonsense", "dialix=" + "A" * 43, "dialix=" + "A" * 4000, "other=1"])
def test_without_a_session_nothing_is_told(anonymous, cookie):
    answer = anonymous.get(ME, expect=401, headers={"Cookie": cookie} if cookie else {})
    assert answer.code == "unauthenticated"


def test_an_expired_session_is_none(anonymous, person, sql):
    anonymous.login(person["email"], PASSWORD)
    sql("UPDATE session SET expires_at = now() - interval '1 second' WHERE account_id = %s", (person["id"],))
    # A worker may have it in its cache for a moment at most when the session was used; this one never was.
    anonymous.get(ME, expect=401)


@pytest.mark.parametrize("headers, origin", [
    ({}, None), ({}, "https://evil.example"), ({}, "null"), ({}, "http://127.0.0.1.evil.example"),
    ({"Referer": "https://evil.example/page"}, None), ({"Sec-Fetch-Site": "cross-site"}, None),
    ({"Sec-Fetch-Site": "same-site"}, None), ({"Sec-Fetch-Site": "same-origin"}, "https://evil.example"),
], ids=str)
def test_a_foreign_page_cannot_act_with_our_cookie(company, headers, origin):
    client = company.as_("company_admin")
    answer = client.patch(ME, {"name": "Forged"}, headers=headers, origin=origin, expect=403)
    assert answer.code == "cross_origin"
    assert client.get(ME).json["account"]["name"] != "Forged"


@pytest.mark.parametrize("how", ["origin", "referer", "sec-fetch-site"])
def test_our_own_page_can_act(company, stack, how):
    client = company.as_("supervisor")
    headers = {"referer": {"Referer": stack.url + "/calls"}, "sec-fetch-site": {"Sec-Fetch-Site": "same-origin"}}.get(how, {})
    client.patch(ME, {"name": how}, headers=headers, origin="same" if how == "origin" else None)
    assert client.get(ME).json["account"]["name"] == how


def test_reading_needs_no_origin(company):
    company.as_("viewer").get(ME, headers={"Origin": "https://evil.example"})


def test_a_foreign_page_cannot_log_the_visitor_in_or_out(company, person):
    client = company.as_("viewer")
    assert client.post("/api/v1/auth/logout", origin="https://evil.example", expect=403).code == "cross_origin"
    client.get(ME)


def test_me_can_be_changed_but_not_ones_role(company):
    client = company.as_("user")
    changed = client.patch(ME, {"name": "Aziza", "language": "ru"}).json
    assert (changed["account"]["name"], changed["account"]["language"]) == ("Aziza", "ru")
    assert "role" in client.patch(ME, {"role": "admin"}, expect=422).field_errors
    assert "language" in client.patch(ME, {"language": "xx"}, expect=422).field_errors
    client.patch(ME, {}, expect=422)
    assert client.get(ME).json == changed


def test_changing_the_password_ends_the_other_sessions(company, anonymous):
    account = company.account("user")
    here, there = anonymous.fresh(), anonymous.fresh()
    here.login(account["email"], PASSWORD)
    there.login(account["email"], PASSWORD)
    here.post("/api/v1/me/password", {"current_password": PASSWORD, "new_password": "a-new-passphrase"}, expect=204)
    here.get(ME)
    there.get(ME, expect=401)
    anonymous.login(account["email"], PASSWORD, expect=401)
    anonymous.login(account["email"], "a-new-passphrase")


def test_a_password_change_is_refused_with_the_reason(company):
    client = company.as_("viewer")
    wrong = client.post("/api/v1/me/password", {"current_password": "wrong", "new_password": "long-enough-one"}, expect=422)
    assert wrong.field_errors == {"current_password": "wrong"}
    short = client.post("/api/v1/me/password", {"current_password": PASSWORD, "new_password": "short"}, expect=422)
    assert "new_password" in short.field_errors
    client.get(ME)


def test_a_deactivated_account_is_out_at_once_and_cannot_come_back(company, anonymous):
    account = company.account("user")
    anonymous.login(account["email"], PASSWORD)
    anonymous.get(ME)
    company.admin.patch(f"/api/v1/accounts/{account['id']}", {"active": False}, query=company.scope)
    anonymous.get(ME, expect={401, 403})
    assert anonymous.fresh().login(account["email"], PASSWORD, expect={401, 403}).code in ("blocked", "invalid_credentials")


def test_people_of_a_closed_company_are_out(world, anonymous):
    company = world.company()
    account = company.account("company_admin")
    anonymous.login(account["email"], PASSWORD)
    company.admin.patch(f"/api/v1/companies/{company.id}", {"active": False})
    anonymous.get(ME, expect={401, 403})
    anonymous.fresh().login(account["email"], PASSWORD, expect={401, 403})


def test_a_platform_admin_names_the_company_to_act_in(admin, company):
    me = admin.get(ME).json
    assert me["company"] is None and me["account"]["company_id"] is None and "admin" in me["permissions"]
    assert "company_id" in admin.get("/api/v1/settings", expect=422).field_errors
    assert admin.get("/api/v1/settings", query=company.scope).json["language"] == "en"
    assert "company_id" in admin.get("/api/v1/settings", query={"company_id": unique("x")}, expect=422).field_errors


def test_passwords_are_stored_with_a_memory_hard_hash(company, sql):
    account = company.account("user")
    (stored,), = sql("SELECT password_hash FROM account WHERE id = %s", (account["id"],))
    assert stored.startswith(("$argon2id$", "$scrypt$", "scrypt:"))
    assert PASSWORD not in stored
