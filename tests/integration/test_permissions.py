"""Every operation asks for the permission that the document says, for each role."""
import uuid

import pytest

from support.openapi import Document

OPERATIONS = [o for o in Document().operations if o.permission not in ("public", "authenticated")]
HELD = {
    "company_admin": {"manage_users", "manage_company", "view_analytics", "manage_checklists", "manage_operators",
                      "view_records", "update_records", "delete_records", "manage_billing", "view_audit", "manage_integrations"},
    "supervisor": {"view_analytics", "manage_checklists", "manage_operators", "view_records", "update_records", "delete_records"},
    "user": {"view_analytics", "view_records", "update_records"},
    "viewer": {"view_analytics", "view_records"},
    "operator": {"view_records"},
}


@pytest.fixture(scope="module")
def company(world):
    return world.company()


def send(client, operation, **kwargs):
    """A request that is refused or fails for want of the thing, never one that changes anything."""
    path = operation.template.replace("{id}", str(uuid.uuid4())).replace("{version}", "1")
    body = {"json": {}} if operation.spec.get("requestBody") else {}
    every = set(range(200, 600))
    return client.request(operation.method, path, expect=every, **body, **kwargs)


@pytest.mark.parametrize("role", HELD)
def test_me_lists_what_the_role_holds(company, role):
    assert set(company.as_(role).get("/api/v1/me").json["permissions"]) == HELD[role]


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.id != "streamEvents"], ids=lambda o: o.id)
def test_only_roles_with_the_permission_get_through(company, operation):
    for role, permissions in HELD.items():
        answer = send(company.as_(role), operation)
        if operation.permission in permissions:
            assert answer.status != 403, f"{role} has {operation.permission}, but {operation} said {answer}"
        else:
            assert answer.status == 403 and answer.code == "forbidden", f"{role} has no {operation.permission}: {answer}"


@pytest.mark.parametrize("operation", [o for o in Document().operations if o.permission != "public"], ids=lambda o: o.id)
def test_nobody_gets_through_without_a_session(anonymous, operation):
    assert send(anonymous, operation).status == 401


@pytest.mark.parametrize("operation", [o for o in Document().operations if o.method != "GET" and o.permission != "public"],
                         ids=lambda o: o.id)
def test_no_unsafe_operation_is_without_the_origin_check(company, operation):
    answer = send(company.as_("company_admin"), operation, origin="https://evil.example")
    assert answer.status == 403 and answer.code in ("cross_origin", "forbidden")
    if operation.permission in HELD["company_admin"]:
        assert answer.code == "cross_origin"
