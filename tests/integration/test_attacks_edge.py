"""What attackers send to the edge: requests read differently by two parsers, paths out of their place, forged headers."""
import json
import threading
import time
import uuid
from urllib.parse import urlsplit

import pytest

from support.edge import Wire, answers, ask, check_headers

HEAD = "Host: localhost\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def port(stack):
    return urlsplit(stack.url).port


def send(port, content):
    """Every answer to these bytes."""
    with Wire(port) as wire:
        return answers(wire.send(content).everything())


def refused(port, content, status=400, code="malformed"):
    """Exactly one answer comes, a problem, and the connection ends: nothing after it is taken for a second request."""
    got = send(port, content)
    assert [answer[0] for answer in got] == [status], got
    _, headers, body = got[0]
    problem = json.loads(body)
    assert (problem["status"], problem["code"], problem["request_id"]) == (status, code, headers["X-Request-Id"])
    check_headers(headers)


SECOND = "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_content_length_and_transfer_encoding_together_are_refused(port):
    refused(port, f"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(SECOND) + 5}\r\n"
                  f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SECOND}")


@pytest.mark.parametrize("length", ["4\r\nContent-Length: 5", "-1", "4 4", "0x10", "99999999999999999999"],
                         ids=["two", "negative", "blank", "hex", "huge"])
def test_a_content_length_that_can_be_read_two_ways_is_refused(port, length):
    refused(port, f"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\nabcde{SECOND}")


def test_a_length_beyond_the_limit_is_refused_before_its_body(port):
    refused(port, f"POST /api/v1/auth/login HTTP/1.1\r\n{HEAD}Content-Length: 999999999999\r\n\r\n", 413, "too_large")


@pytest.mark.parametrize("coding", ["gzip, chunked", "identity", "chunked, chunked", "xchunked", "chunked\r\nTransfer-Encoding: chunked"])
def test_a_transfer_encoding_but_chunked_is_refused(port, coding):
    refused(port, f"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {coding}\r\n\r\n0\r\n\r\n{SECOND}")


@pytest.mark.parametrize("chunk", ["zz\r\n", "-1\r\n", "fffffffffffffffff\r\n", "1\r\nabc\r\n"])
def test_a_chunk_that_is_none_is_refused(port, chunk):
    refused(port, f"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{SECOND}")


@pytest.mark.parametrize("line", ["X-A: a\x00b", "X-A: a\rX-Request-Id: injected-1", "X-Request-Id : injected-1", " folded: x", "X-A: b\r\n folded"],
                         ids=["nul", "bare-cr", "blank-before-colon", "starts-with-blank", "folded"])
def test_a_header_line_that_can_be_read_two_ways_is_refused(port, line):
    refused(port, f"GET /api/v1/me HTTP/1.1\r\n{HEAD}{line}\r\n\r\n")


def test_two_hosts_or_none_are_refused(port):
    refused(port, "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
    refused(port, "GET /api/v1/me HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize("line", ["CONNECT evil.example:443 HTTP/1.1", "get /api/v1/me HTTP/1.1", "GET  HTTP/1.1", "GET /api/v1/me HTTP/9.9",
                                  "GET /api/v1/me\x00 HTTP/1.1", "GET /api/v1/me%00 HTTP/1.1", "GET /%zz HTTP/1.1"])
def test_a_request_line_that_is_none_is_refused(port, line):
    refused(port, f"{line}\r\n{HEAD}\r\n")


def test_trace_is_refused_and_echoes_nothing(port):
    refused(port, f"TRACE /api/v1/me HTTP/1.1\r\n{HEAD}Cookie: dialix=abcdefgh\r\n\r\n", 405, "method_not_allowed")


def test_headers_and_addresses_beyond_the_limits_are_refused(port):
    refused(port, f"GET /api/v1/me HTTP/1.1\r\n{HEAD}X-Long: {'a' * 9000}\r\n\r\n", 431, "header_too_large")
    many = "".join(f"X-{number}: {'a' * 4000}\r\n" for number in range(12))
    refused(port, f"GET /api/v1/me HTTP/1.1\r\n{HEAD}{many}\r\n", 431, "header_too_large")
    refused(port, f"GET /{'a' * 9000} HTTP/1.1\r\n{HEAD}\r\n", 414, "uri_too_long")


def test_an_absolute_address_is_read_as_its_path(port):
    status, headers, body = send(port, f"GET http://evil.example/api/v1/me HTTP/1.1\r\n{HEAD}\r\n")[0]
    assert status == 401 and json.loads(body)["code"] == "unauthenticated"
    check_headers(headers)


@pytest.mark.parametrize("name", ["X_Request_Id", "X.Request.Id"])
def test_a_header_name_with_an_underscore_does_not_stand_for_one_with_a_dash(port, name):
    _, headers, _ = ask(port, path="/api/v1/me", headers={name: "forged-id-1"})
    assert headers["X-Request-Id"] != "forged-id-1"


def test_an_authorization_written_with_an_underscore_is_nobody(stack, port):
    status, _, _ = ask(port, path="/api/v1/me", headers={"HTTP_AUTHORIZATION": "Bearer x" * 4, "Remote_Addr": "127.0.0.1"})
    assert status == 401


def test_a_line_break_in_a_request_id_does_not_reach_the_answer(port):
    _, headers, _ = ask(port, path="/api/v1/me", headers={"X-Request-Id": "abcdefgh%0d%0aSet-Cookie:%20a=b"})
    assert "Set-Cookie" not in headers and "%0d" not in headers["X-Request-Id"]


INSIDE = ["/_audio/{file}", "//_audio/{file}", "/_audio//{file}", "/%5faudio/{file}", "/api/../_audio/{file}", "/api/%2e%2e/_audio/{file}",
          "/api/..%2f_audio/{file}", "/assets/../_audio/{file}", "/./_audio/{file}", "/_AUDIO/{file}", "/_audio%2f{file}", "/x/..//_audio/{file}"]


@pytest.fixture(scope="module")
def recording(stack, world, sounds):
    """A recording in the store: its path below the store's folder, and its bytes."""
    company = world.company()
    record = company.upload(sounds.beep)
    file = next(path for path in stack.audio_files() if record["id"] in path)
    return file, sounds.beep.read_bytes()


@pytest.mark.parametrize("path", INSIDE)
def test_a_recording_is_not_reached_by_its_place_in_the_store(port, recording, path):
    file, content = recording
    status, headers, body = ask(port, path=path.format(file=file))
    assert content[:200] not in body
    assert status in (400, 404) or headers["Content-Type"].startswith("text/html"), (status, headers["Content-Type"])


@pytest.mark.parametrize("path", ["/_audio/../../env", "/_audio/..%2f..%2fenv", "/_audio/%2e%2e/%2e%2e/env", "/assets/../../nginx/key.pem",
                                  "/assets/..%2f..%2fenv", "/..%2f..%2f..%2fetc/passwd", "/assets/%2e%2e%5c%2e%2e%5cenv", "/....//....//etc/passwd"])
def test_no_path_leads_out_of_the_folders_that_are_served(port, path):
    status, headers, body = ask(port, path=path)
    assert b"SECRET_KEY" not in body and b"PRIVATE KEY" not in body and b"root:" not in body
    assert status in (400, 404) or headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/_events/{company}", "//_events/{company}", "/%5fevents/{company}", "/api/..%2f_events/{company}"])
def test_live_events_are_not_reached_by_their_channel(port, company, path):
    status, headers, _ = ask(port, path=path.format(company=company.id), headers={"Accept": "text/event-stream"})
    assert status in (400, 404) or headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/api/v1/records", "/health", "/assets/none.js"])
def test_a_forged_x_accel_redirect_of_the_client_means_nothing(port, recording, path):
    file, content = recording
    forged = {"X-Accel-Redirect": f"/_audio/{file}", "X-Sendfile": f"/_audio/{file}", "X-Accel-Internal": "/_audio/", "X-Original-URL": "/_audio/" + file,
              "X-Rewrite-URL": "/_audio/" + file}
    with_it, without = ask(port, path=path, headers=forged), ask(port, path=path)
    assert with_it[0] == without[0] and content[:200] not in with_it[2]


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"])
def test_a_forged_client_address_is_not_what_the_activity_log_says(stack, port, sql, name):
    request = uuid.uuid4().hex
    body = json.dumps({"login": f"{request}@example.uz", "password": "no such account"}).encode()
    status, _, _ = ask(port, "POST", "/api/v1/auth/login", body=body, headers={
        "Content-Type": "application/json", "Origin": stack.url, "X-Request-Id": request, name: "for=203.0.113.7" if name == "Forwarded" else "203.0.113.7"})
    assert status == 401
    assert [str(address) for address, in sql("SELECT host(remote_addr) FROM activity_log WHERE request_id = %s", [request])] == ["127.0.0.1"]


@pytest.mark.parametrize("path", ["/metrics/reset", "//metrics/reset", "/%6detrics/reset", "/api/../metrics/reset", "/metrics%2freset"])
def test_metrics_are_not_reset_by_nobody(port, path):
    status, _, _ = ask(port, "POST", path, body=b"")
    assert status in (400, 401, 403, 404)


def test_the_public_health_names_no_version(port):
    _, headers, body = ask(port, path="/health")
    assert json.loads(body).keys() == {"status", "checks"}
    check_headers(headers)


def test_who_sends_slower_than_allowed_is_cut_off(port):
    """A header has ten seconds as a whole, however it drips; a body twenty from one piece to the next. Waits for the slower."""
    began = time.monotonic()
    with Wire(port, patience=40) as header, Wire(port, patience=40) as body:
        header.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Drip: ")
        body.send("PATCH /api/v1/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        ended = []

        def drip():
            header.socket.settimeout(0.5)
            while time.monotonic() - began < 30:
                try:
                    if not header.socket.recv(1000):
                        break
                except TimeoutError:
                    try:
                        header.send("a")
                    except OSError:
                        break
                except OSError:
                    break
            ended.append(time.monotonic() - began)

        dripping = threading.Thread(target=drip)
        dripping.start()
        body.everything()
        assert 15 < time.monotonic() - began < 30
        dripping.join()
        assert 8 < ended[0] < 15
