"""The security headers are on every kind of answer that goes through nginx to the application and back (those that nginx
makes alone: tests/deploy/test_edge.py)."""
import pytest

from support.edge import check_headers


@pytest.fixture(scope="module", params=["http", "https"])
def get(request, stack, analysed):
    """get(path, headers) → the answer's status and headers, as a supervisor of the analysed call."""
    https = request.param == "https"
    client = analysed.client.fresh()
    client.base_url = stack.https_url if https else stack.url
    client.session.verify = stack.certificate if https else True
    account = analysed.company.account("supervisor")
    client.login(account["email"], "correct-horse-battery")

    def ask(path, method="GET", **headers):
        with client.session.request(method, client.base_url + path, headers=headers, stream=True, timeout=20, allow_redirects=False) as response:
            check_headers(response.headers, https)
            return response.status_code, response.headers

    return ask


def test_answers_of_the_api(get):
    assert get("/api/v1/me")[0] == 200
    assert get("/api/v1/records?limit=0")[0] == 422
    assert get("/api/v1/none")[0] == 404
    assert get("/api/v1/me", "DELETE")[0] == 405
    assert get("/api/v1/records/export.csv")[0] in (200, 403, 404)
    assert get("/api/v1/me")[1]["Content-Disposition"] == 'attachment; filename="api.json"'
    status, headers = get("/api/v1/checklists")
    assert status == 200
    if "ETag" in headers:
        assert get("/api/v1/checklists", **{"If-None-Match": headers["ETag"]})[0] == 304


def test_recordings_whole_in_part_and_past_their_end(get, analysed):
    path = f"/api/v1/records/{analysed.record['id']}/audio"
    assert get(path)[0] == 200
    assert get(path, Range="bytes=0-9")[0] == 206
    assert get(path, Range="bytes=999999999-")[0] == 416


def test_the_event_stream(get):
    status, headers = get("/api/v1/events", Accept="text/event-stream")
    assert status == 200 and headers["Content-Type"].startswith("text/event-stream")


@pytest.mark.parametrize("path", ["/", "/calls/1", "/assets/none.js", "/favicon.svg", "/health", "/metrics"])
def test_pages_files_and_probes(get, path):
    assert get(path)[0] in (200, 404)
