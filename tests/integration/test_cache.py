"""The cache as a client sees it: what it saves, and that nobody ever gets an answer from before a change that was
acknowledged. What breaks Redis is in test_cache_broken.py."""
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from support.seed import Seed
from support.world import PASSWORD, unique, wait_for


def cache_of(answer):
    return re.search(r"cache;desc=(\w+)", answer.headers["Server-Timing"]).group(1)


def names(client, **query):
    return [item["name"] for item in client.get("/api/v1/operators", query=query or None).json["items"]]


CACHED = ["dashboard", "records", "operators", "checklists", "settings", "balance", "transactions", "accounts", "me"]


@pytest.mark.parametrize("name", CACHED)
def test_an_answer_that_is_known_costs_postgresql_nothing(company, name):
    client = company.person("company_admin")
    first = client.get(f"/api/v1/{name}")
    for _ in range(3):
        again = client.get(f"/api/v1/{name}")
        if cache_of(again) == "hit" and again.round_trips == 0:
            break  # the other worker had to learn who is calling
    assert cache_of(again) == "hit" and again.round_trips == 0
    assert again.json == first.json and again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "private, no-cache"


def writer(company, name):
    """write(text) changes the cached answer `name`; is_in(answer, text) tells whether the change is there."""
    admin, scope, topup = company.admin, company.scope, f"/api/v1/companies/{company.id}/topup"
    operator, checklist, person = company.operator(), company.checklist(), company.account("viewer")
    by_name = lambda value, text: any(item["name"] == text for item in value["items"])  # noqa: E731
    return {
        "operators": (lambda text: admin.patch(f"/api/v1/operators/{operator['id']}", {"name": text}, query=scope), by_name),
        "accounts": (lambda text: admin.patch(f"/api/v1/accounts/{person['id']}", {"name": text}, query=scope), by_name),
        "checklists": (lambda text: admin.patch(f"/api/v1/checklists/{checklist['id']}", {"title": text}, query=scope),
                       lambda value, text: value["items"][0]["title"] == text),
        "settings": (lambda text: admin.patch("/api/v1/settings", {"products": [text]}, query=scope),
                     lambda value, text: value["products"] == [text]),
        "balance": (lambda text: admin.post(topup, {"amount_minor": len(text)}, expect=201),
                    lambda value, text: value["balance_minor"] > 100_000_000),
        "transactions": (lambda text: admin.post(topup, {"amount_minor": 7, "comment": text}, expect=201),
                         lambda value, text: value["items"][0]["comment"] == text),
        "me": (lambda text: admin.patch(f"/api/v1/companies/{company.id}", {"name": text}),
               lambda value, text: value["company"]["name"] == text),
    }[name]


@pytest.mark.parametrize("name", ["operators", "checklists", "settings", "balance", "transactions", "accounts", "me"])
def test_a_change_is_in_the_very_next_answer(company, name):
    reader = company.person("company_admin")
    write, is_in = writer(company, name)
    for _ in range(8):
        before = reader.get(f"/api/v1/{name}")
        text = unique("New")
        write(text)
        answer = reader.get(f"/api/v1/{name}")
        assert is_in(answer.json, text) and answer.json != before.json, answer
        assert reader.get(f"/api/v1/{name}").json == answer.json


def test_settings_show_a_new_price_at_once_and_do_not_mind_the_balance(company):
    reader = company.person("company_admin")
    for price in (7_000, 8_000, 9_000):
        company.admin.patch(f"/api/v1/companies/{company.id}", {"price_per_minute_minor": price})
        assert reader.get("/api/v1/settings").json["price_per_minute_minor"] == price
    company.admin.post(f"/api/v1/companies/{company.id}/topup", {"amount_minor": 1}, expect=201)
    assert cache_of(reader.get("/api/v1/settings")) == "hit"


def test_what_is_not_changed_is_304_without_a_query_and_a_change_ends_that(company):
    client = company.person("company_admin")
    client.get("/api/v1/operators")
    tag = client.get("/api/v1/operators").headers["ETag"]
    assert tag.startswith("W/")
    for sent in (tag, f'"other", {tag}', tag.removeprefix("W/") + ", " + tag):
        same = wait_for("a 304 without PostgreSQL", 5, lambda s=sent: (
            lambda a: a if a.round_trips == 0 else None)(client.get("/api/v1/operators", expect=304, headers={"If-None-Match": s})))
        assert same.headers["ETag"] == tag and not same.body and cache_of(same) == "hit"
    assert client.get("/api/v1/operators", headers={"If-None-Match": '"other"'}).headers["ETag"] == tag
    company.operator(name="Later")
    changed = client.get("/api/v1/operators", headers={"If-None-Match": tag})
    assert changed.headers["ETag"] != tag and changed.json["items"][0]["name"] == "Later"


def test_304_is_for_those_alone_who_may_read(company, anonymous):
    manager = company.person("company_admin")
    tag = manager.get("/api/v1/transactions").headers["ETag"]
    for sent in (tag, "*"):
        assert anonymous.get("/api/v1/transactions", expect=401, headers={"If-None-Match": sent})
        assert company.as_("viewer").get("/api/v1/transactions", expect=403, headers={"If-None-Match": sent})
        assert manager.get("/api/v1/transactions", expect=422, query={"limit": 0}, headers={"If-None-Match": tag})
    manager.get("/api/v1/transactions", expect=304, headers={"If-None-Match": tag})
    manager.post("/api/v1/auth/logout", expect=204)
    manager.get("/api/v1/transactions", expect=401, headers={"If-None-Match": tag})


def test_head_tells_the_same_without_a_body_and_gzip_keeps_the_tag(company):
    client = company.person("company_admin")
    tag = client.get("/api/v1/dashboard").headers["ETag"]
    url = client.base_url + "/api/v1/dashboard"
    head = client.session.head(url)
    assert head.status_code == 200 and head.headers["ETag"] == tag and not head.content
    assert client.session.head(url, headers={"If-None-Match": tag}).status_code == 304
    zipped = client.session.get(url, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["ETag"] == tag and zipped.json() == client.get("/api/v1/dashboard").json
    plain = client.session.get(url, headers={"Accept-Encoding": "identity"})
    assert plain.headers["ETag"] == tag and "Content-Encoding" not in plain.headers and plain.json() == zipped.json()
    for coding in ("gzip", "identity"):
        assert client.session.get(url, headers={"Accept-Encoding": coding, "If-None-Match": tag}).status_code == 304


def test_nobody_gets_what_was_kept_for_another(world, company, sql):
    mine, other = company.operator(name="Mine"), company.operator(name="Other")
    seed = Seed(sql, company.id)
    seed.record("2026-11-20T10:00:00Z", title="of mine", operator_id=mine["id"])
    seed.record("2026-11-20T11:00:00Z", title="of the other", operator_id=other["id"])
    people = {"all": company.person("supervisor"), "mine": company.person("operator", operator_id=mine["id"]),
              "other": company.person("operator", operator_id=other["id"])}
    titles = {"all": {"of mine", "of the other"}, "mine": {"of mine"}, "other": {"of the other"}}
    for _ in range(3):
        for who, client in people.items():
            assert {item["title"] for item in client.get("/api/v1/records").json["items"]} == titles[who]
    elsewhere = world.company()
    elsewhere.operator(name="Elsewhere")
    for _ in range(3):  # one platform admin, two companies
        assert set(names(company.admin, **company.scope)) == {"Mine", "Other"}
        assert set(names(company.admin, **elsewhere.scope)) == {"Elsewhere"}
        assert people["all"].get("/api/v1/operators", expect=403, query=elsewhere.scope)
        assert company.admin.get("/api/v1/me").json["company"] is None
    assert {client.get("/api/v1/me").json["account"]["email"] for client in people.values()} == {
        client.account["email"] for client in people.values()}


def test_another_page_filter_or_order_is_another_answer(company):
    for number in range(3):
        company.operator(code=f"{200 + number}", name=f"Name {number}")
    client = company.person("company_admin")
    for _ in range(2):
        first = client.get("/api/v1/operators", query={"limit": 1}).json
        assert [item["code"] for item in first["items"]] == ["200"]
        second = client.get("/api/v1/operators", query={"limit": 1, "cursor": first["next_cursor"]}).json
        assert [item["code"] for item in second["items"]] == ["201"]
        assert names(client, q="Name 2") == ["Name 2"]
        assert names(client, active="false") == []


def everywhere(client, path, expect):
    """Asks often enough that each worker has answered."""
    for _ in range(12):
        client.get(path, expect=expect)


@pytest.mark.parametrize("how", ["logout", "block", "delete", "role", "password", "company"])
def test_who_may_no_longer_is_told_so_at_once(company, how):
    client = company.person("viewer")
    stranger = client.fresh()
    stranger.session.cookies.update(client.session.cookies)  # the same session in another browser
    path = f"/api/v1/accounts/{client.account['id']}"
    everywhere(stranger, "/api/v1/operators", 200)
    admin, scope = company.admin, company.scope
    {"logout": lambda: client.post("/api/v1/auth/logout", expect=204),
     "block": lambda: admin.patch(path, {"active": False}, query=scope),
     "delete": lambda: admin.delete(path, query=scope),
     "role": lambda: admin.patch(path, {"role": "user"}, query=scope),
     "password": lambda: admin.patch(path, {"password": PASSWORD + "2"}, query=scope),
     "company": lambda: admin.patch(f"/api/v1/companies/{company.id}", {"active": False})}[how]()
    everywhere(stranger, "/api/v1/operators", 401)
    everywhere(stranger, "/api/v1/me", 401)


def test_my_other_sessions_end_at_once_when_i_change_my_password(company):
    client = company.person("viewer")
    other = client.fresh()
    other.login(client.account["email"], PASSWORD)
    everywhere(other, "/api/v1/me", 200)
    client.post("/api/v1/me/password", {"current_password": PASSWORD, "new_password": PASSWORD + "2"}, expect=204)
    everywhere(other, "/api/v1/me", 401)
    everywhere(client, "/api/v1/me", 200)


def test_a_permission_taken_by_hand_counts_at_once(company, sql):
    client = company.person("viewer")
    everywhere(client, "/api/v1/operators", 200)
    sql("UPDATE account SET permissions_denied = '{view_records}' WHERE id = %s", (client.account["id"],))
    wait_for("the notification", 2, lambda: client.get("/api/v1/operators", expect={200, 403}).status == 403, interval=0.01)
    everywhere(client, "/api/v1/operators", 403)


def test_an_operator_linked_to_another_sees_that_ones_calls_at_once(company, sql):
    mine, other = company.operator(name="Mine"), company.operator(name="Other")
    seed = Seed(sql, company.id)
    seed.record("2026-11-20T10:00:00Z", title="of mine", operator_id=mine["id"])
    seed.record("2026-11-20T11:00:00Z", title="of the other", operator_id=other["id"])
    client = company.person("operator", operator_id=mine["id"])

    def titles():
        return {item["title"] for item in client.get("/api/v1/records").json["items"]}

    for operator, seen in ((other, {"of the other"}), (mine, {"of mine"})) * 2:
        titles()
        company.admin.patch(f"/api/v1/accounts/{client.account['id']}", {"operator_id": operator["id"]}, query=company.scope)
        for _ in range(6):
            assert titles() == seen


def test_a_session_ends_at_its_time_also_where_it_is_remembered(company, sql):
    client = company.person("viewer")
    sql("UPDATE session SET expires_at = now() + interval '2 seconds' WHERE account_id = %s", (client.account["id"],))
    ends = time.monotonic() + 2.1
    wait_for("the notification", 2, lambda: client.get("/api/v1/me"), interval=0.01)
    everywhere(client, "/api/v1/me", 200)
    time.sleep(max(0, ends - time.monotonic()))  # the session's own clock is what is tested
    everywhere(client, "/api/v1/me", 401)


def test_the_last_use_of_a_session_is_noted_once_a_minute(company, sql):
    client = company.person("viewer")

    def last_seen():
        return sql("SELECT last_seen_at FROM session WHERE account_id = %s", (client.account["id"],))[0][0]

    before = last_seen()
    everywhere(client, "/api/v1/me", 200)
    assert last_seen() == before
    sql("UPDATE session SET last_seen_at = now() - interval '5 minutes', expires_at = expires_at WHERE account_id = %s",
        (client.account["id"],))
    wait_for("noted", 2, lambda: client.get("/api/v1/me") and last_seen() > before, interval=0.01)
    noted = last_seen()
    everywhere(client, "/api/v1/me", 200)
    assert last_seen() == noted


def outcomes(client):
    text = client.get("/metrics").body.decode()
    return {what: float(value) for what, value in
            re.findall(r'^dialix_cache_requests_total\{outcome="(\w+)"\} (\d+)', text, re.MULTILINE)}


def test_two_hundred_at_once_are_one_computation(company, anonymous):
    client = company.person("company_admin")
    everywhere(client, "/api/v1/me", 200)  # both workers know the session, so that only the dashboard is computed
    cookies = client.session.cookies.get_dict()
    url = client.base_url + "/api/v1/dashboard?start=2026-01-01&end=2026-11-20"
    before = outcomes(anonymous)
    barrier = threading.Barrier(200)

    def ask(_):
        barrier.wait()
        return requests.get(url, cookies=cookies, timeout=30)

    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(ask, range(200)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    after = outcomes(anonymous)
    grown = {what: after[what] - before[what] for what in after}
    assert grown["miss"] == 1, grown
    assert grown["hit"] + grown["wait"] == 199 and grown["bypass"] == 0, grown


def test_what_people_look_at_is_computed_anew_before_they_ask_again(company, anonymous):
    """The next answer after a change is a hit, for a list that was asked for lately; what nobody asks for is left alone."""
    def refreshed():
        return float(re.search(r"^dialix_cache_refreshes_total (\d+)", anonymous.get("/metrics").body.decode(), re.MULTILINE).group(1))

    reader, operator = company.person("supervisor"), company.operator()
    everywhere(reader, "/api/v1/operators", 200)
    for _ in range(3):
        before, text = refreshed(), unique("Ahead")
        company.admin.patch(f"/api/v1/operators/{operator['id']}", {"name": text}, query=company.scope)
        wait_for("the list to be computed anew", 10, lambda then=before: refreshed() > then, interval=0.05)
        time.sleep(0.2)  # computed by one worker; the other may have been at it too, and is done
        answer = reader.get("/api/v1/operators")
        assert cache_of(answer) == "hit" and answer.json["items"][0]["name"] == text


def test_no_stale_answer_under_writers_and_readers(company):
    """Each writer counts up one thing; whoever asks after a count was acknowledged must see it or a later one."""
    operators = [company.operator(code=f"{300 + i}", name="0") for i in range(2)]
    admin = company.person("company_admin")
    cookies = admin.session.cookies.get_dict()
    acknowledged = [0, 0]
    stop = time.monotonic() + 6
    stale, errors, reads, hits = [], [], [0], [0]

    def session():
        made = requests.Session()
        made.cookies.update(cookies)
        made.headers["Origin"] = admin.base_url
        return made

    def write(index):
        client = session()
        while time.monotonic() < stop:
            count = acknowledged[index] + 1
            answer = client.patch(f"{admin.base_url}/api/v1/operators/{operators[index]['id']}", json={"name": str(count)}, timeout=30)
            if answer.status_code != 200:
                errors.append(answer.text)
            else:
                acknowledged[index] = count

    def read(_):
        client = session()
        while time.monotonic() < stop:
            least = list(acknowledged)
            answer = client.get(f"{admin.base_url}/api/v1/operators", timeout=30)
            if answer.status_code != 200:
                errors.append(answer.text)
                continue
            seen = {item["code"]: int(item["name"]) for item in answer.json()["items"]}
            reads[0] += 1
            hits[0] += "cache;desc=hit" in answer.headers["Server-Timing"]
            if seen["300"] < least[0] or seen["301"] < least[1]:
                stale.append((least, seen, answer.headers["Server-Timing"]))

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(write, 0), pool.submit(write, 1), *[pool.submit(read, i) for i in range(6)]]:
            future.result()
    assert not errors, errors[:3]
    assert not stale, (len(stale), stale[:3])
    assert reads[0] > 50 and min(acknowledged) > 5 and hits[0] > 0
