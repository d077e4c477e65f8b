"""docs/openapi.yaml as the tests use it: find the operation of a request, check its answer (status, headers, body).

An answer that the document does not describe is a ContractError, whatever the test wanted to see.
"""
import datetime
import json
import re
from pathlib import Path

import jsonschema
import yaml

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete", "head")
# Any operation may answer these (see the document's introduction); a 500 is a bug and is never allowed.
ALWAYS_ALLOWED = {405, 408}

formats = jsonschema.FormatChecker(["uuid", "date", "email"])


@formats.checks("date-time", raises=ValueError)
def _is_date_time(value):
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", value):
            raise ValueError("not RFC 3339")
        datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", value).replace("Z", "+00:00"))
    return True


class ContractError(AssertionError):
    """The server said something that docs/openapi.yaml does not allow."""


class Operation:
    def __init__(self, method, template, spec, path_item):
        self.method, self.template, self.spec = method.upper(), template, spec
        self.id = spec["operationId"]
        self.permission = spec["x-permission"]
        self.parameters = path_item.get("parameters", []) + spec.get("parameters", [])
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        self.pattern = re.compile(pattern)
        self.literals = sum(1 for part in template.split("/") if "{" not in part)

    def __repr__(self):
        return f"{self.id} ({self.method} {self.template})"


class Document:
    def __init__(self, path=DOCUMENT):
        self.raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        self.operations = [
            Operation(method, template, item[method], item)
            for template, item in self.raw["paths"].items() for method in METHODS if method in item]
        self.by_id = {operation.id: operation for operation in self.operations}
        self._resolver = jsonschema.RefResolver("", self.raw)
        self._validators = {}

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.raw
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def find(self, method, path):
        """The operation of a request path (no query), or None."""
        found = [o for o in self.operations if o.method == method.upper() and o.pattern.fullmatch(path)]
        return max(found, key=lambda o: o.literals, default=None)

    def errors(self, schema, value):
        key = json.dumps(schema, sort_keys=True)
        validator = self._validators.get(key)
        if validator is None:
            validator = self._validators[key] = jsonschema.Draft202012Validator(
                schema, resolver=self._resolver, format_checker=formats)
        return [f"{error.json_path}: {error.message[:300]}" for error in best_first(validator.iter_errors(value))]

    def check_value(self, schema_name, value):
        problems = self.errors({"$ref": f"#/components/schemas/{schema_name}"}, value)
        if problems:
            raise ContractError(f"not a {schema_name}: " + "; ".join(problems))

    def check_request(self, operation, body):
        """A JSON body that the server accepted must be one that the document allows."""
        content = operation.spec.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            raise ContractError(f"{operation}: took a JSON body that the document does not have")
        problems = self.errors(content["application/json"]["schema"], body)
        if problems:
            raise ContractError(f"{operation}: took a body that the document forbids: " + "; ".join(problems))

    def check_response(self, operation, status, headers, body):
        """headers: case-insensitive mapping; body: bytes. Returns the parsed JSON, or None where it is none."""
        where = f"{operation} → {status}"
        responses = operation.spec["responses"]
        spec = self.resolve(responses.get(str(status)))
        if spec is None and status in ALWAYS_ALLOWED:
            spec = self.resolve({"$ref": "#/components/responses/Malformed"})
        if spec is None:
            raise ContractError(f"{where}: the document has only {sorted(responses)}; body: {body[:500]!r}")
        self._check_headers(where, spec, headers)
        content = spec.get("content")
        if not content:
            if body and status in (204, 304):
                raise ContractError(f"{where}: must have no body, has {body[:200]!r}")
            return None
        return self._check_body(where, content, headers, body, status)

    def _check_headers(self, where, spec, headers):
        for name, header in spec.get("headers", {}).items():
            header = self.resolve(header)
            value = headers.get(name)
            if value is None:
                if header.get("required"):
                    raise ContractError(f"{where}: header {name} is missing")
                continue
            if self.resolve(header["schema"]).get("type") == "integer":
                if not re.fullmatch(r"-?\d+", value):
                    raise ContractError(f"{where}: header {name} is not an integer: {value}")
                value = int(value)
            problems = self.errors(header["schema"], value)
            if problems:
                raise ContractError(f"{where}: header {name}: " + "; ".join(problems))

    def _check_body(self, where, content, headers, body, status):
        media_type = headers.get("Content-Type", "").split(";")[0].strip().lower()
        entry = content.get(media_type) or content.get(media_type.split("/")[0] + "/*")
        if entry is None:
            raise ContractError(f"{where}: Content-Type {media_type!r} is not one of {sorted(content)}; body: {body[:300]!r}")
        if not media_type.endswith("json"):
            return None
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except ValueError as error:
            raise ContractError(f"{where}: body is not JSON ({error}): {body[:300]!r}") from error
        problems = self.errors(entry["schema"], value)
        if problems:
            raise ContractError(f"{where}: " + "; ".join(problems[:8]) + f"; body: {json.dumps(value)[:800]}")
        if media_type == "application/problem+json":
            if value["status"] != status:
                raise ContractError(f"{where}: the problem's status is {value['status']}")
            if value["request_id"] != headers.get("X-Request-Id"):
                raise ContractError(f"{where}: request_id {value['request_id']} is not the header's {headers.get('X-Request-Id')}")
        return value


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def best_first(errors):
    """oneOf errors are told by their deepest cause: 'neither A nor null' says nothing."""
    told = []
    for error in errors:
        while error.context:
            error = max(error.context, key=lambda e: (len(e.absolute_path), e.validator != "type"))
        told.append(error)
    return told
