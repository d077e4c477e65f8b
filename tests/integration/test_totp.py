"""The second factor (RFC 6238) and its recovery codes."""
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.client import Client
from support.second_factor import code, enrol, now
from support.stack import Stack
from support.world import PASSWORD, World

LOGIN, TOTP, ME, SETTINGS = "/api/v1/auth/login", "/api/v1/me/totp", "/api/v1/me", "/api/v1/settings"


class Person:
    """Somebody with a second factor, logged in."""

    def __init__(self, company, role="user"):
        self.account = company.account(role)
        self.client = company.admin.fresh()
        self.client.login(self.account["email"], PASSWORD)
        self.secret, self.recovery = enrol(self.client, PASSWORD)

    def login(self, totp=None, password=PASSWORD, expect=200):
        body = {"login": self.account["email"], "password": password, **({"totp": totp} if totp else {})}
        return self.client.fresh().post(LOGIN, body, expect=expect)


@pytest.fixture
def person(company):
    return Person(company)


def test_enrolment_takes_the_password_and_a_code(company, sql):
    client = company.person("user")
    assert client.post(TOTP, {"password": "certainly-not-this-one"}, expect=422).field_errors == {"password": "wrong"}
    begun = client.post(TOTP, {"password": PASSWORD}).json
    assert begun["uri"].startswith("otpauth://totp/Dialix:") and f"secret={begun['secret']}" in begun["uri"]
    assert client.get(TOTP).json == {"enabled": False, "confirmed_at": None, "recovery_codes_left": 0, "required": False}
    assert client.post(TOTP + "/confirm", {"code": code(begun["secret"], now() + 50)}, expect=422).field_errors == {"code": "wrong"}
    client.fresh().login(client.account["email"], PASSWORD)  # nothing is asked for yet
    codes = client.post(TOTP + "/confirm", {"code": code(begun["secret"])}).json["recovery_codes"]
    assert len(set(codes)) == 10
    state = client.get(TOTP).json
    assert state["enabled"] and state["recovery_codes_left"] == 10
    assert client.post(TOTP, {"password": PASSWORD}, expect=409).code == "totp_on"


def test_secret_and_recovery_codes_are_not_stored_in_the_clear(person, sql):
    (stored,), = sql("SELECT secret_cipher FROM account_totp WHERE account_id = %s", (person.account["id"],))
    assert stored.startswith("gAAAA") and person.secret not in stored
    rows = str(sql("SELECT encode(code_hash, 'escape') FROM account_recovery_code WHERE account_id = %s", (person.account["id"],)))
    assert not any(one in rows or one.replace("-", "") in rows for one in person.recovery)
    log = str(sql("SELECT before, after FROM activity_log WHERE account_id = %s", (person.account["id"],)))
    assert person.secret not in log and not any(one in log for one in person.recovery)


@pytest.mark.parametrize("change", ["on", "off"])
def test_a_change_of_the_second_factor_rotates_the_session(company, change):
    account = company.account("user")
    client, elsewhere = company.admin.fresh(), company.admin.fresh()
    client.login(account["email"], PASSWORD)
    secret = None
    if change == "off":
        secret, _ = enrol(client, PASSWORD)
    elsewhere.post(LOGIN, {"login": account["email"], "password": PASSWORD, **({"totp": code(secret)} if secret else {})})
    before = client.session.cookies["dialix"]
    if change == "on":
        enrol(client, PASSWORD)
    else:
        client.delete(TOTP, json={"password": PASSWORD, "code": code(secret, now() + 1)})
    assert client.session.cookies["dialix"] != before
    client.get(ME)
    client.fresh().get(ME, headers={"Cookie": f"dialix={before}"}, expect=401)
    elsewhere.get(ME, expect=401)


def test_a_log_in_asks_for_the_code_only_after_the_right_password(person):
    assert person.login(password="certainly-not-this-one", expect=401).code == "invalid_credentials"
    assert person.login(password="certainly-not-this-one", totp=code(person.secret), expect=401).code == "invalid_credentials"
    answer = person.login(expect=401)
    assert answer.code == "totp_required" and "Set-Cookie" not in answer.headers
    assert person.login(totp="000000" if code(person.secret) != "000000" else "111111", expect=401).code == "totp_wrong"
    assert person.login(totp=code(person.secret)).json["account"]["id"] == person.account["id"]


@pytest.mark.parametrize("off, good", [(-2, False), (1, True), (3, False)])
def test_a_code_is_good_one_step_early_or_late(person, off, good):
    """Enrolment used the step before now; so late codes are seen as used, and early ones tell the window."""
    person.login(totp=code(person.secret, now() + off), expect=200 if good else 401)


def test_a_code_works_once(person):
    one = code(person.secret)
    person.login(totp=one)
    assert person.login(totp=one, expect=401).code == "totp_wrong"
    assert person.login(totp=code(person.secret, now() - 1), expect=401).code == "totp_wrong"


def test_a_code_works_once_when_it_comes_many_times_at_the_same_moment(person):
    one = code(person.secret)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: person.login(totp=one, expect={200, 401, 429, 503}), range(6)))
    assert [answer.status for answer in answers].count(200) == 1, answers


def test_a_recovery_code_works_once_however_it_is_typed(person):
    typed = person.recovery[0].replace("-", " ").upper()
    person.login(totp=typed)
    assert person.login(totp=typed, expect=401).code == "totp_wrong"
    person.login(totp=person.recovery[1].replace("-", ""))
    assert person.client.get(TOTP).json["recovery_codes_left"] == 8


def test_new_recovery_codes_take_the_place_of_the_old(person):
    fresh = person.client.post(TOTP + "/recovery-codes", {"password": PASSWORD}).json["recovery_codes"]
    person.login(totp=person.recovery[3], expect=401)
    person.login(totp=fresh[3])


def test_the_second_factor_is_given_up_with_password_and_code_alone(person):
    client = person.client
    assert client.delete(TOTP, json={"password": "certainly-not-this-one", "code": code(person.secret)}, expect=422).field_errors == {"password": "wrong"}
    assert client.delete(TOTP, json={"password": PASSWORD, "code": "aaaa-aaaa-aaaa-aaaa"}, expect=422).field_errors == {"code": "wrong"}
    client.delete(TOTP, json={"password": PASSWORD, "code": person.recovery[5]})
    assert client.get(TOTP).json["enabled"] is False
    person.login()
    assert client.delete(TOTP, json={"password": PASSWORD, "code": person.recovery[6]}, expect=409).code == "totp_off"
    assert client.post(TOTP + "/recovery-codes", {"password": PASSWORD}, expect=409).code == "totp_off"
    assert client.post(TOTP + "/confirm", {"code": "123456"}, expect=409).code == "totp_off"


def test_wrong_codes_are_throttled_as_wrong_passwords_are(company, sql):
    person = Person(company)
    sql("DELETE FROM login_known")  # as from an address where nobody knows them
    for _ in range(5):
        assert person.login(totp="aaaa-aaaa-aaaa-aaaa", expect=401).code == "totp_wrong"
    answer = person.login(totp=code(person.secret), expect=429)
    assert answer.code == "too_many_tries" and 1 <= int(answer.headers["Retry-After"]) <= 60


def test_a_password_guesser_with_a_session_is_throttled(company):
    client = company.person("user")
    for _ in range(5):
        client.post(ME + "/password", {"current_password": "guess", "new_password": "quiet-river-kettle"}, expect=422)
    answer = client.post(ME + "/password", {"current_password": PASSWORD, "new_password": "quiet-river-kettle"}, expect=429)
    assert answer.code == "too_many_tries" and int(answer.headers["Retry-After"]) <= 60
    client.post(TOTP, {"password": PASSWORD}, expect=429)
    client.get(ME)


def test_a_company_may_demand_a_second_factor(company, sql):
    """Counts for sessions that live, at the next request, and ends with the enrolment."""
    person, boss = company.person("user"), company.as_("company_admin")
    for _ in range(4):
        person.get("/api/v1/records")
    company.as_("supervisor").patch(SETTINGS, {"require_totp": True}, expect=403)
    assert boss.get(SETTINGS).json["require_totp"] is False
    assert boss.patch(SETTINGS, {"require_totp": True}).json["require_totp"] is True
    for client in (person, boss):
        assert client.get("/api/v1/records", expect=403).code == "totp_enrolment_required"
        client.get(ME)
    assert person.get(TOTP).json["required"] is True
    enrol(person, PASSWORD)
    person.get("/api/v1/records")
    boss.post("/api/v1/auth/logout", expect=204)
    noted = sql("SELECT before, after FROM activity_log WHERE action = 'settings.update' AND company_id = %s", (company.id,))
    assert noted == [({"require_totp": False}, {"require_totp": True})]


def test_an_administrator_who_demands_a_second_factor_without_one_is_led_to_enrolment_and_not_locked_out(company):
    """Their session lives and reaches enrolment alone; a new log-in does the same. Behind it all is as before."""
    boss = company.person("company_admin")
    boss.patch(SETTINGS, {"require_totp": True})
    again = boss.fresh()
    again.login(boss.account["email"], PASSWORD)
    for client in (boss, again):
        assert client.get(SETTINGS, expect=403).code == "totp_enrolment_required"
        assert client.patch(SETTINGS, {"require_totp": False}, expect=403).code == "totp_enrolment_required"
    secret, _ = enrol(boss, PASSWORD)
    assert boss.get(SETTINGS).json["require_totp"] is True
    boss.fresh().post(LOGIN, {"login": boss.account["email"], "password": PASSWORD, "totp": code(secret)})
    assert boss.patch(SETTINGS, {"require_totp": False}).json["require_totp"] is False
    company.as_("viewer").get("/api/v1/records")


def test_a_demand_for_a_second_factor_ends_at_the_next_request_too(company):
    boss, person = Person(company, "company_admin"), company.person("user")
    person.get("/api/v1/records")
    boss.client.patch(SETTINGS, {"require_totp": True})
    person.get("/api/v1/records", expect=403)
    boss.client.patch(SETTINGS, {"require_totp": False})
    person.get("/api/v1/records")


def test_a_company_demands_a_second_factor_of_its_own_people_alone(company, world):
    """Neither other companies' people nor the platform's, who act in it, are asked."""
    boss, elsewhere = Person(company, "company_admin"), world.company().as_("viewer")
    boss.client.patch(SETTINGS, {"require_totp": True})
    elsewhere.get("/api/v1/records")
    company.admin.get("/api/v1/records", query={"company_id": company.id})


def test_an_administrator_takes_a_lost_second_factor_away(company, sql):
    person, boss = Person(company), Person(company, "company_admin")
    path = f"/api/v1/accounts/{person.account['id']}/totp"
    company.as_("supervisor").delete(path, expect=403)
    boss.client.delete(f"/api/v1/accounts/{boss.account['id']}/totp", expect=409)
    boss.client.delete(path)
    person.client.get(ME, expect=401)
    person.login()
    noted = sql("SELECT after ->> 'second_factor_removed' FROM activity_log WHERE action = 'account.reset_totp' AND resource_id = %s",
                (person.account["id"],))
    assert noted == [("true",)]


def test_an_administrator_of_less_takes_no_second_factor_away(company, world):
    person = Person(company, "company_admin")
    world.company().as_("company_admin").delete(f"/api/v1/accounts/{person.account['id']}/totp", expect=404)
    person.client.get(ME)


def test_the_platform_may_demand_a_second_factor_of_its_administrators(document, journal):
    """By the installation's setting; nobody's company is asked."""
    own = Stack.start(PLATFORM_REQUIRE_TOTP="true")
    try:
        boss = Client(own.url, document, journal)
        boss.login(*own.admin)
        assert boss.get("/api/v1/companies", expect=403).code == "totp_enrolment_required"
        assert boss.get(TOTP).json["required"] is True
        enrol(boss, own.admin[1])
        person = World(boss).company().as_("company_admin")
        assert person.get(TOTP).json["required"] is False
    finally:
        own.stop()
