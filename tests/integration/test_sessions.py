"""Sessions: rotation, ends, the list of one's own."""
import pytest

from support.world import PASSWORD

ME, SESSIONS = "/api/v1/me", "/api/v1/me/sessions"
PROOF = {"password": PASSWORD}


def cookie(client):
    return client.session.cookies["dialix"]


def with_cookie(client, token, expect):
    return client.fresh().get(ME, headers={"Cookie": f"dialix={token}"}, expect=expect)


@pytest.fixture
def account(company):
    return company.account("user")


@pytest.fixture
def client(anonymous, account):
    anonymous.login(account["email"], PASSWORD)
    return anonymous


def test_a_login_ends_the_session_that_came_with_it_also_anothers(client, company):
    """Session fixation: what the browser brought is worth nothing afterwards, whoever's it was."""
    before = cookie(client)
    client.login(company.account("viewer")["email"], PASSWORD)
    assert cookie(client) != before
    with_cookie(client, before, 401)


def test_a_failed_login_ends_nothing(client, account):
    before = cookie(client)
    client.login(account["email"], "certainly-not-this-one", expect=401)
    with_cookie(client, before, 200)


def test_a_password_change_gives_a_new_cookie_and_ends_every_old_session(client, account):
    before, elsewhere = cookie(client), client.fresh()
    elsewhere.login(account["email"], PASSWORD)
    client.post(ME + "/password", {"current_password": PASSWORD, "new_password": "quiet-river-kettle"}, expect=204)
    assert cookie(client) != before
    client.get(ME)
    with_cookie(client, before, 401)
    elsewhere.get(ME, expect=401)


def test_the_list_tells_where_one_is_logged_in(client, account, sql):
    elsewhere = client.fresh()
    elsewhere.session.headers["User-Agent"] = "Another browser"
    elsewhere.login(account["email"], PASSWORD)
    items = client.pages(SESSIONS, limit=1)
    assert [item["current"] for item in items] == [False, True]
    assert items[0]["user_agent"] == "Another browser" and items[0]["remote_addr"] == "127.0.0.1"
    assert [item["current"] for item in elsewhere.pages(SESSIONS)] == [True, False]


def test_one_session_of_mine_can_be_ended(client, account):
    elsewhere = client.fresh()
    elsewhere.login(account["email"], PASSWORD)
    elsewhere.get(ME)
    other = next(item for item in client.get(SESSIONS).json["items"] if not item["current"])
    client.delete(f"{SESSIONS}/{other['id']}", json=PROOF)
    elsewhere.get(ME, expect=401)
    client.get(ME)
    client.delete(f"{SESSIONS}/{other['id']}", json=PROOF, expect=404)


def test_ending_other_sessions_takes_the_password(client, account):
    elsewhere = client.fresh()
    elsewhere.login(account["email"], PASSWORD)
    other = next(item for item in client.get(SESSIONS).json["items"] if not item["current"])
    for path in (SESSIONS, f"{SESSIONS}/{other['id']}"):
        assert client.delete(path, json={"password": "certainly-not-this-one"}, expect=422).field_errors == {"password": "wrong"}
        assert client.delete(path, json={}, expect=422).field_errors == {"password": "required"}
        client.delete(path, expect={400, 415})
    elsewhere.get(ME)
    for _ in range(3):
        client.delete(SESSIONS, json={"password": "certainly-not-this-one"}, expect=422)
    assert client.delete(SESSIONS, json=PROOF, expect=429).code == "too_many_tries"
    elsewhere.get(ME)


def test_ending_the_current_session_logs_out(client):
    current = client.get(SESSIONS).json["items"][0]
    token = cookie(client)
    client.delete(f"{SESSIONS}/{current['id']}")
    assert "dialix" not in client.session.cookies
    with_cookie(client, token, 401)


def test_all_other_sessions_can_be_ended_at_once(client, account):
    others = [client.fresh() for _ in range(3)]
    for other in others:
        other.login(account["email"], PASSWORD)
        other.get(ME)
    client.delete(SESSIONS, json=PROOF)
    client.get(ME)
    for other in others:
        other.get(ME, expect=401)
    assert len(client.get(SESSIONS).json["items"]) == 1


def test_nobody_ends_anothers_session(client, company):
    theirs = company.person("company_admin")
    session = theirs.get(SESSIONS).json["items"][0]
    client.delete(f"{SESSIONS}/{session['id']}", json=PROOF, expect=404)
    theirs.get(ME)


@pytest.mark.parametrize("move", ["expires_at = now() - interval '1 second'", "last_seen_at = now() - interval '12 hours 1 second'"],
                         ids=["absolute", "idle"])
def test_a_session_that_was_never_used_ends_by_itself(client, account, sql, move):
    sql(f"UPDATE session SET {move} WHERE account_id = %s", (account["id"],))
    client.get(ME, expect=401)


@pytest.mark.parametrize("move", ["expires_at = now() - interval '1 second'", "last_seen_at = now() - interval '12 hours 1 second'"],
                         ids=["absolute", "idle"])
def test_a_session_that_the_workers_remember_ends_by_itself(client, account, sql, move):
    """Every worker has it in its memory; a change of its end counts at the next request."""
    for _ in range(8):
        client.get(ME)
    # Who is idle for longer than a worker remembers is looked up: here the look-up is forced, as the five minutes would.
    sql(f"UPDATE session SET {move} WHERE account_id = %s", (account["id"],))
    sql("UPDATE account SET name = name || '.' WHERE id = %s", (account["id"],))
    client.get(ME, expect=401)


def test_use_moves_the_idle_end_but_never_the_absolute_one(client, account, sql):
    sql("UPDATE session SET last_seen_at = now() - interval '10 minutes', expires_at = now() + interval '3 hours' WHERE account_id = %s",
        (account["id"],))
    client.get(ME)
    (seen, left), = sql("SELECT now() - last_seen_at < interval '1 minute', expires_at - now() < interval '3 hours' FROM session "
                        "WHERE account_id = %s", (account["id"],))
    assert seen and left


def test_ended_sessions_are_removed(client, account, sql):
    other = client.fresh()
    other.login(account["email"], PASSWORD)
    other.login(account["email"], PASSWORD)
    sql("UPDATE session SET expires_at = now() - interval '1 second' WHERE id = (SELECT min(id::text)::uuid FROM session WHERE account_id = %s)",
        (account["id"],))
    sql("SELECT sweep_sessions(interval '12 hours', 1000)")
    assert sql("SELECT count(*) FROM session WHERE account_id = %s", (account["id"],)) == [(1,)]
    assert sql("SELECT count(*) FROM maintenance_task WHERE name = 'sweep_sessions'") == [(1,)]


def test_what_happens_to_sessions_is_in_the_activity_log(client, account, sql):
    client.delete(SESSIONS, json=PROOF)
    other = client.fresh()
    other.login(account["email"], PASSWORD)
    client.delete(SESSIONS, json=PROOF)
    client.delete(f"{SESSIONS}/{client.get(SESSIONS).json['items'][0]['id']}")
    actions = [row[0] for row in sql("SELECT action FROM activity_log WHERE account_id = %s ORDER BY created_at, id", (account["id"],))]
    assert actions == ["auth.login", "auth.login", "session.end_others", "session.end"]
