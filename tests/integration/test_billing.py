"""The ledger adds up: balance = sum of transactions, available = balance − reserved."""
import pytest

from support.world import wait_for

TRANSACTIONS = "/api/v1/transactions"


def test_a_new_company_has_nothing(world):
    company = world.company(balance=0, price=777)
    assert company.balance() == {"balance_minor": 0, "reserved_minor": 0, "available_minor": 0, "currency": "UZS",
                                 "price_per_minute_minor": 777, "shared": False, "payer_id": company.id}
    assert company.as_("company_admin").pages(TRANSACTIONS) == []


def test_the_ledger_adds_up_over_topups_and_charges(world, sounds):
    company = world.company(balance=1_000_000)
    company.admin.post(f"/api/v1/companies/{company.id}/topup", {"amount_minor": 500}, expect=201)
    for _ in range(3):
        company.completed(sounds.beep)
    client = company.as_("company_admin")
    ledger = client.pages(TRANSACTIONS, limit=2)
    assert [t["type"] for t in ledger] == ["charge"] * 3 + ["topup"] * 2, "newest first"
    balance = company.balance()
    assert sum(t["amount_minor"] for t in ledger) == balance["balance_minor"] == ledger[0]["balance_after_minor"]
    running = 0
    for entry in reversed(ledger):
        running += entry["amount_minor"]
        assert entry["balance_after_minor"] == running
    assert balance["available_minor"] == balance["balance_minor"] - balance["reserved_minor"] and balance["reserved_minor"] == 0
    assert len(client.pages(TRANSACTIONS, {"type": "topup"})) == 2
    assert client.pages(TRANSACTIONS, {"type": "adjustment"}) == []
    assert len({t["record_id"] for t in ledger if t["type"] == "charge"}) == 3


def test_an_accepted_call_holds_its_price_until_it_is_settled(company, sounds):
    record = company.upload(sounds.beep)
    seen = company.balance()
    assert seen["available_minor"] == 100_000_000 - record["cost_minor"]
    wait_for("settled", 60, lambda: company.balance()["reserved_minor"] == 0)
    assert company.balance()["balance_minor"] == 100_000_000 - record["cost_minor"]


def test_uploads_at_once_never_spend_more_than_there_is(world, sounds, stack):
    import subprocess
    price = 250  # of 1.5 s at 10 000 a minute
    company = world.company(balance=3 * price)
    client = company.as_("user")
    senders = [subprocess.Popen(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-b", "dialix=" + client.session.cookies["dialix"],
                                 "-H", f"Origin: {stack.url}", "-F", f"file=@{sounds.beep}", stack.url + "/api/v1/records"],
                                stdout=subprocess.PIPE, text=True) for _ in range(10)]
    answers = sorted(sender.communicate(timeout=120)[0] for sender in senders)
    assert answers == ["202"] * 3 + ["402"] * 7
    wait_for("settled", 90, lambda: company.balance()["reserved_minor"] == 0)
    assert company.balance()["balance_minor"] == 0
    assert len(company.as_("company_admin").pages(TRANSACTIONS, {"type": "charge"})) == 3


def test_the_ledger_filters_by_day_of_the_companys_zone(world, sql):
    company = world.company(balance=700)
    sql("UPDATE transaction SET created_at = '2026-11-01T19:30:00Z' WHERE company_id = %s", (company.id,))
    client = company.as_("company_admin")
    assert len(client.pages(TRANSACTIONS, {"start": "2026-11-02", "end": "2026-11-02"})) == 1
    assert client.pages(TRANSACTIONS, {"start": "2026-11-01", "end": "2026-11-01"}) == []


@pytest.mark.parametrize("query, path", [({"type": "gift"}, "type"), ({"start": "x"}, "start"), ({"cursor": "!"}, "cursor"), ({"limit": "500"}, "limit")])
def test_wrong_filters_are_named(company, query, path):
    assert path in company.as_("company_admin").get(TRANSACTIONS, query=query, expect=422).field_errors


def test_a_changed_price_counts_for_new_calls_only(company, sounds):
    first = company.completed(sounds.beep)
    company.admin.patch(f"/api/v1/companies/{company.id}", {"price_per_minute_minor": 20_000})
    second = company.completed(sounds.beep)
    assert (first["cost_minor"], second["cost_minor"]) == (250, 500)
    assert company.balance()["balance_minor"] == 100_000_000 - 750
