"""Log-ins are throttled by account and by address, in PostgreSQL."""
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.client import Client
from support.stack import Stack
from support.world import PASSWORD, World, unique

LOGIN = "/api/v1/auth/login"
WRONG = "certainly-not-this-one"


def stranger():
    return unique("nobody") + "@example.uz"


def fail(client, login, expect=401):
    return client.fresh().login(login, WRONG, expect=expect)


def forget_where(sql):
    """As if nobody had ever logged in from here."""
    sql("DELETE FROM login_known")


def later(sql, seconds):
    """Moves what the throttle has noted into the past."""
    sql("UPDATE login_throttle SET last_failed_at = last_failed_at - make_interval(secs => %s), "
        "blocked_until = blocked_until - make_interval(secs => %s)", (seconds, seconds))


@pytest.fixture
def account(company, sql):
    forget_where(sql)
    return company.account("user")


def test_after_five_failures_an_account_waits_and_even_the_right_password_does(anonymous, account):
    for _ in range(5):
        assert fail(anonymous, account["email"]).code == "invalid_credentials"
    answer = anonymous.login(account["email"], PASSWORD, expect=429)
    assert answer.code == "too_many_tries" and 1 <= int(answer.headers["Retry-After"]) <= 60


def test_an_unknown_name_is_throttled_just_the_same(anonymous, account, sql):
    name, seen = stranger(), {}
    for login in (name, account["email"].upper()):
        answers = [fail(anonymous, login, expect={401, 429}) for _ in range(7)]
        seen[login] = [(a.status, a.code, a.json["detail"], sorted(h.lower() for h in a.headers)) for a in answers]
    assert seen[name] == seen[account["email"].upper()]
    assert [status for status, *_ in seen[name]] == [401] * 5 + [429] * 2


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(anonymous, account, sql):
    for _ in range(5):
        fail(anonymous, account["email"])
    for minutes in (1, 2, 4, 8, 15, 15):
        waits = int(fail(anonymous, account["email"], expect=429).headers["Retry-After"])
        assert minutes * 60 - 30 <= waits <= minutes * 60
        later(sql, minutes * 60)
        fail(anonymous, account["email"])


def test_a_quiet_quarter_of_an_hour_forgets_the_failures(anonymous, account, sql):
    for _ in range(4):
        fail(anonymous, account["email"])
    later(sql, 15 * 60 + 1)
    for _ in range(4):
        fail(anonymous, account["email"])
    anonymous.login(account["email"], PASSWORD)


def test_a_log_in_forgets_the_failures_before_it(anonymous, account):
    for _ in range(3):
        for _ in range(4):
            fail(anonymous, account["email"])
        anonymous.login(account["email"], PASSWORD)


def test_an_attacker_does_not_lock_out_who_is_known_where_they_are(anonymous, account, sql):
    """The attacker's address is another one: the account is blocked for it and everybody else, not for the owner's own."""
    anonymous.login(account["email"], PASSWORD)
    for _ in range(9):
        sql("SELECT throttle_fail('account:' || lower(%s), 5)", (account["email"],))
    assert sql("SELECT throttle_wait(ARRAY['account:' || lower(%s)]) > 0", (account["email"],)) == [(True,)]
    anonymous.fresh().login(account["email"], PASSWORD)
    sql("UPDATE login_known SET last_login_at = now() - interval '31 days'")
    anonymous.fresh().login(account["email"], PASSWORD, expect=429)


def test_who_is_known_is_throttled_for_themselves(anonymous, account, sql):
    anonymous.login(account["email"], PASSWORD)
    for _ in range(5):
        fail(anonymous, account["email"])
    anonymous.fresh().login(account["email"], PASSWORD, expect=429)
    assert sql("SELECT throttle_wait(ARRAY['account:' || lower(%s)])", (account["email"],)) == [(0,)]


def test_guesses_at_the_same_moment_are_no_more_than_one_after_another(anonymous, account, sql):
    """Of many at once only the free ones count as answered: the others learn nothing, not even of a right password."""
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: fail(anonymous, account["email"], expect={401, 429, 503}), range(24)))
    assert sql("SELECT failures FROM login_throttle WHERE key = throttle_key('account:' || lower(%s))", (account["email"],)) == [(5,)]


def test_the_log_of_failures_is_bounded_by_the_throttle(anonymous, account, sql):
    for _ in range(30):
        fail(anonymous, account["email"], expect={401, 429})
    noted = sql("SELECT after FROM activity_log WHERE action = 'auth.login_failed' AND after ->> 'login' = %s ORDER BY created_at", (account["email"],))
    assert len(noted) == 5
    assert [entry["blocked_s"] > 0 for (entry,) in noted] == [False] * 4 + [True]


def test_a_failure_of_a_known_account_is_in_its_companys_log(anonymous, company, account):
    fail(anonymous, account["email"])
    entries = company.as_("company_admin").get("/api/v1/activity-logs", query={"action": "auth.login_failed"}).json["items"]
    assert [entry["resource_id"] for entry in entries] == [account["id"]]


def computed(client):
    for line in client.get("/metrics").body.decode().splitlines():
        if line.startswith("dialix_password_hashes_total"):
            return int(float(line.split()[-1]))
    raise AssertionError("no dialix_password_hashes_total")


def test_known_and_unknown_names_cost_the_same_computation(anonymous, account, company, sql):
    """One Argon2id each, whatever there is to compare with; so nothing but noise is in the time."""
    invited = company.account("user")
    sql("UPDATE account SET password_hash = '!' WHERE id = %s", (invited["id"],))
    for login in (stranger(), account["email"], invited["email"]):
        before = computed(anonymous)
        fail(anonymous, login)
        assert computed(anonymous) == before + 1, login


def test_known_and_unknown_names_take_the_same_time(anonymous, company, sql):
    """Medians of 25 in turns; an Argon2id less would be a tenth of it, not half."""
    forget_where(sql)
    times = {"known": [], "unknown": []}
    for _ in range(25):
        for kind, login in (("known", company.account("viewer")["email"]), ("unknown", stranger())):
            started = time.perf_counter()
            fail(anonymous, login)
            times[kind].append(time.perf_counter() - started)
    known, unknown = (statistics.median(times[kind]) for kind in ("known", "unknown"))
    assert 0.5 < known / unknown < 2, times


def test_a_hash_of_older_parameters_is_made_anew_at_the_log_in(anonymous, account, sql):
    (now,), = sql("SELECT password_hash FROM account WHERE id = %s", (account["id"],))
    # Argon2id of PASSWORD with m=7168, t=1, p=1, by argon2(1).
    old = "$argon2id$v=19$m=7168,t=1,p=1$c2FsdCBvZiAxNiBieXRlcw$R61ZWFOxi/MzM/+XfCgfOzXgX0ACIoIk5JrWQHXB3yM"
    sql("UPDATE account SET password_hash = %s WHERE id = %s", (old, account["id"]))
    fail(anonymous, account["email"])
    assert sql("SELECT password_hash FROM account WHERE id = %s", (account["id"],)) == [(old,)]
    anonymous.login(account["email"], PASSWORD)
    (made,), = sql("SELECT password_hash FROM account WHERE id = %s", (account["id"],))
    assert made.rsplit("$", 2)[0] == now.rsplit("$", 2)[0] and made != old
    anonymous.login(account["email"], PASSWORD)


@pytest.mark.own_stack
class TestOnAStackOfItsOwn:
    @pytest.fixture(scope="class")
    def own(self, document, journal):
        stack = Stack.start(LOGIN_ADDRESS_FAILURES=12)
        try:
            admin = Client(stack.url, document, journal)
            admin.login(*stack.admin)
            connection = stack.connect()

            def run(statement, arguments=None):
                with connection.cursor() as cursor:
                    cursor.execute(statement, arguments)
                    return cursor.fetchall() if cursor.description else []

            yield stack, World(admin).company(), run
        finally:
            stack.stop()

    def test_an_address_that_tries_many_names_waits(self, own):
        _, company, sql = own
        sql("DELETE FROM login_known")
        sql("DELETE FROM login_throttle")
        for _ in range(12):
            fail(company.admin, stranger())
        answer = fail(company.admin, stranger(), expect=429)
        assert int(answer.headers["Retry-After"]) <= 60
        account = company.account("user")
        company.admin.fresh().login(account["email"], PASSWORD, expect=429)
        later(sql, 60)
        company.admin.fresh().login(account["email"], PASSWORD)

    def test_it_holds_when_redis_forgets_everything_and_when_redis_is_away(self, own):
        stack, company, sql = own
        sql("DELETE FROM login_known")
        sql("DELETE FROM login_throttle")
        account = company.account("user")
        for _ in range(5):
            fail(company.admin, account["email"])
        stack.redis("FLUSHALL")
        company.admin.fresh().login(account["email"], PASSWORD, expect=429)
        stack.command("stop", "redis")
        try:
            company.admin.fresh().login(account["email"], PASSWORD, expect=429)
            other = stranger()
            for _ in range(5):
                fail(company.admin, other)
            fail(company.admin, other, expect=429)
        finally:
            stack.command("start", "redis")
        company.admin.fresh().login(account["email"], PASSWORD, expect=429)
