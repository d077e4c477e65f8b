"""What the company asks about."""
import pytest

SETTINGS = "/api/v1/settings"


def test_everyone_reads_and_an_admin_changes_them(company):
    before = company.as_("viewer").get(SETTINGS).json
    assert before["price_per_minute_minor"] == 10_000 and before["currency"] == "UZS"
    changed = company.as_("company_admin").patch(SETTINGS, {
        "language": "ru", "timezone": "Europe/Moscow", "purposes": ["order", "complaint"], "products": ["muzlatkich"],
        "lead_sources": ["telegram", "do‘st"], "channel_map": {"operator_channel": 1}}).json
    assert changed == {**before, "language": "ru", "timezone": "Europe/Moscow", "purposes": ["order", "complaint"],
                       "products": ["muzlatkich"], "lead_sources": ["telegram", "do‘st"], "channel_map": {"operator_channel": 1}}
    assert company.as_("operator").get(SETTINGS).json == changed
    assert company.as_("company_admin").get("/api/v1/me").json["company"]["timezone"] == "Europe/Moscow"


def test_a_change_leaves_the_rest_alone(company):
    client = company.as_("company_admin")
    client.patch(SETTINGS, {"purposes": ["a", "b"]})
    after = client.patch(SETTINGS, {"channel_map": {"operator_channel": 0}}).json
    assert after["purposes"] == ["a", "b"] and after["channel_map"] == {"operator_channel": 0}
    assert client.patch(SETTINGS, {"purposes": []}).json["purposes"] == []
    assert client.patch(SETTINGS, {"channel_map": {"operator_channel": None}}).json["channel_map"] == {"operator_channel": None}


@pytest.mark.parametrize("change, path", [
    ({"language": "fr"}, "language"), ({"timezone": "Asia/Nowhere"}, "timezone"), ({"timezone": ""}, "timezone"),
    ({"purposes": "order"}, "purposes"), ({"purposes": [1]}, "purposes[0]"), ({"purposes": [""]}, "purposes[0]"),
    ({"purposes": ["x" * 101]}, "purposes[0]"), ({"purposes": ["a", "a"]}, "purposes[1]"), ({"products": [f"p{n}" for n in range(201)]}, "products"),
    ({"channel_map": {"operator_channel": 2}}, "channel_map.operator_channel"), ({"channel_map": {}}, "channel_map.operator_channel"),
    ({"channel_map": None}, "channel_map"), ({"price_per_minute_minor": 0}, "price_per_minute_minor"), ({"currency": "USD"}, "currency"),
    ({"require_totp": None}, "require_totp"), ({"require_totp": 1}, "require_totp"),
    ({"audit_retention_days": 89}, "audit_retention_days"), ({"audit_retention_days": 1096}, "audit_retention_days"),
    ({"audit_retention_days": "90"}, "audit_retention_days"),
], ids=str)
def test_wrong_settings_are_refused_by_field_and_change_nothing(company, change, path):
    client = company.as_("company_admin")
    before = client.get(SETTINGS).json
    answer = client.patch(SETTINGS, {"language": "uz", **change}, expect=422)
    assert path in answer.field_errors, answer.json["errors"]
    assert client.get(SETTINGS).json == before


def test_an_empty_change_is_refused(company):
    company.as_("company_admin").patch(SETTINGS, {}, expect=422)
