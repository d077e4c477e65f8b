#!/usr/bin/python3
"""usage: from_api.py FOLDER

What docs/openapi.yaml knows, for the targets that read requests: FOLDER/json_body/ and FOLDER/query/ get one seed an
operation (every field, every parameter), FOLDER/api.dict the words. So a new endpoint is fuzzed without a word here.
"""
import json
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
BY_FORMAT = {
    "uuid": ID, "date": "2026-11-23", "date-time": "2026-11-23T08:15:00Z", "email": "a.b@example.com", "uri": "https://example.com/x",
}
API = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())


def resolve(node):
    while "$ref" in node:
        target = API
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def sample(schema, depth=0):
    schema = resolve(schema)
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return sample(schema[choice][0], depth)
    if "allOf" in schema:
        merged = {}
        for part in schema["allOf"]:
            merged.update(sample(part, depth) or {})
        return merged
    for given in ("const", "default", "example"):
        if given in schema:
            return schema[given]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    kind = next((k for k in kind if k != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        return {name: sample(s, depth + 1) for name, s in schema.get("properties", {}).items()} if depth < 6 else {}
    if kind == "array":
        return [sample(schema.get("items", {}), depth + 1)]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1)
    if kind == "boolean":
        return True
    if kind == "string":
        return BY_FORMAT.get(schema.get("format"), "text long enough")[: schema.get("maxLength", 99)]
    return None


def as_text(value):
    value = value[0] if isinstance(value, list) and value else value
    return str(value).lower() if isinstance(value, bool) else str(value).replace(" ", "+")


def words(node, found):
    if isinstance(node, dict):
        found.update(node.get("properties", {}))
        found.update(v for v in node.get("enum", []) if isinstance(v, str))
        if "in" in node and "name" in node:
            found.add(node["name"])
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            words(part, found)


def main(folder):
    bodies, queries = folder / "json_body", folder / "query"
    bodies.mkdir(parents=True, exist_ok=True)
    queries.mkdir(parents=True, exist_ok=True)
    lines = set()
    for path, operations in API["paths"].items():
        for method, operation in operations.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            target = "/".join((ID if "id" in s else "1") if s.startswith("{") else s for s in path.split("/"))
            line = f"{method.upper()} {target}"
            name = line.replace("/", "_").replace(" ", "")
            lines.add(line)
            body = resolve(operation.get("requestBody", {})).get("content", {}).get("application/json")
            if body:
                (bodies / name).write_text(line + "\n" + json.dumps(sample(body["schema"]), ensure_ascii=False, default=str))
            asked = [resolve(p) for p in operations.get("parameters", []) + operation.get("parameters", [])]
            query = "&".join(f"{p['name']}={as_text(sample(p['schema']))}" for p in asked if p["in"] == "query")
            (queries / name).write_text(line + ("?" + query if query else ""))
    found = set()
    words(API, found)
    quoted = lambda text: '"' + "".join(c if " " <= c <= "~" and c not in '"\\' else "".join(f"\\x{b:02x}" for b in c.encode()) for c in text) + '"'
    entries = sorted(quoted(w) for w in lines | {w for w in found if 0 < len(w) <= 60})
    (folder / "api.dict").write_text("\n".join(entries) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
