"""Accounts and companies: who may use what."""
import pytest

from support.world import PASSWORD, unique

ACCOUNTS, COMPANIES = "/api/v1/accounts", "/api/v1/companies"


def body(**fields):
    return {"email": unique("new") + "@example.uz", "name": "New", "role": "user", "password": PASSWORD, **fields}


def test_a_company_admin_makes_finds_changes_and_removes_an_account(company):
    client = company.as_("company_admin")
    made = client.post(ACCOUNTS, body(language="ru"), expect=201)
    account = made.json
    assert made.headers["Location"] == f"{ACCOUNTS}/{account['id']}"
    assert account["company_id"] == company.id and account["active"] and account["last_login_at"] is None
    assert client.get(made.headers["Location"]).json == account
    changed = client.patch(made.headers["Location"], {"name": "Other", "role": "viewer"}).json
    assert (changed["name"], changed["role"], changed["email"]) == ("Other", "viewer", account["email"])
    client.delete(made.headers["Location"])
    client.get(made.headers["Location"], expect=404)
    client.delete(made.headers["Location"], expect=404)
    assert account["id"] not in {item["id"] for item in client.pages(ACCOUNTS)}


def test_a_removed_account_is_out_and_its_email_is_free(company, anonymous):
    client = company.as_("company_admin")
    account = client.post(ACCOUNTS, body(), expect=201).json
    anonymous.login(account["email"], PASSWORD)
    client.delete(f"{ACCOUNTS}/{account['id']}")
    anonymous.get("/api/v1/me", expect=401)
    anonymous.fresh().login(account["email"], PASSWORD, expect=401)
    client.post(ACCOUNTS, body(email=account["email"]), expect=201)


def test_the_list_pages_filters_and_searches(company):
    client = company.as_("company_admin")
    made = [client.post(ACCOUNTS, body(role="viewer", name=f"Person {n}"), expect=201).json for n in range(5)]
    everyone = client.pages(ACCOUNTS, limit=2)
    assert {account["id"] for account in made} <= {item["id"] for item in everyone}
    assert [item["email"] for item in everyone] == sorted(item["email"] for item in everyone)
    assert {item["id"] for item in client.pages(ACCOUNTS, {"role": "viewer"}, limit=3)} == {item["id"] for item in made}
    assert [item["id"] for item in client.pages(ACCOUNTS, {"q": "person 3"})] == [made[3]["id"]]
    assert client.pages(ACCOUNTS, {"q": "100%_nobody"}) == []


@pytest.mark.parametrize("change, path", [
    ({"email": "no-at-sign"}, "email"), ({"email": None}, "email"), ({"name": ""}, "name"), ({"name": "x" * 201}, "name"),
    ({"role": "boss"}, "role"), ({"password": "short"}, "password"), ({"password": 12345678}, "password"),
    ({"language": "de"}, "language"), ({"unknown": 1}, "unknown"), ({"role": "operator"}, "operator_id"),
    ({"role": "operator", "operator_id": "0197a1b2-0000-7000-8000-000000000001"}, "operator_id"),
    ({"role": "operator", "operator_id": "not-a-uuid"}, "operator_id"),
], ids=str)
def test_a_wrong_account_is_refused_by_field(company, change, path):
    assert path in company.as_("company_admin").post(ACCOUNTS, body(**change), expect=422).field_errors


def test_a_taken_email_is_a_conflict_whatever_its_case(company, world):
    account = company.account("user")
    assert company.as_("company_admin").post(ACCOUNTS, body(email=account["email"].upper()), expect=409).code == "email_taken"
    elsewhere = world.company().as_("company_admin")
    assert elsewhere.post(ACCOUNTS, body(email=account["email"]), expect=409).code == "email_taken"


def test_a_company_admin_cannot_make_a_platform_admin(company):
    client = company.as_("company_admin")
    client.post(ACCOUNTS, body(role="admin"), expect={403, 422})
    account = client.post(ACCOUNTS, body(), expect=201).json
    client.patch(f"{ACCOUNTS}/{account['id']}", {"role": "admin"}, expect={403, 422})
    assert client.get(f"{ACCOUNTS}/{account['id']}").json["role"] == "user"


def test_nobody_locks_themselves_out(company):
    client = company.as_("company_admin")
    own = f"{ACCOUNTS}/{client.account['id']}"
    assert client.patch(own, {"role": "viewer"}, expect=409).code == "own_account"
    assert client.patch(own, {"active": False}, expect=409).code == "own_account"
    assert client.delete(own, expect=409).code == "own_account"
    client.patch(own, {"name": "Still me"})


def test_a_changed_role_counts_at_once(company, anonymous):
    company.account("company_admin")
    account = company.account("company_admin")
    anonymous.login(account["email"], PASSWORD)
    anonymous.get(ACCOUNTS)
    company.admin.patch(f"{ACCOUNTS}/{account['id']}", {"role": "viewer"}, query=company.scope)
    if anonymous.get(ACCOUNTS, expect={401, 403}).status == 401:
        anonymous.login(account["email"], PASSWORD)
        anonymous.get(ACCOUNTS, expect=403)


def test_the_last_admin_of_a_company_stays(company):
    account = company.account("company_admin")
    path = f"{ACCOUNTS}/{account['id']}"
    for change in ({"role": "viewer"}, {"active": False}):
        assert company.admin.patch(path, change, query=company.scope, expect=409).code == "last_admin"
    assert company.admin.delete(path, query=company.scope, expect=409).code == "last_admin"
    company.account("company_admin")
    company.admin.delete(path, query=company.scope)


def test_a_new_password_set_by_an_admin_works_and_ends_sessions(company, anonymous):
    account = company.account("user")
    anonymous.login(account["email"], PASSWORD)
    company.admin.patch(f"{ACCOUNTS}/{account['id']}", {"password": "set-by-the-admin"}, query=company.scope)
    anonymous.get("/api/v1/me", expect=401)
    anonymous.login(account["email"], "set-by-the-admin")


def test_a_platform_admin_makes_another(admin):
    made = admin.post(ACCOUNTS, body(role="admin"), expect=201).json
    assert made["company_id"] is None
    other = admin.fresh()
    other.login(made["email"], PASSWORD)
    other.get(COMPANIES, query={"limit": 1})


def test_companies_are_made_found_and_changed_by_platform_admins(admin):
    name = unique("Registon")
    made = admin.post(COMPANIES, {"name": name, "timezone": "Europe/Berlin", "language": "ru", "currency": "USD",
                                  "price_per_minute_minor": 25}, expect=201)
    company = made.json
    assert made.headers["Location"] == f"{COMPANIES}/{company['id']}"
    assert (company["balance_minor"], company["reserved_minor"], company["active"], company["parent_id"]) == (0, 0, True, None)
    assert (company["currency"], company["price_per_minute_minor"], company["language"]) == ("USD", 25, "ru")
    assert admin.get(made.headers["Location"]).json == company
    assert [item["id"] for item in admin.pages(COMPANIES, {"q": name[-10:]})] == [company["id"]]
    changed = admin.patch(made.headers["Location"], {"price_per_minute_minor": 30, "timezone": "Asia/Samarkand"}).json
    assert (changed["price_per_minute_minor"], changed["timezone"]) == (30, "Asia/Samarkand")
    branch = admin.post(COMPANIES, {"name": unique("Branch"), "parent_id": company["id"]}, expect=201).json
    assert branch["parent_id"] == company["id"]


def test_companies_are_listed_in_pages_by_name(admin, world):
    made = {world.company(balance=0).id for _ in range(3)}
    listed = admin.pages(COMPANIES, limit=2 if len(admin.pages(COMPANIES, limit=200)) < 40 else 50)
    assert made <= {item["id"] for item in listed}
    assert all(item["active"] for item in admin.pages(COMPANIES, {"active": "true"}, limit=200))


@pytest.mark.parametrize("change, path", [
    ({"name": ""}, "name"), ({"name": None}, "name"), ({"timezone": "Mars/Olympus"}, "timezone"), ({"currency": "uzs"}, "currency"),
    ({"language": "xx"}, "language"), ({"price_per_minute_minor": -1}, "price_per_minute_minor"),
    ({"price_per_minute_minor": 1.5}, "price_per_minute_minor"), ({"parent_id": "x"}, "parent_id"),
    ({"parent_id": "0197a1b2-0000-7000-8000-000000000001"}, "parent_id"), ({"balance_minor": 1}, "balance_minor"),
], ids=str)
def test_a_wrong_company_is_refused_by_field(admin, change, path):
    assert path in admin.post(COMPANIES, {"name": unique("C"), **change}, expect=422).field_errors


def test_a_company_admin_changes_the_own_company_but_not_its_price(company):
    client, path = company.as_("company_admin"), f"{COMPANIES}/{company.id}"
    assert client.patch(path, {"name": "Renamed"}).json["name"] == "Renamed"
    client.patch(path, {"price_per_minute_minor": 0}, expect=403)
    client.patch(path, {"active": True}, expect=403)
    assert client.get(path).json["price_per_minute_minor"] == company.company["price_per_minute_minor"]


def test_topping_up_books_a_transaction(admin, company):
    before = company.balance()
    answer = admin.post(f"{COMPANIES}/{company.id}/topup", {"amount_minor": 12345, "comment": "invoice 7"}, expect=201).json
    assert answer["transaction"]["type"] == "topup" and answer["transaction"]["amount_minor"] == 12345
    assert answer["transaction"]["comment"] == "invoice 7" and answer["transaction"]["account_id"] == admin.account["id"]
    assert answer["balance"]["balance_minor"] == before["balance_minor"] + 12345 == answer["transaction"]["balance_after_minor"]
    assert company.balance() == answer["balance"]


def test_the_same_idempotency_key_tops_up_once(admin, company):
    path, key = f"{COMPANIES}/{company.id}/topup", {"Idempotency-Key": unique("invoice")}
    first = admin.post(path, {"amount_minor": 7}, headers=key, expect=201).json
    again = admin.post(path, {"amount_minor": 7}, headers=key, expect=201).json
    assert first["transaction"] == again["transaction"]
    assert company.balance()["balance_minor"] == 100_000_007


@pytest.mark.parametrize("amount", [0, -5, 1.5, "100", None, 10**16])
def test_a_wrong_amount_is_refused(admin, company, amount):
    answer = admin.post(f"{COMPANIES}/{company.id}/topup", {"amount_minor": amount}, expect=422)
    assert "amount_minor" in answer.field_errors
    assert company.balance()["balance_minor"] == 100_000_000


def test_topping_up_an_unknown_company_is_not_found(admin):
    admin.post(f"{COMPANIES}/0197a1b2-0000-7000-8000-000000000001/topup", {"amount_minor": 5}, expect=404)
