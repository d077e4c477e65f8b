"""What an attacker tries first, one test each (OWASP Top 10, ASVS 4.0.3). What they try on the wire is in tests/deploy/test_edge.py,
addresses that a tenant configures (SSRF) with the integrations, formulas in CSV with the exports, scripts that run in a browser
with the web app's story."""
import http.client
import json
import uuid
from urllib.parse import urlencode, urlsplit

import pytest

from support.openapi import Document
from support.seed import Seed
from support.world import PASSWORD, unique

SQL_TEXTS = ["' OR '1'='1", "'; DROP TABLE record; --", "\\'; SELECT pg_sleep(5); --", "1) UNION SELECT password_hash FROM account --",
             "$1", "%' OR 1=1 --", "a' || (SELECT email FROM account LIMIT 1) || '", "NULL", "{a,b}", "\u02bc OR 1=1"]
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def ours(world):
    return world.company()


@pytest.fixture(scope="module")
def theirs(world, sql):
    company = world.company()
    company.operator(code="777", name="Their Operator")
    Seed(sql, company.id).record("2026-11-10T05:00:00Z")
    return company


def wire(stack, method, path, headers):
    """One request, its header values exactly as given."""
    where = urlsplit(stack.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def cookie_of(client):
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.session.cookies)


def test_sql_injection_finds_nothing_and_breaks_nothing(ours, theirs, sql):
    """Every text parameter of every list, and text fields that are stored, with what would end a literal."""
    client = ours.as_("company_admin")
    before = sql("SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM account), (SELECT count(*) FROM operator)")
    tried = 0
    for operation in Document().operations:
        if operation.method != "GET" or "{" in operation.template or operation.permission == "public" or operation.id == "streamEvents":
            continue
        for parameter in map(Document().resolve, operation.parameters):
            if parameter.get("in") != "query" or parameter["name"] == "company_id":
                continue
            for text in SQL_TEXTS:
                answer = client.request("GET", operation.template, query={parameter["name"]: text}, expect=set(range(200, 500)))
                assert b"Their Operator" not in answer.body and theirs.id.encode() not in answer.body, (operation, parameter["name"], text)
                tried += 1
    assert tried > 100
    for text in SQL_TEXTS:
        made = client.post("/api/v1/operators", {"code": next_code(client), "name": text}, expect=201).json
        assert client.get(f"/api/v1/operators/{made['id']}").json["name"] == text
    anonymous = client.fresh()
    for text in SQL_TEXTS:
        anonymous.login(text, text, expect={401, 422, 429})
    after = sql("SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM account), (SELECT count(*) FROM operator)")
    assert (after[0][0], after[0][1]) == before[0][:2] and after[0][2] == before[0][2] + len(SQL_TEXTS)


def next_code(client):
    taken = {item["code"] for item in client.pages("/api/v1/operators", limit=200)}
    return next(f"{number:03d}" for number in range(100, 1000) if f"{number:03d}" not in taken)


@pytest.mark.parametrize("header", ["X-Request-Id", "User-Agent", "Idempotency-Key", "Origin", "Host"])
def test_header_injection_splits_no_answer(ours, stack, header):
    """Percent-encoded, folded and bare line ends in what is echoed or stored never become a header of an answer."""
    for value in ("x%0d%0aSet-Cookie:%20evil=1", "x\\r\\nSet-Cookie: evil=1", "x\u2028Set-Cookie: evil=1".encode().decode("latin-1")):
        headers = {"Host": urlsplit(stack.url).netloc, "Cookie": cookie_of(ours.as_("viewer")), header: value}
        answer, _ = wire(stack, "GET", "/api/v1/me", headers)
        assert answer.getheader("Set-Cookie") is None
        assert "evil" not in str([pair for pair in answer.getheaders() if pair[0].lower() != "x-request-id"])
        assert "\r" not in (answer.getheader("X-Request-Id") or "") and ":" not in (answer.getheader("X-Request-Id") or "")


def test_header_injection_through_names_of_things(ours, sounds, sql):
    """A title with line ends, however it came to be stored, never reaches a header: Location, Content-Disposition, X-Accel-Redirect."""
    client = ours.as_("supervisor")
    refused = client.patch(f"/api/v1/records/{ours.upload(sounds.beep)['id']}", {"title": "a\r\nX-Evil: 1"}, expect={200, 422})
    record = ours.upload(sounds.beep, client=client, title="evil")
    sql("UPDATE record SET title = E'a\\r\\nX-Evil: 1\\r\\n\\r\\nbody' WHERE id = %s", (record["id"],))
    for tail in ("", "/audio"):
        assert "X-Evil" not in client.get(f"/api/v1/records/{record['id']}{tail}").headers
    assert "X-Evil" not in refused.headers


@pytest.mark.parametrize("name", ["../../../etc/passwd.wav", "..\\..\\boot.wav", "/etc/shadow.wav", "%2e%2e%2fx.wav", "a/../../b.wav", "..wav", "."])
def test_path_traversal_by_the_name_of_an_upload_stays_in_the_store(ours, stack, sounds, name):
    before = stack.audio_files()
    record = ours.upload(sounds.beep, name=name)
    added = stack.audio_files() - before
    assert all(path.startswith(ours.id + "/") and record["id"] in path for path in added) and added
    assert ".." not in record["title"] or "/" not in record["title"]


@pytest.mark.parametrize("path", ["/_audio/{0}", "/_events/{0}", "/assets/..%2f..%2fsecrets/admin", "/..%2f..%2fenv", "/assets/../../env",
                                  "//_audio/{0}", "/%5faudio/{0}", "/api/../_audio/{0}", "/api/v1/%2e%2e/%2e%2e/_audio/{0}", "/_problem/400"])
def test_path_traversal_reaches_no_internal_address(ours, stack, sounds, path):
    ours.upload(sounds.beep)
    name = sorted(file for file in stack.audio_files() if file.startswith(ours.id))[0]
    answer, body = wire(stack, "GET", path.format(name), {"Host": urlsplit(stack.url).netloc, "Cookie": cookie_of(ours.as_("supervisor"))})
    assert b"RIFF" not in body[:4] and b"SECRET_KEY" not in body
    assert answer.getheader("Content-Type", "").split(";")[0] in ("application/problem+json", "text/html", "application/json")


def test_x_accel_redirect_from_a_client_is_not_followed(ours, stack, sounds):
    ours.upload(sounds.beep)
    name = sorted(file for file in stack.audio_files() if file.startswith(ours.id))[0]
    forged = {"X-Accel-Redirect": f"/_audio/{name}", "X-Sendfile": f"/_audio/{name}", "X-Original-URL": f"/_audio/{name}",
              "X-Rewrite-URL": f"/_audio/{name}"}
    for path in ("/api/v1/me", "/health", "/", "/api/v1/nothing"):
        answer, body = wire(stack, "GET", path, {"Host": urlsplit(stack.url).netloc, "Cookie": cookie_of(ours.as_("viewer")), **forged})
        assert b"RIFF" not in body and "X-Accel-Redirect" not in answer.headers
        assert not answer.getheader("Content-Type", "").startswith("audio/")


def test_x_accel_redirect_of_an_answer_never_reaches_the_client(ours, sounds):
    record = ours.upload(sounds.beep)
    answer = ours.as_("supervisor").get(f"/api/v1/records/{record['id']}/audio")
    assert answer.body[:4] == b"RIFF" and "X-Accel-Redirect" not in answer.headers


@pytest.mark.parametrize("operation", [o for o in Document().operations if o.method != "GET" and o.permission != "public"], ids=lambda o: o.id)
def test_csrf_every_unsafe_operation_refuses_a_foreign_page(ours, operation):
    path = operation.template.replace("{id}", str(uuid.uuid4())).replace("{version}", "1").replace("{kind}", "pbx")
    answer = ours.as_("company_admin").request(operation.method, path, json={} if operation.spec.get("requestBody") else None,
                                               origin="https://evil.example", expect=403)
    assert answer.code == "cross_origin"


def test_csrf_a_form_post_without_json_is_refused(ours, stack):
    """What a plain HTML form can send: no preflight, no custom header, one of three types."""
    client = ours.as_("company_admin")
    for content_type in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        answer = client.request("POST", "/api/v1/operators", data=b'{"code":"998","name":"x"}', headers={"Content-Type": content_type},
                                origin=None, expect={403, 415})
        assert answer.code in ("cross_origin", "unsupported_media_type")


def test_session_fixation_a_cookie_from_before_the_login_is_worth_nothing(ours, anonymous):
    """The attacker plants a cookie, or shares the browser: after the victim's login neither is a session of the victim."""
    account, other = ours.account("user"), ours.account("user")
    planted = "A" * 43
    answer = anonymous.post("/api/v1/auth/login", {"login": account["email"], "password": PASSWORD}, headers={"Cookie": f"dialix={planted}"})
    fresh = answer.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
    assert fresh != planted
    anonymous.fresh().get("/api/v1/me", headers={"Cookie": f"dialix={planted}"}, expect=401)
    first = anonymous.fresh()
    first.login(other["email"], PASSWORD)
    before = cookie_of(first)
    first.login(account["email"], PASSWORD)
    assert cookie_of(first) != before
    anonymous.fresh().get("/api/v1/me", headers={"Cookie": before}, expect=401)


def test_user_enumeration_the_answers_to_known_and_unknown_names_are_alike(ours, anonymous):
    known = ours.account("user")["email"]
    answers = [anonymous.fresh().login(name, "certainly-not-this-one", expect=401) for name in (known, unique("nobody") + "@example.uz")]

    def shape(answer):
        body = {key: value for key, value in answer.json.items() if key != "request_id"}
        headers = {name.lower() for name in answer.headers}
        return body, headers, len(answer.body)

    assert shape(answers[0]) == shape(answers[1])


MASS = {"id": str(uuid.uuid4()), "company_id": str(uuid.uuid4()), "is_active": True, "deleted_at": None, "balance_minor": 10**9,
        "password_hash": "$argon2id$x", "permissions": ["admin"], "created_by": str(uuid.uuid4()), "cost_minor": 0,
        "audio_path": "../../x", "reserved_minor": 0, "search": "x", "facets": [], "__proto__": {"admin": True}}


@pytest.mark.parametrize("operation", [o for o in Document().operations if o.method in ("POST", "PATCH", "PUT") and o.permission != "public"
                                       and "application/json" in (Document().resolve(o.spec.get("requestBody", {})) or {}).get("content", {})],
                         ids=lambda o: o.id)
def test_mass_assignment_no_operation_takes_a_field_it_does_not_name(ours, operation):
    """Fields that exist as columns but are nobody's to set: refused by name, never taken silently."""
    content = Document().resolve(operation.spec["requestBody"])["content"]["application/json"]
    schema = Document().resolve(content["schema"])
    named = set(schema.get("properties", {}))
    for part in schema.get("oneOf", []) + schema.get("anyOf", []) + schema.get("allOf", []):
        named |= set(Document().resolve(part).get("properties", {}))
    path = operation.template.replace("{id}", str(uuid.uuid4())).replace("{version}", "1").replace("{kind}", "pbx")
    for role in ("company_admin", "admin"):
        client = ours.admin if role == "admin" else ours.as_(role)
        body = {name: value for name, value in MASS.items() if name not in named}
        query = ours.scope if role == "admin" else None
        answer = client.request(operation.method, path, json=body, query=query, expect={401, 403, 404, 409, 422})
        if answer.status == 422:
            unknown = {name for name, code in answer.field_errors.items() if code in ("unknown_field", "unknown")}
            assert unknown == set(body) or not unknown and answer.field_errors.keys() <= {"company_id"}, answer
        else:
            assert answer.status != 409, answer


def test_stored_xss_titles_and_names_come_back_as_json_that_no_browser_runs(ours, sounds):
    """The server's half: text is data, of a type that is not sniffed. The browser's half is in the web app's story."""
    client = ours.as_("supervisor")
    record = ours.upload(sounds.beep, client=client, title=SCRIPT)
    for path, query in ((f"/api/v1/records/{record['id']}", None), ("/api/v1/records", {"q": "script"})):
        answer = client.get(path, query=query)
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/api/v1/records/{record['id']}").json["title"] == SCRIPT
    error = client.get("/api/v1/records", query={"sort": SCRIPT}, expect=422)
    assert error.headers["Content-Type"].startswith("application/problem+json") and error.code


def test_parameter_pollution_a_parameter_given_twice_is_refused(ours, stack):
    client = ours.as_("viewer")
    headers = {"Host": urlsplit(stack.url).netloc, "Cookie": cookie_of(client)}
    answer, body = wire(stack, "GET", "/api/v1/records?" + urlencode([("limit", "1"), ("limit", "200")]), headers)
    assert answer.status in (400, 422) and json.loads(body)["code"] in ("malformed", "invalid", "validation_failed")


def test_json_with_a_key_twice_is_refused(ours):
    answer = ours.as_("supervisor").request("POST", "/api/v1/operators", data=b'{"code":"997","name":"a","name":"b"}',
                                            headers={"Content-Type": "application/json"}, expect={400, 422})
    assert "name" in answer.body.decode()
