"""Limits of a company and all below it, and branches that spend their parent's balance, also when many do it at once."""
import uuid

import psycopg2
import pytest

from support.seed import Seed
from support.threads import at_once
from support.world import unique, wait_for

COMPANIES = "/api/v1/companies"
PRICE = 10_000  # a minute; the beep of 1.5 s costs 250
COST = 250


@pytest.fixture
def pair(world):
    """A parent with money and a branch that spends it."""
    parent = world.company(balance=10 * COST, price=PRICE)
    branch = world.company(balance=0, price=PRICE, parent_id=parent.id, shares_parent_balance=True)
    return parent, branch


def ledger(company):
    return company.admin.pages("/api/v1/transactions", company.scope, limit=200)


def adds_up(company):
    balance = company.balance()
    assert balance["balance_minor"] == sum(row["amount_minor"] for row in ledger(company))
    assert balance["available_minor"] >= 0
    return balance


def upload_at_once(companies, sound, expect):
    """One upload for each company of the list, all released together; the statuses in their order."""
    def upload(client, number):
        with open(sound, "rb") as file:
            return client.post("/api/v1/records", files={"file": ("a.wav", file, "audio/wav")}, expect=expect, timeout=120)

    return at_once([company.person("supervisor") for company in companies], upload)


# ---- a shared balance ----------------------------------------------------------------------------------------


def test_a_branch_spends_its_parents_balance_and_the_ledger_names_it(pair, sounds):
    parent, branch = pair
    shown = branch.balance()
    assert (shown["balance_minor"], shown["shared"], shown["payer_id"]) == (10 * COST, True, parent.id)
    assert parent.balance()["shared"] is False
    record = branch.completed(sounds.beep)
    charge = next(row for row in ledger(parent) if row["type"] == "charge")
    assert (charge["record_id"], charge["branch_id"], charge["amount_minor"]) == (record["id"], branch.id, -COST)
    assert adds_up(parent)["balance_minor"] == 9 * COST
    assert branch.balance()["balance_minor"] == 9 * COST, "not what was cached before"
    assert ledger(branch) == []
    assert branch.admin.get(f"{COMPANIES}/{branch.id}").json["balance_minor"] == 0


def test_what_the_payer_gets_is_seen_in_the_branch_at_once(pair):
    parent, branch = pair
    viewer = branch.as_("viewer")
    for amount in (1, 2, 3):
        parent.admin.post(f"{COMPANIES}/{parent.id}/topup", {"amount_minor": amount}, expect=201)
        before = viewer.get("/api/v1/balance")
        assert before.json["balance_minor"] == parent.balance()["balance_minor"]
        again = viewer.get("/api/v1/balance", headers={"If-None-Match": before.headers["ETag"]}, expect={200, 304})
        assert again.status == 304 or again.json == before.json
        parent.admin.post(f"{COMPANIES}/{parent.id}/topup", {"amount_minor": amount}, expect=201)
        assert viewer.get("/api/v1/balance", headers={"If-None-Match": before.headers["ETag"]}).json["balance_minor"] == (
            before.json["balance_minor"] + amount)


def test_a_grandchild_is_paid_by_the_nearest_that_does_not_share(world, pair, sounds):
    parent, branch = pair
    leaf = world.company(balance=0, price=PRICE, parent_id=branch.id, shares_parent_balance=True)
    assert leaf.balance()["payer_id"] == parent.id
    leaf.completed(sounds.beep)
    assert [row["branch_id"] for row in ledger(parent) if row["type"] == "charge"] == [leaf.id]
    parent.admin.patch(f"{COMPANIES}/{branch.id}", {"shares_parent_balance": False})
    assert leaf.balance()["payer_id"] == branch.id
    leaf.upload(sounds.beep, expect=402)


def test_uploads_at_once_never_spend_more_than_there_is(world, sounds):
    parent = world.company(balance=4 * COST, price=PRICE)
    branches = [world.company(balance=0, price=PRICE, parent_id=parent.id, shares_parent_balance=True) for _ in range(2)]
    answers = upload_at_once([parent, *branches] * 3, sounds.beep, {202, 402})
    taken = [answer.json["id"] for answer in answers if answer.status == 202]
    assert len(taken) == 4
    assert {answer.json["available_minor"] for answer in answers if answer.status == 402} == {0}

    def settled():
        left = parent.balance()
        assert left["available_minor"] >= 0 and left["balance_minor"] >= 0
        return left["reserved_minor"] == 0 and left["balance_minor"] == 0

    wait_for("all calls settled", 120, settled)
    assert sorted(row["record_id"] for row in ledger(parent) if row["type"] == "charge") == sorted(taken)
    assert adds_up(parent)["balance_minor"] == 0


def test_what_is_given_up_goes_back_to_the_payer(pair, sounds, sql):
    parent, branch = pair
    seed = Seed(sql, branch.id)
    record = seed.record("2026-11-10T05:00:00Z", status="PENDING")
    sql("""INSERT INTO job (id, company_id, record_id, reserved_minor, payer_id, run_at)
           VALUES (gen_random_uuid(), %s, %s, %s, %s, now() + interval '1 hour')""", (branch.id, record, COST, parent.id))
    sql("UPDATE company SET reserved_minor = reserved_minor + %s WHERE id = %s", (COST, parent.id))
    assert branch.balance()["available_minor"] == 9 * COST
    branch.as_("supervisor").delete(f"/api/v1/records/{record}")
    assert (parent.balance()["reserved_minor"], branch.balance()["available_minor"]) == (0, 10 * COST)


def test_a_call_is_charged_once_whoever_pays(pair, sounds):
    parent, branch = pair
    record = branch.completed(sounds.beep)
    branch.as_("supervisor").post(f"/api/v1/records/{record['id']}/reprocess", expect=202)
    branch.finished(record["id"])
    parent.admin.patch(f"{COMPANIES}/{branch.id}", {"shares_parent_balance": False})
    branch.as_("supervisor").post(f"/api/v1/records/{record['id']}/reprocess", expect=202)
    branch.finished(record["id"])
    assert len([row for row in ledger(parent) if row["type"] == "charge"]) == 1
    assert adds_up(parent)["balance_minor"] == 9 * COST


def test_a_sharing_branch_is_not_topped_up(pair):
    parent, branch = pair
    answer = parent.admin.post(f"{COMPANIES}/{branch.id}/topup", {"amount_minor": 5}, expect=409)
    assert answer.code == "shared_balance"
    assert ledger(branch) == []


def test_who_pays_is_decided_from_above(pair, world):
    parent, branch = pair
    path = f"{COMPANIES}/{branch.id}"
    branch.as_("company_admin").patch(path, {"shares_parent_balance": False}, expect=403)
    assert parent.as_("company_admin").patch(path, {"shares_parent_balance": False}).json["shares_parent_balance"] is False
    parent.as_("company_admin").patch(f"{COMPANIES}/{parent.id}", {"shares_parent_balance": True}, expect=403)
    answer = parent.admin.patch(f"{COMPANIES}/{parent.id}", {"shares_parent_balance": True}, expect=422)
    assert answer.field_errors == {"shares_parent_balance": "no_parent"}
    foreign = world.company(balance=0, currency="USD", parent_id=parent.id)
    answer = parent.admin.patch(f"{COMPANIES}/{foreign.id}", {"shares_parent_balance": True}, expect=422)
    assert answer.field_errors == {"shares_parent_balance": "currency"}


def test_a_sharing_branch_reads_nothing_of_its_parent(pair, sounds, stack, world):
    parent, branch = pair
    branch.completed(sounds.beep)
    admin = branch.as_("company_admin")
    admin.get("/api/v1/transactions", query=parent.scope, expect=403)
    admin.get("/api/v1/balance", query=parent.scope, expect=403)
    admin.get(f"{COMPANIES}/{parent.id}", expect=404)
    stranger = world.company()
    connection = psycopg2.connect(stack.env["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.company_ids = %s", (branch.id,))
        cursor.execute("SELECT count(*) FROM transaction WHERE company_id = %s", (parent.id,))
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM company WHERE id = %s", (parent.id,))
        assert cursor.fetchone() == (0,)
        cursor.execute("SET LOCAL app.company_ids = %s", (stranger.id,))
        cursor.execute("SELECT id FROM job /* by hand */")
        assert cursor.fetchall() == []
        for look in ("SELECT * FROM billing_balance(%s)", "SELECT * FROM billing_reserve(true, %s, 1, 1)"):
            cursor.execute(look, (branch.id,))
            assert cursor.fetchall() == [], look
        for owners_own in ("billing_payer(%s)", "company_used(%s, 'max_accounts')", "company_branches(%s)"):
            cursor.execute("SAVEPOINT s")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(f"SELECT {owners_own}", (parent.id,))
            cursor.execute("ROLLBACK TO s")
    connection.rollback()
    connection.close()


def test_the_money_of_another_companys_job_cannot_be_touched(pair, sql, stack, world):
    parent, branch = pair
    record, job = Seed(sql, branch.id).record("2026-11-10T05:00:00Z", status="PROCESSING"), str(uuid.uuid4())
    sql("""INSERT INTO job (id, company_id, record_id, state, reserved_minor, payer_id, lease_token, lease_until)
           VALUES (%s, %s, %s, 'running', %s, %s, gen_random_uuid(), now() + interval '1 hour')""",
        (job, branch.id, record, COST, parent.id))
    sql("UPDATE company SET reserved_minor = reserved_minor + %s WHERE id = %s", (COST, parent.id))
    connection = psycopg2.connect(stack.env["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.company_ids', %s, false)", (world.company().id,))
        cursor.execute("SELECT billing_charge(%s, gen_random_uuid())", (job,))
        cursor.execute("SELECT billing_end_job(%s, 'failed', 'x')", (job,))
    connection.close()
    assert sql("SELECT state FROM job WHERE id = %s", (job,)) == [("running",)]
    assert sql("SELECT balance_minor, reserved_minor FROM company WHERE id = %s", (parent.id,)) == [(10 * COST, COST)]
    branch.as_("supervisor").delete(f"/api/v1/records/{record}")
    assert parent.balance()["reserved_minor"] == 0


# ---- limits --------------------------------------------------------------------------------------------------


def limit(company, **limits):
    return company.admin.patch(f"{COMPANIES}/{company.id}", {"limits": limits}).json["limits"]


def refused(answer, name, most):
    assert (answer.code, answer.json["limit"], answer.json["max"]) == ("limit_reached", name, most)


def test_limits_are_the_lower_of_the_platforms_and_the_parents(world):
    parent = world.company(balance=0)
    branch = world.company(balance=0, parent_id=parent.id)
    path, above = f"{COMPANIES}/{branch.id}", parent.as_("company_admin")
    nothing = {"max_accounts": None, "max_branches": None, "max_minutes_per_month": None, "max_concurrent_jobs": None}
    assert branch.admin.get(path).json["limits"] == nothing
    assert limit(branch, max_accounts=10) == {**nothing, "max_accounts": 10}
    assert above.patch(path, {"limits": {"max_accounts": 5, "max_branches": 1}}).json["limits"] == {
        **nothing, "max_accounts": 5, "max_branches": 1}
    answer = above.patch(path, {"limits": {"max_accounts": 11}}, expect=422)
    assert answer.field_errors == {"limits.max_accounts": "out_of_range"}
    assert limit(branch, max_accounts=3)["max_accounts"] == 3
    lifted = above.patch(path, {"limits": {"max_accounts": None, "max_branches": None}}).json
    assert lifted["limits"] == {**nothing, "max_accounts": 3} and lifted["limits_by_parent"] == nothing
    above.patch(f"{COMPANIES}/{parent.id}", {"limits": {"max_accounts": 1}}, expect=403)
    branch.as_("company_admin").patch(path, {"limits": {"max_accounts": None}}, expect=403)


@pytest.mark.parametrize("limits, path, code", [({"max_people": 1}, "limits.max_people", "unknown_field"), (5, "limits", "type"),
                                                ({"max_accounts": -1}, "limits.max_accounts", "out_of_range"),
                                                ({"max_accounts": "1"}, "limits.max_accounts", "type"),
                                                ({"max_accounts": 1.5}, "limits.max_accounts", "type")])
def test_limits_that_are_none_are_refused(company, limits, path, code):
    answer = company.admin.patch(f"{COMPANIES}/{company.id}", {"limits": limits}, expect=422)
    assert answer.field_errors == {path: code}


def test_branches_are_counted_over_the_whole_subtree_also_at_once(world, admin, stack):
    from test_races import at_once
    parent = world.company(balance=0)
    branch = world.company(balance=0, parent_id=parent.id)
    limit(parent, max_branches=3)
    clients = [admin.fresh() for _ in range(6)]
    for client in clients:
        client.login(*stack.admin)

    def add(client, number):
        return client.post(COMPANIES, {"name": unique("B"), "parent_id": (parent, branch)[number % 2].id}, expect={201, 409})

    answers = at_once(clients, add)
    assert sorted(answer.status for answer in answers) == [201, 201, 409, 409, 409, 409]
    refused(next(answer for answer in answers if answer.status == 409), "max_branches", 3)
    other = world.company(balance=0)
    refused(admin.patch(f"{COMPANIES}/{other.id}", {"parent_id": branch.id}, expect=409), "max_branches", 3)
    admin.patch(f"{COMPANIES}/{branch.id}", {"name": "Within the limit"})
    inside = next(answer.json["id"] for answer in answers if answer.status == 201)
    admin.patch(f"{COMPANIES}/{inside}", {"parent_id": branch.id if answers[0].status != 201 else parent.id})


def test_a_branch_does_not_bring_more_accounts_than_its_new_parent_may_have(world, admin):
    parent, other = world.company(balance=0), world.company(balance=0)
    limit(parent, max_accounts=1)
    other.account("viewer")
    other.account("viewer")
    refused(admin.patch(f"{COMPANIES}/{other.id}", {"parent_id": parent.id}, expect=409), "max_accounts", 1)
    limit(parent, max_accounts=2)
    admin.patch(f"{COMPANIES}/{other.id}", {"parent_id": parent.id})


def test_minutes_are_counted_over_the_subtree_also_at_once(world, sounds):
    parent = world.company(price=PRICE)
    branch = world.company(price=PRICE, parent_id=parent.id)
    limit(parent, max_minutes_per_month=0)
    refused(branch.upload(sounds.beep, expect=409), "max_minutes_per_month", 0)
    assert branch.balance()["reserved_minor"] == 0, "nothing is kept of a call that was refused"
    limit(parent, max_minutes_per_month=1)
    branch.admin.patch(f"{COMPANIES}/{branch.id}", {"limits": {"max_concurrent_jobs": None}})
    many = upload_at_once([parent, branch] * 4, sounds.beep, {202})  # 12 s
    assert len(many) == 8


def test_the_last_minute_is_taken_by_one(world, sounds, sql):
    parent = world.company(price=PRICE)
    branches = [world.company(price=PRICE, parent_id=parent.id) for _ in range(3)]
    limit(parent, max_minutes_per_month=1)
    sql("""INSERT INTO company_usage SELECT %s, date_trunc('month', company_day(%s, now()))::date, 60000 - 1500""",
        (branches[0].id, branches[0].id))
    answers = upload_at_once(branches * 2, sounds.beep, {202, 409})
    assert sorted(answer.status for answer in answers) == [202] + [409] * 5
    assert sql("SELECT sum(audio_ms) FROM company_usage u JOIN company c ON c.id = u.company_id WHERE c.path @> ARRAY[%s::uuid]",
               (parent.id,)) == [(60000,)]


def test_a_call_given_up_gives_its_minutes_back(world, sounds, sql):
    company = world.company(price=PRICE)
    limit(company, max_minutes_per_month=1)
    # What the analyzer does not get to see: the job is not due while the record is deleted.
    record, job = Seed(sql, company.id).record("2026-11-10T05:00:00Z", status="PENDING", duration_ms=60_000), str(uuid.uuid4())
    sql("""INSERT INTO job (id, company_id, record_id, reserved_minor, run_at, counted_ms, counted_month)
           VALUES (%s, %s, %s, 0, now() + interval '1 hour', 60000, date_trunc('month', company_day(%s, now()))::date)""",
        (job, company.id, record, company.id))
    sql("INSERT INTO company_usage SELECT company_id, counted_month, counted_ms FROM job WHERE id = %s", (job,))
    refused(company.upload(sounds.beep, expect=409), "max_minutes_per_month", 1)
    company.as_("supervisor").delete(f"/api/v1/records/{record}")
    company.upload(sounds.beep)


def test_calls_under_way_are_limited_also_when_analysed_again(world, sounds, sql):
    parent = world.company(price=PRICE)
    branch = world.company(price=PRICE, parent_id=parent.id)
    done = branch.completed(sounds.beep)
    record = Seed(sql, parent.id).record("2026-11-10T05:00:00Z", status="PENDING")
    sql("""INSERT INTO job (id, company_id, record_id, reserved_minor, run_at)
           VALUES (gen_random_uuid(), %s, %s, 0, now() + interval '1 hour')""", (parent.id, record))
    limit(parent, max_concurrent_jobs=1)
    refused(branch.upload(sounds.beep, expect=409), "max_concurrent_jobs", 1)
    refused(branch.as_("supervisor").post(f"/api/v1/records/{done['id']}/reprocess", expect=409), "max_concurrent_jobs", 1)
    parent.as_("supervisor").delete(f"/api/v1/records/{record}")
    branch.completed(sounds.beep)
