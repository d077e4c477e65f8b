"""The master and its workers: restarts, deaths, stuck requests, refusals."""
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from server_under_test import PATIENCE, FastCgi, Server, Wrk, alive, wait_for


def test_ten_rolling_restarts_under_load_fail_no_request(start, nginx, tmp_path):
    server = start(workers=2, threads=12, log="info")
    front = nginx(server)
    script = tmp_path / "post.lua"
    script.write_text('wrk.method = "POST"\nwrk.body = string.rep("x", 20000)\n')
    loads = [Wrk(front.url + "/", 10), Wrk(front.url + "/count", 10, script)]
    first = set(server.workers())
    for round_number in range(2, 12):
        server.signal(signal.SIGHUP)
        server.wait_for_event("serving", round_number)
    failures = [load.result() for load in loads]
    assert failures == [0, 0], front.errors()
    assert min(load.requests for load in loads) > 500
    wait_for(lambda: not any(alive(pid) for pid in first), "the first workers to end")
    assert len(server.workers()) == 2
    assert all(line["expected"] for line in server.events("worker_ended"))


def test_an_old_worker_ends_only_after_its_successor_serves(start):
    server = start(workers=1, threads=2)
    old = server.workers()
    server.signal(signal.SIGHUP)
    server.wait_for_event("serving", 2)
    server.wait_for_event("worker_ended")
    order = [line["event"] for line in server.log() if line["event"] in ("worker_started", "worker_ended", "serving")]
    assert order == ["worker_started", "serving", "worker_started", "serving", "worker_ended"]
    assert server.events("worker_ended")[0]["pid"] == old[0]


@pytest.mark.parametrize("when", ["body", "response"])
def test_sigterm_truncates_nothing(start, when):
    for _ in range(5):
        server = start(workers=2, threads=8, drain_ms=60000)
        clients = [FastCgi(server.socket) for _ in range(8)]
        content = os.urandom(300_000)
        for client in clients:
            if when == "body":
                client.head("POST", "/count", len(content))
                client.body(content[:100_000], end=False)
            else:
                client.head("GET", "/big?bytes=4000000")
                client.body(b"")
        wait_for(lambda: sum(worker["threads"]["reading"] + worker["threads"]["writing"] + worker["threads"]["processing"]
                             for worker in server.status()["workers"]) == 8, "8 requests in hand")
        server.signal(signal.SIGTERM)
        server.wait_for_event("stopping")
        for client in clients:
            if when == "body":
                client.body(content[100_000:])
            out, ended = client.answer()
            assert ended
            if when == "body":
                assert b'"bytes":300000' in out
            else:
                assert len(out.split(b"\r\n\r\n", 1)[1]) == 4_000_000
        assert server.wait() == 0
        assert not Path(server.socket).exists()


def test_sigterm_ends_an_idle_server_fast(start):
    server = start(workers=2, threads=8)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 3


def test_a_killed_worker_is_replaced_and_the_other_serves_on(start):
    server = start(workers=2, threads=4)
    victim = server.workers()[0]
    os.kill(victim, signal.SIGKILL)
    client = FastCgi(server.socket)
    assert client.get("/")[1]
    wait_for(lambda: len(server.workers()) == 2 and victim not in server.workers(), "a new worker")
    ended = server.events("worker_ended")
    assert [(line["pid"], line["signal"], line["expected"]) for line in ended] == [(victim, 9, False)]
    out = FastCgi(server.socket).get("/metrics")[0].decode()
    assert "dialix_process_restarts_total 1\n" in out


def test_a_worker_that_crashes_in_a_request_takes_no_other_worker_with_it(start):
    server = start(workers=2, threads=4)
    client = FastCgi(server.socket)
    with contextlib.suppress(ConnectionError):  # it may crash before it has read everything
        client.get("/crash")
    assert client.closed()
    assert FastCgi(server.socket).get("/")[1]
    wait_for(lambda: len(server.workers()) == 2, "a new worker")


def test_the_watchdog_replaces_a_worker_with_a_stuck_request(start):
    server = start(workers=1, threads=4, watchdog_ms=700, slow_ms=200, drain_ms=300)
    stuck_worker = server.workers()[0]
    stuck, long = FastCgi(server.socket), FastCgi(server.socket)
    stuck.head("GET", "/stuck")
    stuck.body(b"")
    server.wait_for_event("request_running_long")
    line = server.wait_for_event("request_stuck")[0]
    assert (line["pid"], line["stage"], line["route"]) == (stuck_worker, "processing", "/stuck")
    assert line["stuck_request_id"]
    server.wait_for_event("worker_killed")  # TERM could not help: the request never ends
    assert stuck.closed()
    wait_for(lambda: server.workers() and stuck_worker not in server.workers(), "a new worker")
    assert FastCgi(server.socket).get("/")[1]
    long.close()


def test_the_watchdog_covers_a_peer_that_stops_in_mid_request(start):
    server = start(workers=1, threads=4, watchdog_ms=500, slow_ms=200, drain_ms=300, read_timeout_ms=60000)
    silent = FastCgi(server.socket)
    silent.send(FastCgi.record(1, b"\0\1\1\0\0\0\0\0") + b"\1\4\0\1")  # half a header
    line = server.wait_for_event("request_stuck")[0]
    assert line["stage"] == "reading"
    assert silent.closed()
    wait_for(lambda: server.workers() and line["pid"] not in server.workers(), "a new worker")


def test_a_second_instance_refuses_to_start_and_the_first_goes_on(start):
    first = start(workers=1, threads=2)
    second = start(wait=False, workers=1, threads=2)
    assert second.wait() == 1
    assert "Another instance" in second.events("no_listen_socket")[0]["error"]
    assert FastCgi(first.socket).get("/")[1]


def test_a_killed_master_takes_its_workers_along_and_its_stale_socket_is_replaced(start):
    first = start(workers=2, threads=2)
    workers = first.workers()
    first.signal(signal.SIGKILL)
    first.wait()
    wait_for(lambda: not any(alive(pid) for pid in workers), "the workers to end")
    assert Path(first.socket).exists()
    second = start(workers=1, threads=2)
    assert FastCgi(second.socket).get("/")[1]
    assert second.stop() == 0


def test_max_requests_recycles_workers_without_a_failed_request(start, nginx):
    server = start(workers=2, threads=12, max_requests=300, tick_ms=20)
    front = nginx(server)
    load = Wrk(front.url + "/", 3)
    assert load.result() == 0, front.errors()
    ended = server.events("worker_ended")
    assert len(ended) >= 2
    assert all(line["expected"] and line["exit_code"] == 0 for line in ended)


def test_exit_code_78_at_start_ends_the_master_with_78(start, tmp_path):
    refuse = tmp_path / "refuse"
    refuse.touch()
    server = start(wait=False, workers=2, threads=2, refuse_file=refuse)
    assert server.wait() == 78
    assert len(server.events("worker_started")) <= 3, "no respawn"
    assert not Path(server.socket).exists()


def test_exit_code_78_at_a_reload_keeps_the_old_workers(start, tmp_path):
    refuse = tmp_path / "refuse"
    server = start(workers=2, threads=2, refuse_file=refuse)
    old = server.workers()
    refuse.touch()
    server.signal(signal.SIGHUP)
    server.wait_for_event("reload_refused")
    assert FastCgi(server.socket).get("/")[1]
    wait_for(lambda: sorted(server.workers()) == sorted(old) and server.status()["state"] == "serving", "the old workers")
    refuse.unlink()
    server.signal(signal.SIGHUP)
    wait_for(lambda: server.workers() and not set(server.workers()) & set(old), "new workers after the mend")


def test_status_answers_when_every_thread_is_busy(start):
    server = start(workers=1, threads=3, tick_ms=50)
    clients = [FastCgi(server.socket) for _ in range(3)]
    for client in clients:
        client.head("GET", "/sleep?ms=1500")
        client.body(b"")
    busy = wait_for(lambda: [b for b in server.status()["workers"][0]["busy"] if b["stage"] == "processing"][2:] and
                    server.status()["workers"][0]["busy"], "three busy threads")
    assert {each["route"] for each in busy} == {"/sleep"}
    printed = subprocess.run([os.environ["DIALIX_ECHO"], "--print-status", server.socket + ".status.json"],
                             capture_output=True, text=True, timeout=PATIENCE)
    assert printed.returncode == 0
    assert '"state":"serving"' in printed.stdout
    assert all(client.answer()[1] for client in clients)


def test_systemds_socket_and_notifications(tmp_path):
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(str(tmp_path / "notify"))
    notify.settimeout(PATIENCE)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "systemd.sock"))
    listener.listen(64)

    def next_state(wanted):
        while True:
            text = notify.recv(4096).decode()
            if text.startswith(wanted):
                return text

    server = Server(tmp_path, {"workers": 1, "threads": 2}, {"NOTIFY_SOCKET": str(tmp_path / "notify")}, listener.fileno())
    next_state("READY=1")
    assert FastCgi(str(tmp_path / "systemd.sock")).get("/")[1]
    server.signal(signal.SIGHUP)
    assert "MONOTONIC_USEC=" in next_state("RELOADING=1")
    next_state("READY=1")
    server.signal(signal.SIGTERM)
    next_state("STOPPING=1")
    assert server.wait() == 0
    assert (tmp_path / "systemd.sock").exists(), "systemd's socket stays"

    # A whole restart: what arrives while nobody serves waits in systemd's socket.
    waiting = FastCgi(str(tmp_path / "systemd.sock"))
    answers = []
    thread = threading.Thread(target=lambda: answers.append(waiting.get("/")))
    thread.start()
    second = Server(tmp_path, {"workers": 1, "threads": 2}, None, listener.fileno())
    thread.join(PATIENCE)
    assert answers and answers[0][1]
    assert second.stop() == 0
    server.end()
    second.end()


def test_a_second_sigterm_does_not_wait_for_the_drain(start):
    server = start(workers=1, threads=2, drain_ms=60000)
    client = FastCgi(server.socket)
    client.head("GET", "/stuck")
    client.body(b"")
    wait_for(lambda: server.status()["workers"][0]["threads"]["processing"], "the stuck request")
    server.signal(signal.SIGTERM)
    server.wait_for_event("stopping")
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
