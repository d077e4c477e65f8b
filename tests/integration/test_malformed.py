"""A body that is no JSON is 400 and changes nothing, whatever the operation; a query of a list that cannot be decoded too."""
import re
import uuid

import pytest

from support.openapi import Document

DOCUMENT = Document()


def path_of(operation, company):
    path = operation.template.replace("/companies/{id}", f"/companies/{company.id}")
    return re.sub(r"\{version\}", "1", re.sub(r"\{id\}", str(uuid.uuid4()), path))


def scope_of(operation, company):
    names = [DOCUMENT.resolve(parameter)["name"] for parameter in operation.parameters]
    return company.scope if "company_id" in names else None


WITH_JSON = [o for o in DOCUMENT.operations
             if "400" in o.spec["responses"] and "application/json" in o.spec.get("requestBody", {}).get("content", {})]


@pytest.mark.parametrize("operation", WITH_JSON, ids=lambda o: o.id)
@pytest.mark.parametrize("body", [b'{"name": ', b"\xff\xfe", b'{"a": 1} trailing', b"[" * 10_000], ids=["cut", "bytes", "two", "deep"])
def test_a_body_that_is_no_json_is_400(admin, company, operation, body):
    answer = admin.request(operation.method, path_of(operation, company), expect=400, query=scope_of(operation, company),
                           data=body, headers={"Content-Type": "application/json"})
    assert answer.code == "malformed"


@pytest.mark.parametrize("operation", WITH_JSON, ids=lambda o: o.id)
def test_a_body_that_is_not_called_json_is_415(admin, company, operation):
    if "multipart/form-data" in operation.spec["requestBody"]["content"]:
        pytest.skip("takes two types")
    admin.request(operation.method, path_of(operation, company), expect=415, query=scope_of(operation, company),
                  data=b"{}", headers={"Content-Type": "text/plain"})
