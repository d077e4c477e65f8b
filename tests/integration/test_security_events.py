"""What happened to one's way in, shown to its owner: there is no mail that would say so (ASVS 2.2.3, 2.5.5)."""
from support.second_factor import enrol
from support.world import PASSWORD

EVENTS = "/api/v1/me/security-events"


def events(client):
    return [(item["action"], item["own"]) for item in client.get(EVENTS).json["items"]]


def test_what_one_did_and_what_others_did_is_shown_the_newest_first(company):
    boss, person = company.as_("company_admin"), company.person("user")
    account = person.account
    person.fresh().login(account["email"], "certainly-not-this-one", expect=401)
    enrol(person, PASSWORD)
    person.post("/api/v1/me/tokens", {"name": "One", "scopes": ["view_records"]}, expect=201)
    boss.patch(f"/api/v1/accounts/{account['id']}", {"name": "Another Name"})
    shown = events(person)
    assert shown[0] == ("account.update", False) and shown[1] == ("token.create", True)
    assert ("auth.login_failed", False) in shown and ("auth.login", True) in shown and ("account.create", False) in shown
    assert any(action.startswith("totp.") and own for action, own in shown)
    times = [item["created_at"] for item in person.get(EVENTS).json["items"]]
    assert times == sorted(times, reverse=True)


def test_where_it_came_from_is_told_of_ones_own_and_of_who_failed_but_not_of_administrators(company):
    person = company.person("user")
    person.fresh().login(person.account["email"], "certainly-not-this-one", expect=401)
    company.as_("company_admin").patch(f"/api/v1/accounts/{person.account['id']}", {"name": "Another Name"})
    told = {item["action"]: item["remote_addr"] for item in person.get(EVENTS).json["items"]}
    assert told["auth.login"] == told["auth.login_failed"] == "127.0.0.1"
    assert told["account.update"] is None and told["account.create"] is None


def test_nobody_sees_anothers_and_calls_are_no_part_of_it(company, world):
    person, other = company.person("supervisor"), company.person("supervisor")
    elsewhere = world.company().person("user")
    person.get("/api/v1/records/export.csv")
    elsewhere.fresh().login(elsewhere.account["email"], "certainly-not-this-one", expect=401)
    assert events(other) == [("auth.login", True), ("account.create", False)]
    assert events(person) == events(other)
    assert ("auth.login_failed", False) in events(elsewhere)


def test_no_more_than_fifty_and_none_older_than_90_days(company, sql):
    person = company.person("user")
    before = len(events(person))
    for _ in range(60):
        sql("SELECT note_activity(jsonb_build_object('id', gen_random_uuid(), 'account_id', %s), %s, 'token.revoke', 'api_token', NULL, NULL, NULL)",
            (person.account["id"], company.id))
    assert before < 50 and len(events(person)) == 50


def test_it_takes_a_session(company):
    person = company.person("supervisor")
    token = person.post("/api/v1/me/tokens", {"name": "One", "scopes": ["view_records"]}, expect=201).json["token"]
    answer = person.fresh().get(EVENTS, headers={"Authorization": f"Bearer {token}"}, expect=403)
    assert answer.code == "session_required"
