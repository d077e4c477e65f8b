"""docs/openapi.yaml keeps the promises that the other tests build on."""
import jsonschema
import pytest

from support.openapi import ContractError, Document

pytestmark = pytest.mark.document
DOCUMENT = Document()
SCHEMAS = DOCUMENT.raw["components"]["schemas"]
OPERATIONS = DOCUMENT.operations


def walk(node, path=()):
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, path + (key,))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from walk(value, path + (number,))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_names_all_it_may_have(name):
    for path, node in walk(SCHEMAS[name]):
        if node.get("type") == "object" and "properties" in node:
            assert "additionalProperties" in node, f"{name}/{path} is open"
            assert set(node.get("required", [])) <= set(node["properties"]), f"{name}/{path} requires what it has not"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_a_response_leaves_no_field_optional(operation):
    """A client need not ask whether a field is there: what can be unknown is null. Health checks say why they failed only then."""
    optional_on_purpose = {"HealthCheck", "HealthCheckDetailed"}

    def check(schema, where):
        for path, node in walk(schema):
            if "$ref" in node:
                name = node["$ref"].rsplit("/", 1)[1]
                if name not in optional_on_purpose and name not in seen:
                    seen.add(name)
                    check(DOCUMENT.resolve(node), name)
            elif node.get("type") == "object" and "properties" in node:
                assert set(node["properties"]) == set(node.get("required", [])), f"{operation}: {where}/{path}"

    seen = set()
    for status, response in operation.spec["responses"].items():
        for content in DOCUMENT.resolve(response).get("content", {}).values():
            check(content["schema"], status)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_errors_follow_from_what_an_operation_takes(operation):
    statuses = set(operation.spec["responses"])
    content = operation.spec.get("requestBody", {}).get("content", {})
    if operation.permission == "public":
        assert operation.spec.get("security") == []
    else:
        assert "401" in statuses
        assert operation.permission == "authenticated" or "403" in statuses
    if content:
        assert {"400", "413", "415", "422"} <= statuses
    if "{id}" in operation.template:
        assert "404" in statuses
    if operation.method != "GET" and operation.permission != "public":
        assert "403" in statuses, "the Origin check answers 403"
    if operation.id != "getHealth":
        assert "503" in statuses


def test_every_example_is_valid():
    found = 0
    for _, node in walk(DOCUMENT.raw["paths"]):
        for example in (node.get("examples") or {}).values() if isinstance(node.get("examples"), dict) else []:
            found += 1
            value = DOCUMENT.resolve(example)["value"]
            assert DOCUMENT.errors(node["schema"], value) == []
    assert found >= 8


class Headers(dict):
    def get(self, name, default=None):
        return super().get(name, default)


GOOD = {"X-Request-Id": "abc", "Server-Timing": 'total;dur=1, db;dur=1;desc="1"', "Content-Type": "application/json",
        "ETag": 'W/"v1"'}
BALANCE = (b'{"balance_minor":5,"reserved_minor":0,"available_minor":5,"currency":"UZS","price_per_minute_minor":10,'
           b'"shared":false,"payer_id":"0197a1b2-0000-7000-8000-000000000002"}')


def check(status=200, headers=None, body=BALANCE):
    return DOCUMENT.check_response(DOCUMENT.by_id["getBalance"], status, Headers({**GOOD, **(headers or {})}), body)


def test_the_checker_takes_a_right_answer():
    assert check()["balance_minor"] == 5


@pytest.mark.parametrize("wrong", [
    {"status": 418},
    {"headers": {"X-Request-Id": None}},
    {"headers": {"Server-Timing": "db;dur=1"}},
    {"headers": {"Content-Type": "text/html"}},
    {"body": b"not json"},
    {"body": BALANCE.replace(b"5,", b'"5",', 1)},
    {"body": BALANCE.replace(b'"UZS"', b"null")},
    {"body": BALANCE.replace(b"}", b',"more":1}')},
    {"body": BALANCE.replace(b'"currency":"UZS",', b"")},
    {"status": 401, "body": BALANCE},
], ids=lambda wrong: "-".join(wrong))
def test_the_checker_refuses_a_wrong_answer(wrong):
    with pytest.raises(ContractError):
        check(**wrong)


def test_a_literal_path_wins_over_a_parameter():
    assert DOCUMENT.find("POST", "/api/v1/records/estimate").id == "estimateRecord"
    assert DOCUMENT.find("GET", "/api/v1/records/0197a1b2-0000-7000-8000-000000000001").id == "getRecord"
    assert DOCUMENT.find("GET", "/api/v1/records/a/b/c") is None
