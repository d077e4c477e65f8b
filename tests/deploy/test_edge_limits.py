"""nginx's limits, each with small values of its own: over it comes 429 with that limit's Retry-After, and whom it is not for
passes. Every test comes from addresses of its own (127.0.N.x), so that none spends another's requests."""
import itertools
import json
import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from support.edge import Wire, ask, check_headers

VALUES = """
LOGIN_RATE=1r/m
LOGIN_BURST=3
LOGIN_NETWORK_RATE=1r/m
LOGIN_NETWORK_BURST=11
LOGIN_SESSION_RATE=1r/m
LOGIN_SESSION_BURST=2
LOGIN_RETRY=11
LOGINS_AT_ONCE=4
LOGIN_DEVICES_AT_ONCE=2
UPLOAD_RATE=1r/m
UPLOAD_BURST=4
UPLOAD_SESSION_RATE=1r/m
UPLOAD_SESSION_BURST=2
UPLOAD_RETRY=7
UPLOADS_PER_ADDRESS=3
API_RATE=1r/m
API_BURST=6
API_SESSION_RATE=1r/m
API_SESSION_BURST=3
API_RETRY=2
CONNECTIONS_PER_ADDRESS=5
CONNECTIONS_RETRY=4
TRUSTED_PROXIES=127.0.200.0/24 127.0.201.1
METRICS_FROM=127.0.0.1 127.0.202.0/24
"""
LOGIN, UPLOAD, ME = "/api/v1/auth/login", "/api/v1/records", "/api/v1/me"
networks = itertools.count(10)


@pytest.fixture(scope="module")
def port(new_stack):
    strict = new_stack()
    strict.folder.mkdir(parents=True)
    (strict.folder / "nginx.values").write_text(VALUES)
    strict.up()
    return urlsplit(strict.env()["DIALIX_URL"]).port


@pytest.fixture
def address():
    """A source address that no other test has; address(n) is another one of its network."""
    network = next(networks)
    return lambda last=1: f"127.0.{network}.{last}"


def cookie(value=None):
    return {"Cookie": f"dialix={value or uuid.uuid4().hex}"}


def post(port, path, source, headers=None):
    return ask(port, "POST", path, headers={"Content-Type": "application/json", **(headers or {})}, body=b"{}", source=source)


def is_limited(answer, retry_after):
    status, headers, body = answer
    problem = json.loads(body)
    assert headers["Content-Type"].startswith("application/problem+json")
    assert (status, problem["status"], problem["code"]) == (429, 429, "too_many_requests")
    assert problem["request_id"] == headers["X-Request-Id"] and headers["Retry-After"] == str(retry_after)
    check_headers(headers)


def passes(answer):
    assert answer[0] != 429, answer


@pytest.mark.parametrize("path", [LOGIN, "/api/v1/auth/invitation", "/api/v1/auth/reset-password"])
def test_credentials_from_one_address(port, address, path):
    for _ in range(4):
        passes(post(port, path, address()))
    is_limited(post(port, path, address()), 11)
    passes(post(port, path, address(2)))
    passes(ask(port, path=ME, source=address()))


def test_credentials_from_one_network(port, address):
    """Twelve from three addresses of a /24; the next waits, whatever its address, and another network's does not."""
    for last in (1, 2, 3) * 4:
        passes(post(port, LOGIN, address(last)))
    is_limited(post(port, LOGIN, address(5)), 11)
    is_limited(post(port, LOGIN, address(200)), 11)
    passes(ask(port, path=ME, source=address(5)))
    passes(post(port, LOGIN, "127.1.1.1"))


def test_credentials_with_one_session_from_many_addresses(port, address):
    mine = cookie()
    for last in range(1, 4):
        passes(post(port, LOGIN, address(last), mine))
    is_limited(post(port, LOGIN, address(4), mine), 11)
    passes(post(port, LOGIN, address(5), cookie()))
    passes(post(port, LOGIN, address(6)))


def test_another_spelling_of_the_login_is_the_same_login(port, address):
    spellings = [LOGIN, "/api/v1/auth/log%69n", "/api/v1/auth//login", "//api/v1/auth/login", "/api/v1/auth/./login", "/x/../api/v1/auth/login",
                 "/api/v1/auth%2flogin", LOGIN + "?a=b", LOGIN + "/"]
    answers = [post(port, path, address()) for path in spellings]
    assert [answer[0] == 429 for answer in answers] == [False] * 4 + [True] * 5


def test_logging_out_is_no_credential(port, address):
    for _ in range(5):
        passes(post(port, "/api/v1/auth/logout", address()))


@pytest.mark.parametrize("path", [UPLOAD, UPLOAD + "/estimate"])
def test_uploads_from_one_address(port, address, path):
    for _ in range(5):
        passes(post(port, path, address()))
    is_limited(post(port, path, address()), 7)
    passes(post(port, path, address(2)))
    passes(ask(port, path=UPLOAD, source=address()))


def test_uploads_with_one_token_from_many_addresses(port, address):
    mine = {"Authorization": f"Bearer {uuid.uuid4().hex}"}
    for last in range(1, 4):
        passes(post(port, UPLOAD, address(last), mine))
    is_limited(post(port, UPLOAD, address(4), mine), 7)
    passes(post(port, UPLOAD, address(5), {"Authorization": f"Bearer {uuid.uuid4().hex}"}))


@contextmanager
def bodies_under_way(port, path, source, count, headers=""):
    """Requests whose body nginx waits for: it has read their headers and counted them when it says 100."""
    wires = [Wire(port, source).send(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
             for _ in range(count)]
    try:
        for wire in wires:
            assert wire.socket.recv(100).startswith(b"HTTP/1.1 100")
        yield wires
    finally:
        for wire in wires:
            wire.socket.close()


def test_uploads_at_once_from_one_address(port, address):
    with bodies_under_way(port, UPLOAD, address(), 3) as wires:
        is_limited(post(port, UPLOAD, address()), 4)
        passes(post(port, UPLOAD, address(2)))
        passes(ask(port, path=UPLOAD, source=address()))
        passes(wires[0].send("{}").answer())


def test_credentials_at_once_from_everybody(port, address):
    """A flood from many addresses is in the application's hands four at a time; whoever does something else does not notice."""
    with bodies_under_way(port, LOGIN, address(), 2), bodies_under_way(port, LOGIN, address(2), 2) as wires:
        is_limited(post(port, LOGIN, address(3)), 4)
        passes(ask(port, path=ME, source=address(3)))
        passes(wires[0].send("{}").answer())


def test_browsers_with_a_device_cookie_have_places_of_their_own(port, address):
    """Neither takes the other's, whatever the cookie is worth; another cookie is no device's."""
    device = {"Cookie": "a=b; dialix-device=whatever"}
    with bodies_under_way(port, LOGIN, address(5), 2, "Cookie: dialix-device=1\r\n"):
        is_limited(post(port, LOGIN, address(6), device), 4)
        passes(post(port, LOGIN, address(6)))
    with bodies_under_way(port, LOGIN, address(), 2), bodies_under_way(port, LOGIN, address(2), 2):
        is_limited(post(port, LOGIN, address(3)), 4)
        is_limited(post(port, LOGIN, address(3), {"Cookie": "x-dialix-device=1; dialix-device="}), 4)
        passes(post(port, LOGIN, address(4), device))


def test_connections_at_once_from_one_address(port, address):
    with bodies_under_way(port, ME, address(), 5) as wires:
        is_limited(ask(port, path="/health", source=address()), 4)
        passes(ask(port, path="/health", source=address(2)))
        passes(wires[0].send("{}").answer())


def test_requests_from_one_address(port, address):
    for _ in range(7):
        passes(ask(port, path=ME, source=address()))
    is_limited(ask(port, path=ME, source=address()), 2)
    is_limited(ask(port, path=UPLOAD, source=address()), 2)
    passes(ask(port, path=ME, source=address(2)))
    passes(ask(port, path="/health", source=address()))


@pytest.mark.parametrize("other", [cookie(), {"Authorization": "Bearer another-token-of-mine"}], ids=["cookie", "token"])
@pytest.mark.parametrize("kind", ["cookie", "token"])
def test_requests_with_one_session_from_many_addresses(port, address, kind, other):
    mine = cookie() if kind == "cookie" else {"Authorization": f"Bearer {uuid.uuid4().hex}"}
    for last in range(1, 5):
        passes(ask(port, path=ME, headers=mine, source=address(last)))
    is_limited(ask(port, path=ME, headers=mine, source=address(5)), 2)
    passes(ask(port, path=ME, headers=other, source=address(6)))
    passes(ask(port, path=ME, source=address(7)))


def test_a_session_is_not_hidden_among_other_cookies(port, address):
    name = uuid.uuid4().hex
    shapes = [f"dialix={name}", f"a=b; dialix={name}", f"xdialix=1; dialix={name}; dialix=2", f"dialix={name};c=d"]
    for last, shape in enumerate(shapes, 1):
        passes(ask(port, path=ME, headers={"Cookie": shape}, source=address(last)))
    is_limited(ask(port, path=ME, headers={"Cookie": f"__Host-dialix=other; dialix={name}"}, source=address(9)), 2)


def test_a_request_id_is_kept_where_nginx_refuses(port, address):
    for _ in range(4):
        post(port, LOGIN, address())
    answer = post(port, LOGIN, address(), {"X-Request-Id": "shift-7.call_42"})
    is_limited(answer, 11)
    assert answer[1]["X-Request-Id"] == "shift-7.call_42"


# ---- whose address counts ---------------------------------------------------------------------------------------------


def test_a_forged_address_of_somebody_who_is_no_proxy_does_not_help(port, address):
    for number in range(4):
        passes(post(port, LOGIN, address(), {"X-Forwarded-For": f"203.0.113.{number}"}))
    is_limited(post(port, LOGIN, address(), {"X-Forwarded-For": "203.0.113.99"}), 11)


def test_behind_a_trusted_proxy_each_client_has_limits_of_its_own(port):
    for _ in range(4):
        passes(post(port, LOGIN, "127.0.200.1", {"X-Forwarded-For": "198.51.100.1"}))
    is_limited(post(port, LOGIN, "127.0.200.2", {"X-Forwarded-For": "198.51.100.1"}), 11)
    passes(post(port, LOGIN, "127.0.200.1", {"X-Forwarded-For": "198.51.100.2"}))


def test_of_a_chain_the_last_who_is_no_proxy_of_ours_counts(port):
    """What a client puts before is the client's word; the proxies append the address that they see."""
    for number in range(4):
        passes(post(port, LOGIN, "127.0.201.1", {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7, 127.0.200.9"}))
    is_limited(post(port, LOGIN, "127.0.201.1", {"X-Forwarded-For": "127.0.200.3, 198.51.100.7, 127.0.200.9"}), 11)


@pytest.mark.parametrize("source, forwarded, status", [
    ("127.0.0.1", None, 200), ("127.0.202.9", None, 200), ("127.0.203.1", None, 403), ("127.0.203.1", "127.0.0.1", 403),
    ("127.0.200.1", "198.51.100.9", 403), ("127.0.200.1", "127.0.202.1", 200)])
@pytest.mark.parametrize("path", ["/metrics", "/health/detailed"])
def test_figures_of_the_inside_are_for_those_who_are_named(port, path, source, forwarded, status):
    answer = ask(port, path=path, source=source, headers={"X-Forwarded-For": forwarded} if forwarded else None)
    assert answer[0] == status
    check_headers(answer[1])
    assert ask(port, path="/health", source=source)[0] == 200
