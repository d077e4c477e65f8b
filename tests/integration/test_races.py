"""What must hold when several people do it at once: one booking a key, one active checklist, one administrator left."""
import pytest

from support.threads import at_once

AT_ONCE = 6


@pytest.fixture(scope="module")
def admins(admin, stack):
    clients = [admin.fresh() for _ in range(AT_ONCE)]
    for client in clients:
        client.login(*stack.admin)
    return clients


def test_a_topup_with_one_key_is_booked_once(world, admins):
    company = world.company(balance=0)

    def book(client, _number):
        return client.post(f"/api/v1/companies/{company.id}/topup", {"amount_minor": 700, "comment": "invoice"},
                           headers={"Idempotency-Key": "invoice-7"}, expect=201).json["transaction"]["id"]

    assert len(set(at_once(admins, book))) == 1
    assert company.balance()["balance_minor"] == 700


def test_a_key_is_good_for_one_topup_only(admin, world):
    company = world.company(balance=0)
    path, key = f"/api/v1/companies/{company.id}/topup", {"Idempotency-Key": "k"}
    admin.post(path, {"amount_minor": 5}, headers=key, expect=201)
    assert "Idempotency-Key" in admin.post(path, {"amount_minor": 6}, headers=key, expect=422).field_errors
    assert company.balance()["balance_minor"] == 5
    other = world.company(balance=0)
    admin.post(f"/api/v1/companies/{other.id}/topup", {"amount_minor": 6}, headers=key, expect=201)


def test_the_last_administrator_stays_when_all_are_demoted_at_once(world, admins):
    company = world.company(balance=0)
    people = [company.account("company_admin") for _ in admins]

    def demote(client, number):
        return client.patch(f"/api/v1/accounts/{people[number]['id']}", {"role": "viewer"}, query=company.scope,
                            expect={200, 409}).status

    assert sorted(at_once(admins, demote)) == [200] * (AT_ONCE - 1) + [409]
    assert len(company.admin.pages("/api/v1/accounts", {**company.scope, "role": "company_admin"})) == 1


def test_one_checklist_is_active_when_all_are_activated_at_once(world, admins):
    company = world.company(balance=0)
    lists = [company.checklist(active=False, title=f"L{number}") for number in range(AT_ONCE)]
    at_once(admins, lambda client, number: client.post(f"/api/v1/checklists/{lists[number]['id']}/activate",
                                                       query=company.scope))
    assert sum(item["active"] for item in company.admin.pages("/api/v1/checklists", company.scope)) == 1


def test_every_change_of_questions_gets_a_version_of_its_own(world, admins):
    company = world.company(balance=0)
    path = f"/api/v1/checklists/{company.checklist(active=False)['id']}"
    versions = at_once(admins, lambda client, number: client.patch(
        path, {"segments": [{"title": "S", "questions": [{"text": f"Q{number}"}]}]}, query=company.scope).json["version"])
    assert sorted(versions) == list(range(2, AT_ONCE + 2))
