"""Operators: a three-digit code that is unique in the company."""
import pytest

OPERATORS = "/api/v1/operators"


@pytest.fixture
def client(company):
    return company.as_("supervisor")


def test_an_operator_is_made_read_changed_and_removed(client):
    made = client.post(OPERATORS, {"code": "007", "name": "Aziz Rahimov"}, expect=201)
    operator = made.json
    assert made.headers["Location"] == f"{OPERATORS}/{operator['id']}"
    assert (operator["code"], operator["active"]) == ("007", True)
    assert client.get(made.headers["Location"]).json == operator
    changed = client.patch(made.headers["Location"], {"name": "Aziz R.", "active": False}).json
    assert (changed["name"], changed["active"], changed["code"]) == ("Aziz R.", False, "007")
    client.delete(made.headers["Location"])
    client.get(made.headers["Location"], expect=404)
    client.patch(made.headers["Location"], {"name": "Ghost"}, expect=404)
    assert client.pages(OPERATORS) == []


def test_a_code_is_unique_in_the_company_only(client, world):
    first = client.post(OPERATORS, {"code": "101", "name": "A"}, expect=201).json
    other = client.post(OPERATORS, {"code": "102", "name": "B"}, expect=201).json
    assert client.post(OPERATORS, {"code": "101", "name": "C"}, expect=409).code == "code_taken"
    assert client.patch(f"{OPERATORS}/{other['id']}", {"code": "101"}, expect=409).code == "code_taken"
    world.company().as_("supervisor").post(OPERATORS, {"code": "101", "name": "D"}, expect=201)
    client.delete(f"{OPERATORS}/{first['id']}")
    client.post(OPERATORS, {"code": "101", "name": "E"}, expect=201)


def test_the_list_is_by_code_and_filters(client):
    for code, name, active in [("300", "Bobur", True), ("100", "Aziza", True), ("200", "Aziz", False)]:
        client.post(OPERATORS, {"code": code, "name": name, "active": active}, expect=201)
    assert [item["code"] for item in client.pages(OPERATORS, limit=1)] == ["100", "200", "300"]
    assert [item["code"] for item in client.pages(OPERATORS, {"active": "true"})] == ["100", "300"]
    assert [item["code"] for item in client.pages(OPERATORS, {"q": "aziz"})] == ["100", "200"]
    assert [item["code"] for item in client.pages(OPERATORS, {"q": "30"})] == ["300"]


@pytest.mark.parametrize("change, path", [
    ({"code": "12"}, "code"), ({"code": "1234"}, "code"), ({"code": "12a"}, "code"), ({"code": 101}, "code"), ({"code": None}, "code"),
    ({"code": "１０１"}, "code"), ({"name": ""}, "name"), ({"name": "x" * 201}, "name"), ({"active": "yes"}, "active"), ({"x": 1}, "x"),
], ids=str)
def test_a_wrong_operator_is_refused_by_field(client, change, path):
    assert path in client.post(OPERATORS, {"code": "101", "name": "A", **change}, expect=422).field_errors


def test_missing_fields_are_named_together(client):
    assert client.post(OPERATORS, {}, expect=422).field_errors == {"code": "required", "name": "required"}


def test_names_keep_every_script(client):
    name = "O‘g‘iloy Ўктам Ёқуб 😀 \"quoted\" \\back"
    operator = client.post(OPERATORS, {"code": "555", "name": name}, expect=201).json
    assert client.get(f"{OPERATORS}/{operator['id']}").json["name"] == name


@pytest.mark.parametrize("query, path", [({"limit": "0"}, "limit"), ({"limit": "201"}, "limit"), ({"limit": "x"}, "limit"),
                                         ({"cursor": "garbage!"}, "cursor"), ({"active": "perhaps"}, "active")], ids=str)
def test_wrong_list_parameters_are_named(client, query, path):
    assert path in client.get(OPERATORS, query=query, expect=422).field_errors


def test_an_operators_calls_keep_naming_them_after_removal(company, sql):
    from support.seed import Seed
    operator = company.operator(code="444", name="Gone Soon")
    record = Seed(sql, company.id).record("2026-11-01T10:00:00Z", operator_id=operator["id"])
    company.as_("supervisor").delete(f"{OPERATORS}/{operator['id']}")
    assert company.as_("supervisor").get(f"/api/v1/records/{record}").json["operator"]["name"] == "Gone Soon"
