"""http/'s adapter behind a real nginx with kept connections."""
import json
import os
import random
from pathlib import Path

import pytest
from server_under_test import wait_for


@pytest.fixture
def front(start, nginx):
    server = start(workers=1, threads=12)
    each = nginx(server)
    each.server = server
    return each


def memory_kb(pid, field):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise AssertionError(field)


def test_a_request_reaches_the_handler_as_it_was_sent(front):
    status, headers, content = front.get("/a%20b/%C3%A9?x=%20y", headers={"X-Thing": "1", "Proxy": "evil", "Cookie": "a=b"})
    seen = json.loads(content)
    assert status == 200
    assert (seen["path"], seen["query"], seen["method"]) == ("/a b/é", "x=%20y", "GET")
    assert seen["headers"]["x-thing"] == "1" and seen["headers"]["cookie"] == "a=b"
    assert "proxy" not in seen["headers"]
    assert headers["X-Request-Id"] == seen["id"]
    assert "total;dur=" in headers["Server-Timing"]


def test_bodies_of_many_sizes_arrive_whole_on_one_kept_connection(front):
    link = front.connection()
    for size in [0, 1, 8183, 8184, 8185, 65535, 65536, 1_000_003]:
        content = os.urandom(size)
        total = 0
        for byte in content[:4096]:
            total = (total * 31 + byte) % 2**64
        status, _, answer = front.request("POST", "/count", content, connection=link)
        assert status == 200
        assert json.loads(answer)["bytes"] == size
        if size <= 4096:
            assert json.loads(answer)["sum"] == str(total)


def test_unread_bodies_never_break_the_next_request(front):
    link = front.connection()
    for size in [10, 100_000, 2_000_000] * 5:
        status, _, answer = front.request("POST", "/ignore", b"u" * size, connection=link)
        assert (status, answer) == (200, b"not read")
        assert front.get("/after", connection=link)[0] == 200
    assert front.errors() == []


def test_responses_of_many_sizes_arrive_whole(front):
    link = front.connection()
    for size in [0, 1, 8192, 65528, 65529, 131056, 5_000_000]:
        status, headers, answer = front.get(f"/big?bytes={size}", connection=link)
        assert (status, len(answer), headers["Content-Length"]) == (200, size, str(size))
        status, headers, answer = front.request("HEAD", f"/big?bytes={size}", connection=link)
        assert (status, answer, headers["Content-Length"]) == (200, b"", str(size))


def test_a_handlers_line_break_cannot_split_the_response(front):
    status, headers, content = front.get("/split")
    assert (status, content) == (200, b"ok")
    assert "Set-Cookie" not in headers and "X-Evil" not in headers


def test_a_head_too_long_for_nginx_becomes_a_500_that_can_be_traced(front):
    status, headers, content = front.get("/long-head")
    assert status == 500 and headers["Content-Type"] == "application/problem+json"
    assert json.loads(content)["request_id"] == headers["X-Request-Id"]


def test_an_exception_becomes_a_problem_and_the_worker_lives(front):
    before = front.server.workers()
    for _ in range(20):
        status, _, content = front.get("/throw")
        assert status == 500 and json.loads(content)["code"] == "internal"
        assert b"purpose" not in content
    assert front.server.workers() == before
    assert front.get("/")[0] == 200


def test_every_request_leaves_one_access_line(front):
    status, headers, _ = front.get("/sleep?ms=5", headers={"X-Request-Id": "trace-me-1"})
    assert headers["X-Request-Id"] == "trace-me-1"
    lines = wait_for(lambda: [line for line in front.server.events("request") if line.get("request_id") == "trace-me-1"],
                     "the access line")
    assert len(lines) == 1
    line = lines[0]
    assert (line["method"], line["path"], line["status"], line["remote_addr"]) == ("GET", "/sleep", 200, "127.0.0.1")
    assert line["ms"] >= 5 and line["db_round_trips"] == 0 and line["cache"] == "off" and line["written"] is True


def test_a_large_upload_is_never_whole_in_memory(front, tmp_path):
    megabytes = 100
    boundary = "b" + "%030x" % random.getrandbits(120)
    upload = tmp_path / "upload"
    piece = os.urandom(1024 * 1024)
    with open(upload, "wb") as out:
        out.write(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'.encode())
        for _ in range(megabytes):
            out.write(piece)
        out.write(f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nbig\r\n--{boundary}--\r\n'.encode())
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(upload.stat().st_size)}
    assert front.request("POST", "/upload", b"", {"Content-Type": "text/plain"})[0] == 415
    worker = front.server.workers()[0]
    before = memory_kb(worker, "VmRSS")
    with open(upload, "rb") as body:
        status, _, content = front.request("POST", "/upload", body, headers)
    assert (status, json.loads(content)) == (200, {"file_bytes": megabytes << 20, "filename": "a.wav", "fields": {"title": "big"}})
    assert memory_kb(worker, "VmHWM") - before < 8 * 1024
