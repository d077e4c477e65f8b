"""Browsers that have logged in before (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): nobody locks them out from
elsewhere, and a device cookie gives no more than that."""
import base64
import re
from datetime import datetime, timedelta, timezone

import pytest

from support.world import PASSWORD, unique

LOGIN, ME = "/api/v1/auth/login", "/api/v1/me"
NAME, WRONG = "dialix-device", "certainly-not-this-one"


def forget_where(sql):
    sql("DELETE FROM login_known")


def lock_account(sql, account):
    """As if somebody had guessed too often elsewhere: whoever is a stranger waits."""
    forget_where(sql)
    for _ in range(9):
        sql("SELECT throttle_fail('account:' || lower(%s), 5)", (account["email"],))


class Device:
    """A browser that has logged in to the account, and logged out: nothing but its device cookie is left."""

    def __init__(self, client, account, password=PASSWORD):
        self.client, self.account = client.fresh(), account
        self.client.login(account["email"], password)
        self.cookie = self.client.session.cookies[NAME]
        self.client.post("/api/v1/auth/logout", expect=204)

    def login(self, cookie=None, password=PASSWORD, expect=200, account=None):
        return self.client.fresh().post(LOGIN, {"login": (account or self.account)["email"], "password": password}, expect=expect,
                                        headers={"Cookie": f"{NAME}={cookie or self.cookie}"})


@pytest.fixture
def account(company):
    return company.account("user")


@pytest.fixture
def device(anonymous, account, sql):
    made = Device(anonymous, account)
    lock_account(sql, account)
    return made


def is_stranger(device, **changed):
    """The account is locked, and only who is known to it may try."""
    assert device.login(**changed, expect=429).code == "too_many_tries"


def test_https_cookie_is_host_bound_secure_and_hidden_from_scripts(anonymous_https, account):
    cookies = re.split(r", (?=__Host-)", anonymous_https.login(account["email"], PASSWORD).headers["Set-Cookie"])
    (cookie,) = [cookie for cookie in cookies if cookie.startswith("__Host-dialix-device=")]
    attributes = {part.strip().split("=")[0].lower(): part.partition("=")[2] for part in cookie.split(";")[1:]}
    assert {"httponly", "secure"} <= set(attributes) and "domain" not in attributes
    assert attributes["samesite"].lower() == "lax" and attributes["path"] == "/" and attributes["max-age"] == "7776000"


def test_it_tells_nothing_of_whose_it_is(device, account):
    raw = base64.urlsafe_b64decode(device.cookie + "=" * (-len(device.cookie) % 4))
    assert len(raw) == 57 and account["email"].encode() not in raw and bytes.fromhex(account["id"].replace("-", "")) not in raw


def test_a_known_device_is_not_locked_out_from_elsewhere(device, anonymous, account):
    anonymous.fresh().login(account["email"], PASSWORD, expect=429)
    assert device.login().json["account"]["id"] == account["id"]


def test_logging_out_keeps_it_and_it_opens_nothing_by_itself(device, anonymous):
    anonymous.get(ME, headers={"Cookie": f"{NAME}={device.cookie}"}, expect=401)
    anonymous.get(ME, headers={"Cookie": f"dialix={device.cookie}"}, expect=401)
    assert device.login(password=WRONG, expect=401).code == "invalid_credentials"


@pytest.mark.parametrize("forged", [
    "x", "A" * 76, "", *[lambda cookie, at=at: cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1:] for at in (0, 5, 14, 30, 40, 74)],
    lambda cookie: cookie[:-1], lambda cookie: cookie + "AA", lambda cookie: cookie + cookie, lambda cookie: "A" * 4000,
], ids=str)
def test_a_forged_one_is_no_device(device, forged):
    changed = forged(device.cookie) if callable(forged) else forged
    is_stranger(device, cookie=changed or " ")
    device.login()


def test_one_of_another_account_is_no_device_and_looks_like_a_forged_one(device, company, sql):
    other = company.account("user")
    lock_account(sql, other)
    foreign, forged = (device.login(cookie=cookie, account=other, expect=429) for cookie in (device.cookie, "A" * 76))
    assert foreign.code == forged.code == "too_many_tries" and foreign.json["detail"] == forged.json["detail"]
    assert sorted(foreign.headers) == sorted(forged.headers)


def test_it_is_no_oracle_for_names(device, anonymous):
    """A name that does not exist and one that does get the same answer with any cookie."""
    for cookie in (device.cookie, "A" * 76):
        nobody = anonymous.fresh().post(LOGIN, {"login": unique("nobody") + "@example.uz", "password": WRONG}, expect=401,
                                        headers={"Cookie": f"{NAME}={cookie}"})
        assert nobody.code == "invalid_credentials" and "Set-Cookie" not in nobody.headers
    known = device.login(password=WRONG, expect=401)
    assert known.json["detail"] == nobody.json["detail"] and "Set-Cookie" not in known.headers


def test_it_has_a_throttle_of_its_own(device, anonymous, account, sql):
    sql("DELETE FROM login_throttle")
    for _ in range(5):
        device.login(password=WRONG, expect=401)
    answer = device.login(expect=429)
    assert answer.code == "too_many_tries" and int(answer.headers["Retry-After"]) <= 60
    anonymous.fresh().login(account["email"], PASSWORD)  # whoever stole it, locks the owner out nowhere else
    assert sql("SELECT failures FROM login_throttle WHERE key = throttle_key('account:' || lower(%s))", (account["email"],)) == []


def test_each_log_in_makes_another_one(device):
    after = device.login().headers["Set-Cookie"]
    assert f"{NAME}=" in after and device.cookie not in after


def test_an_own_change_of_the_password_revokes_all_but_the_one_that_it_gives(anonymous, account, sql):
    old, here = Device(anonymous, account), anonymous.fresh()
    here.login(account["email"], PASSWORD)
    here.post("/api/v1/me/password", {"current_password": PASSWORD, "new_password": "quiet-river-kettle"}, expect=204)
    lock_account(sql, account)
    is_stranger(old, password="quiet-river-kettle")
    is_stranger(old, cookie="A" * 76, password="quiet-river-kettle")
    old.login(cookie=here.session.cookies[NAME], password="quiet-river-kettle")


def test_a_reset_and_a_password_set_by_an_administrator_revoke_it(anonymous, company, sql):
    boss = company.as_("company_admin")
    for change in ("reset", "set"):
        account = company.account("user")
        device = Device(anonymous, account)
        if change == "reset":
            token = boss.post(f"/api/v1/accounts/{account['id']}/reset-password", expect=201).json["token"]
            anonymous.fresh().post("/api/v1/auth/reset-password", {"token": token, "new_password": "quiet-river-kettle"}, expect=204)
        else:
            boss.patch(f"/api/v1/accounts/{account['id']}", {"password": "quiet-river-kettle"})
        lock_account(sql, account)
        is_stranger(device, password="quiet-river-kettle")


def test_of_an_account_that_was_removed_it_is_no_device_of_who_has_the_address_now(anonymous, company, sql):
    account = company.account("user")
    device = Device(anonymous, account)
    boss = company.as_("company_admin")
    boss.delete(f"/api/v1/accounts/{account['id']}")
    again = boss.post("/api/v1/accounts", {"email": account["email"], "name": "Somebody Else", "role": "user", "password": PASSWORD, "language": "en"},
                      expect=201).json
    lock_account(sql, account)
    is_stranger(device)
    assert again["id"] != account["id"]


def test_an_old_one_is_no_device(device, account, sql):
    """As if the password were of last year and the cookie of before it: what counts is when it was made."""
    sql("UPDATE account SET password_changed_at = %s WHERE id = %s", (datetime.now(timezone.utc) + timedelta(seconds=5), account["id"]))
    is_stranger(device)
    sql("UPDATE account SET password_changed_at = now() - interval '1 year' WHERE id = %s", (account["id"],))
    device.login()


def test_the_log_says_whether_the_device_was_known(device, account, sql):
    device.login()
    noted = sql("SELECT (after ->> 'known_device')::boolean FROM activity_log WHERE action = 'auth.login' AND account_id = %s ORDER BY created_at",
                (account["id"],))
    assert noted == [(False,), (True,)]
