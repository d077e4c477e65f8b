"""What holds for every request: ids, refusals as problem+json, bodies that cannot be read, security headers."""
import gzip
import http.client
import json
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from requests.structures import CaseInsensitiveDict

from support.openapi import Document

OPERATORS = "/api/v1/operators"


@pytest.fixture(scope="module")
def client(world):
    return world.company().as_("supervisor")


def raw(client, method, path, headers=None):
    """A request whose address goes out as it is written here, broken escapes and dots and all."""
    where = urlsplit(client.base_url)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.session.cookies)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    connection.request(method, path, headers={"Origin": client.base_url, "Cookie": cookies, **(headers or {})})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    fields = CaseInsensitiveDict(answer.getheaders())
    if fields.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return SimpleNamespace(status_code=answer.status, headers=fields, content=content, text=content.decode("utf-8", "replace"),
                           json=lambda: json.loads(content))


def problem(response, status, document):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/problem+json"
    value = response.json()
    document.check_value("Problem", value)
    assert value["status"] == status and value["request_id"] == response.headers["X-Request-Id"]
    return value


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1", "/api/", "/api/v1/records/", "/api/v2/records", "/api/v1/operators//x",
                                  "/api/v1/%2e%2e/records", "/api/v1/../v1/nothing", "/api/v1/x/../../v1/nothing"])
def test_an_unknown_path_is_a_problem(client, document, path):
    problem(raw(client, "GET", path), 404, document)


@pytest.mark.parametrize("method, path", [("PUT", OPERATORS), ("DELETE", "/api/v1/records"), ("POST", "/api/v1/dashboard"),
                                          ("PATCH", "/health"), ("GET", "/api/v1/auth/login"), ("BREW", OPERATORS)])
def test_a_wrong_method_names_the_right_ones(client, document, method, path):
    response = raw(client, method, path)
    problem(response, 405, document)
    allowed = {word.strip() for word in response.headers["Allow"].split(",")}
    documented = {o.method for o in Document().operations if o.template == path}
    assert documented <= allowed and method not in allowed


@pytest.mark.parametrize("sent, kept", [("abcDEF-123_x.y", True), ("0123456789" * 6, True), ("x" * 65, False), ("a b", False),
                                        ('x"y', False), ("<script>", False), ("", False)])
def test_a_sane_request_id_is_kept_and_another_replaced(client, sent, kept):
    got = client.get("/api/v1/me", headers={"X-Request-Id": sent}).headers["X-Request-Id"]
    assert (got == sent) is kept
    assert len(got) >= 8


def test_request_ids_differ(client):
    assert len({client.get("/api/v1/me").headers["X-Request-Id"] for _ in range(5)}) == 5


@pytest.mark.parametrize("body", [b"{", b"", b"{'code': '101'}", b'{"code": "101",}', b"\xff\xfe", b'{"code": "\xff"}', b"nonsense",
                                  b'{"code": "1" "2"}', b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000,
                                  b'{"code": "\\ud800", "name": "x"}', b"NaN"],
                         ids=lambda body: repr(body[:20]))
def test_a_body_that_is_not_json_is_malformed(client, body):
    answer = client.request("POST", OPERATORS, data=body, headers={"Content-Type": "application/json"}, expect={400, 422})
    if answer.status == 400:
        assert answer.code == "malformed"


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_a_body_that_is_no_object_is_invalid(client, body):
    client.request("POST", OPERATORS, data=json.dumps(body), headers={"Content-Type": "application/json"}, expect={400, 422})


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused(client, content_type):
    client.request("POST", OPERATORS, data=b'{"code":"101","name":"A"}', headers={"Content-Type": content_type}, expect=415)


def test_json_with_a_charset_is_taken(client):
    made = client.request("POST", OPERATORS, data=b'{"code":"911","name":"A"}', expect=201,
                          headers={"Content-Type": "application/json; charset=utf-8"})
    assert made.json["code"] == "911"


@pytest.mark.parametrize("size", [1_100_000, 3_000_000])
def test_a_json_body_over_the_limit_is_413(client, size):
    body = json.dumps({"code": "101", "name": "x" * size}).encode()
    answer = client.request("POST", OPERATORS, data=body, headers={"Content-Type": "application/json"}, expect=413)
    assert answer.code == "too_large"


@pytest.mark.parametrize("query", ["q=%zz", "q=%", "q=%ff", "limit=%C0%80"])
def test_a_broken_query_is_a_problem(client, document, query):
    response = raw(client, "GET", OPERATORS + "?" + query)
    assert response.status_code in (400, 422)
    problem(response, response.status_code, document)


def test_nul_in_text_is_refused_not_a_server_error(client):
    assert "name" in client.post(OPERATORS, {"code": "101", "name": "a\0b"}, expect={400, 422}).field_errors
    client.get(OPERATORS, query={"q": "a\0b"}, expect={400, 422})


@pytest.mark.parametrize("identifier", ["1", "x", "0197a1b2-0000-7000-8000-00000000000", "0197A1B2-0000-7000-8000-000000000001",
                                        "' OR 1=1 --", "%00", "../accounts"])
def test_an_id_that_is_none_is_not_found(client, identifier):
    from urllib.parse import quote
    client.get(f"{OPERATORS}/{quote(identifier, safe='')}", expect=404)


def test_head_is_get_without_the_body(client):
    response = raw(client, "HEAD", "/api/v1/me")
    assert response.status_code == 200 and response.content == b""


def test_answers_are_not_kept_by_shared_caches(client):
    control = client.get("/api/v1/me").headers.get("Cache-Control", "")
    assert "no-store" in control or "private" in control


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/health", "/api/v1/nothing"])
def test_every_answer_has_the_security_headers(client, path):
    headers = raw(client, "GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-eval" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Request-Id"]
    assert not any(char.isdigit() for char in headers.get("Server", "")), "nginx tells its version"


def test_https_says_strict_transport_security_and_http_does_not(anonymous, anonymous_https):
    assert "max-age=" in anonymous_https.get("/health").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in anonymous.get("/health").headers


def test_large_json_is_compressed_when_the_client_wants_it(world):
    company = world.company()
    for n in range(30):
        company.operator(code=f"{n + 100}", name=f"Operator number {n}")
    response = raw(company.as_("viewer"), "GET", OPERATORS, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip" and len(response.json()["items"]) == 30


def test_the_frontend_is_served_with_its_routes(client):
    for path in ("/", "/calls", "/calls/some-id"):
        response = raw(client, "GET", path)
        assert response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
