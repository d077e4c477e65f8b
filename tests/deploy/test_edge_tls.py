"""TLS, host names and the way from http to https, as the packages set nginx up: openssl and plain sockets look at it."""
import re
import subprocess

import pytest
from package_nginx import PackageNginx
from support.edge import Wire, ask, check_headers

NAMES = "calls.example calls2.example"


@pytest.fixture(scope="module", params=["ec", "rsa"])
def nginx(request, tmp_path_factory):
    made = PackageNginx(tmp_path_factory.mktemp(request.param), request.param, SERVER_NAME=NAMES, HSTS="max-age=63072000; includeSubDomains")
    made.key = request.param
    try:
        yield made.start()
    finally:
        made.end()


def s_client(nginx, *arguments):
    """What openssl s_client says of a handshake, with every old thing allowed on its side: (whether it worked, its words)."""
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{nginx.port}", "-servername", "calls.example", "-CAfile", nginx.certificate,
                           "-verify_return_error", *arguments], input="", capture_output=True, text=True, timeout=30)
    return done.returncode == 0, done.stdout + done.stderr


def test_the_certificate_is_shown_and_verifies(nginx):
    worked, said = s_client(nginx)
    assert worked and "Verify return code: 0 (ok)" in said and "CN = calls.example" in said


@pytest.mark.parametrize("version, number", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_tls_1_2_and_1_3_are_spoken(nginx, version, number):
    worked, said = s_client(nginx, version)
    assert worked and re.search(rf"New, {re.escape(number)}, Cipher is \S+(GCM|POLY1305)", said), said
    assert re.search(r"Server Temp Key: X25519", said)


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_older_versions_are_refused(nginx, version):
    worked, said = s_client(nginx, version, "-cipher", "ALL:@SECLEVEL=0")
    assert not worked and "Cipher is (NONE)" in said
    assert "alert protocol version" in said, said  # refused by the server, not by this openssl


def suites(selection):
    """TLS 1.2's ciphers that this openssl can offer."""
    done = subprocess.run(["openssl", "ciphers", "-tls1_2", "-s", selection], capture_output=True, text=True, check=True)
    return done.stdout.strip().split(":")


def test_of_all_ciphers_only_those_with_forward_secrecy_and_authenticated_encryption_are_taken(nginx):
    offered = suites("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    assert len(offered) > 30
    taken = {cipher for cipher in offered if s_client(nginx, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")[0]}
    kind = "ECDSA" if nginx.key == "ec" else "RSA"
    assert taken == {f"ECDHE-{kind}-{cipher}" for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")}


def test_there_are_no_tickets_no_compression_and_no_renegotiation(nginx):
    _, said = s_client(nginx, "-tls1_2")
    assert "TLS session ticket:" not in said
    assert "Compression: NONE" in said
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{nginx.port}", "-tls1_2", "-CAfile", nginx.certificate],
                          input="R\n", capture_output=True, text=True, timeout=30)
    assert "no renegotiation" in done.stdout + done.stderr


def test_plain_http_on_the_tls_port_is_refused(nginx):
    status, headers, _ = ask(nginx.port, headers={"Host": "calls.example"})
    assert status == 400
    assert headers["Server"] == "nginx"


@pytest.mark.parametrize("path, status", [("/", 200), ("/calls/1", 200), ("/assets/none.js", 404), ("/api/v1/me", 502), ("/health", 502),
                                          ("/metrics", 502), ("/%zz", 400)])
def test_headers_over_https_without_the_application(nginx, path, status):
    answer = ask(nginx.port, path=path, headers={"Host": "calls.example"}, context=nginx.context())
    assert answer[0] == status
    check_headers(answer[1], https=True)
    assert answer[1]["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize("host", ["calls.example", "CALLS2.example", "calls.example:443", "calls.example."])
def test_the_hosts_that_are_named_are_served(nginx, host):
    assert ask(nginx.port, headers={"Host": host}, context=nginx.context())[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "calls.example.evil.example", "xcalls.example", "_"])
@pytest.mark.parametrize("path", ["/", "/api/v1/auth/login", "/health"])
def test_any_other_host_is_refused(nginx, host, path):
    status, headers, body = ask(nginx.port, path=path, headers={"Host": host}, context=nginx.context())
    assert status == 421 and b'"code":"misdirected"' in body
    check_headers(headers, https=True)


def test_whoever_comes_by_http_is_sent_to_https(nginx):
    status, headers, _ = ask(nginx.http_port, path="/calls?sentiment=negative", headers={"Host": "calls.example"})
    assert (status, headers["Location"]) == (308, "https://calls.example/calls?sentiment=negative")
    check_headers(headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_changes_something_is_not_sent_on_from_http(nginx, method):
    """A program that uses http by mistake has sent its token in the clear: it shall notice."""
    status, headers, _ = ask(nginx.http_port, method, "/api/v1/auth/login", headers={"Host": "calls.example"}, body=b"{}")
    assert status == 403 and "Location" not in headers
    check_headers(headers)


def test_a_redirect_leads_to_no_host_of_the_clients_choice(nginx):
    status, headers, _ = ask(nginx.http_port, headers={"Host": "evil.example"})
    assert status == 421 and "Location" not in headers
    check_headers(headers)


@pytest.fixture(scope="module")
def behind_proxy(tmp_path_factory):
    """nginx behind a load balancer at 127.0.0.1 that speaks the PROXY protocol."""
    made = PackageNginx(tmp_path_factory.mktemp("proxy"), how="proxy_protocol", TRUSTED_PROXIES="127.0.0.1", REAL_IP_HEADER="proxy_protocol",
                        METRICS_FROM="198.51.100.7")
    try:
        yield made.start()
    finally:
        made.end()


@pytest.mark.parametrize("source, client, status", [
    ("127.0.0.1", "198.51.100.7", 502),  # let through to the application, which is not there
    ("127.0.0.1", "198.51.100.8", 403),
    ("127.0.0.2", "198.51.100.7", 403)])  # says it of itself: no proxy of ours
def test_the_proxy_protocol_is_believed_of_a_trusted_proxy_alone(behind_proxy, source, client, status):
    with Wire(behind_proxy.port, source) as wire:
        wire.send(f"PROXY TCP4 {client} 127.0.0.1 40000 443\r\nGET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert wire.answer()[0] == status
