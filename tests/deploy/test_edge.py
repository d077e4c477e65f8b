"""What nginx adds, refuses and hides, before and around the application."""
import json
import re

import pytest
import requests
from conftest import wait_until
from support.edge import check_headers

@pytest.fixture(scope="module")
def url(stack):
    return stack.env()["DIALIX_URL"]


def problem(response):
    assert response.headers["Content-Type"].startswith("application/problem+json"), response.text
    body = response.json()
    assert body["status"] == response.status_code and body["request_id"] == response.headers["X-Request-Id"] and body["errors"] == []
    return body["code"]


@pytest.mark.parametrize("path", ["/", "/calls/some-page-of-the-app", "/assets/none.js", "/api/v1/me", "/api/v1/none", "/health", "/metrics", "/%zz"])
def test_security_headers_and_a_request_id_are_on_every_answer(url, path):
    check_headers(requests.get(url + path).headers)


def test_https_demands_to_stay_https(stack):
    env = stack.env()
    response = requests.get(env["DIALIX_HTTPS_URL"] + "/health", verify=env["DIALIX_CERTIFICATE"])
    assert response.status_code == 200
    check_headers(response.headers, https=True)


def test_a_sane_request_id_of_the_client_is_kept_and_another_replaced(url):
    assert requests.get(url + "/health", headers={"X-Request-Id": "shift-7.call_42"}).headers["X-Request-Id"] == "shift-7.call_42"
    for bad in ('x" onload="', "short", "a" * 65):
        made = requests.get(url + "/health", headers={"X-Request-Id": bad}).headers["X-Request-Id"]
        assert made != bad and re.fullmatch(r"[0-9a-f]{32}", made)


def test_a_page_of_the_app_is_never_cached_and_a_missing_asset_is_no_page(url):
    assert requests.get(url + "/calls/1").headers["Cache-Control"] == "no-cache"
    assert requests.get(url + "/assets/none-1a2b3c.js").status_code == 404


@pytest.mark.parametrize("path", ["/_audio/c/2026/01/r.wav", "/_events/1", "/_problem/400"])
def test_internal_addresses_are_not_there_for_the_outside(url, path):
    response = requests.get(url + path, headers={"Accept": "text/event-stream"})
    assert response.status_code == 404 or response.headers["Content-Type"].startswith("text/html")  # the web app's own page


def test_a_body_over_the_limit_is_a_413_problem(url):
    response = requests.post(url + "/api/v1/auth/login", data=b"x" * 17_000)
    assert response.status_code == 413 and problem(response) == "too_large"
    check_headers(response.headers)


def test_a_request_that_cannot_be_read_is_a_400_problem(url):
    request = requests.Request("GET", url + "/").prepare()
    request.url = url + "/../../etc/passwd"
    response = requests.Session().send(request)
    assert response.status_code == 400 and problem(response) == "malformed"


def test_what_is_long_is_compressed_for_those_who_ask(url):
    response = requests.get(url + "/metrics", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in response.headers["Vary"]
    assert "Content-Encoding" not in requests.get(url + "/metrics", headers={"Accept-Encoding": "identity"}).headers


def test_without_the_application_nginx_says_so_in_the_apis_format(stack, url):
    stack.run("stop", "fcgi")
    try:
        response = requests.get(url + "/api/v1/me")
        assert response.status_code == 502 and problem(response) == "upstream_failed"
        assert response.headers["Retry-After"]
        check_headers(response.headers)
        assert requests.get(url + "/").status_code == 200
    finally:
        stack.run("start", "fcgi")
    assert requests.get(url + "/health").status_code == 200


def test_the_access_log_is_json_and_holds_no_query_string(stack, url):
    requests.get(url + "/api/v1/records?client_phone=998901234567", headers={"X-Request-Id": "log-line-test"})
    log = stack.folder / "log/nginx-access.log"
    wait_until(lambda: "log-line-test" in log.read_text())  # written after the answer has gone
    lines = [line for line in log.read_text().splitlines() if "log-line-test" in line]
    entry = json.loads(lines[-1])
    assert entry["path"] == "/api/v1/records" and entry["status"] in (401, 404) and "998901234567" not in lines[-1]
