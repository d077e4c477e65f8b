"""What every operation of the document answers alike, asked of each of them: nobody, a stranger's site, a company that is none,
a thing that is not there. Each answer is a problem of the kind that the document promises, and changes nothing."""
import re
import uuid

import pytest

from support.openapi import Document

DOCUMENT = Document()
STREAM = "streamEvents"   # a stream where it is allowed: test_live.py


def those(status, wanted=lambda operation: True):
    return pytest.mark.parametrize("operation", [o for o in DOCUMENT.operations if str(status) in o.spec["responses"] and o.id != STREAM and wanted(o)],
                                   ids=lambda o: o.id)


def path_of(operation, thing=None):
    return re.sub(r"\{version\}", "1", re.sub(r"\{id\}", thing or str(uuid.uuid4()), operation.template))


def takes(operation, name):
    return name in [DOCUMENT.resolve(parameter)["name"] for parameter in operation.parameters]


def is_open(operation):
    return operation.spec.get("security") == []


@those(401, lambda o: not is_open(o))
def test_nobody_is_asked_who_they_are(anonymous, operation):
    assert anonymous.request(operation.method, path_of(operation), expect=401).code in ("unauthenticated", "unauthorized")


@those(403, lambda o: o.method != "GET")
def test_a_page_of_another_site_changes_nothing(admin, anonymous, operation):
    client = anonymous if is_open(operation) else admin
    answer = client.request(operation.method, path_of(operation), expect=403, origin="https://elsewhere.example")
    assert answer.code == "cross_origin"


@those(422, lambda o: takes(o, "company_id"))
def test_a_company_that_is_no_id_is_refused_by_name(admin, operation):
    answer = admin.request(operation.method, path_of(operation), expect=422, query={"company_id": "all"})
    assert list(answer.field_errors) == ["company_id"]


@those(400, lambda o: o.method == "GET")
def test_a_query_that_can_not_be_decoded_is_refused(admin, company, operation):
    client = admin if takes(operation, "company_id") or operation.template.startswith("/api/v1/companies") else company.as_("company_admin")
    scope = f"company_id={company.id}&" if takes(operation, "company_id") else ""
    assert client.request("GET", path_of(operation, company.id), expect=400, query=scope + "limit=%ff").code == "malformed"


@pytest.fixture(scope="module")
def tokens(world):
    """Programs of one company that may do one thing each."""
    person = world.company().as_("company_admin")
    made = [person.post("/api/v1/me/tokens", {"name": "One thing", "scopes": [scope]}, expect=201).json["token"] for scope in ("view_records", "view_audit", "manage_company")]
    return [{"Authorization": f"Bearer {token}"} for token in made]


# Settings are read by everybody of the company; who must enrol first is refused, see test_totp.py.
@those(403, lambda o: o.method == "GET" and o.template.startswith("/api/") and o.id != "getSettings")
def test_a_token_for_something_else_is_refused(anonymous, tokens, operation):
    answers = [anonymous.request("GET", path_of(operation), expect={200, 403, 404, 409, 410}, headers=token) for token in tokens]
    assert {answer.code for answer in answers if answer.status == 403} in ({"forbidden"}, {"session_required"})
