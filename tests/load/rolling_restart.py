#!/usr/bin/python3
"""Restarts under load: failed requests 0 across rolling restarts (SIGHUP) and whole restarts (SIGTERM).

SIGHUP goes to the stack's own server. For SIGTERM the listen socket must outlive the server, as systemd's does
(dialix-fcgi.socket): this script holds it at the stack's path, starts the server on it (LISTEN_FDS) and restarts it.
wrk asks /health, /me and /records in turn; a second client reads every body to its end, so a cut answer counts.
"""
import argparse
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid

import harness

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--reloads", type=int, default=10)
arguments.add_argument("--restarts", type=int, default=3)
arguments.add_argument("--connections", type=int, default=16)
arguments.add_argument("--pause", type=float, default=2.0, help="s between two signals")
options = arguments.parse_args()

stack = harness.stack()
build = harness.stack_build(stack)
admin = harness.admin(stack)
company = harness.fresh_company(admin, "Load restart")
email = f"load-{uuid.uuid4().hex[:8]}@dialix.example"
admin.call("POST", "/accounts", json={"email": email, "name": "Load", "role": "company_admin", "password": "quiet-river-kettle-1"})
reader = harness.Client(stack.url, (email, "quiet-river-kettle-1"))
cookie = "; ".join(f"{c.name}={c.value}" for c in reader.http.cookies)

LUA = """
local paths = {"/health", "/api/v1/me", "/api/v1/records?limit=20"}
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[n % #paths + 1])
end
local threads = {}
setup = function(thread) table.insert(threads, thread) end
bad = 0
first = ""
response = function(status, headers, body)
  if status ~= 200 then
    bad = bad + 1
    if first == "" then first = status .. " " .. body:sub(1, 160):gsub("%s+", " ") end
  end
end
done = function(summary, latency, requests)
  local failed, said = 0, ""
  for _, thread in ipairs(threads) do
    failed = failed + thread:get("bad")
    if said == "" then said = thread:get("first") end
  end
  io.write(string.format("RESULT %d %d %d %d %d %d %.1f %.1f %s\\n", summary.requests, failed, summary.errors.connect,
    summary.errors.read, summary.errors.write, summary.errors.timeout, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, said))
end
"""


class Load:
    """wrk and one careful client, from the making of this until result(); `seconds` at the very most."""

    def __init__(self, seconds):
        self.script = tempfile.NamedTemporaryFile("w", suffix=".lua")
        self.script.write(LUA)
        self.script.flush()
        self.wrk = subprocess.Popen(
            ["wrk", "-t", "2", "-c", str(options.connections), "-d", f"{int(seconds)}s", "--timeout", "15s", "-s",
             self.script.name, "-H", f"Cookie: {cookie}", stack.url],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.read, self.broken, self.ending = 0, [], threading.Event()
        self.thread = threading.Thread(target=self.read_bodies)
        self.thread.start()

    def read_bodies(self):
        while not self.ending.is_set():
            try:
                answer = reader.send("POST", "/records/estimate", json={"duration_ms": 60000}, timeout=20)
                if answer.status_code != 200 or "cost_minor" not in json.loads(answer.text):
                    self.broken.append(f"{answer.status_code} {answer.text[:120]}")
            except (OSError, ValueError) as error:
                self.broken.append(repr(error)[:200])
            self.read += 1
            time.sleep(0.01)

    def result(self):
        self.wrk.send_signal(signal.SIGINT)  # wrk ends and reports
        output = self.wrk.communicate()[0]
        self.ending.set()
        self.thread.join()
        self.script.close()
        found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\S+) (\S+) ?(.*)", output)
        if not found:
            raise SystemExit(f"wrk said:\n{output}")
        return [int(x) for x in found.groups()[:6]] + [float(x) for x in found.groups()[6:8]] + [found.group(9)]


def report(claims, what, signals, load):
    requests, failed, connect, read, write, timeout, median, p99, said = load.result()
    claims.check(f"{what}: signals", signals, signals > 0, "")
    claims.check(f"{what}: requests", requests, requests > 100 * signals, f"p50 {median} ms, p99 {p99} ms")
    claims.check(f"{what}: answers that are not 200", failed, failed == 0, f"= 0 {said}")
    errors = connect + read + write + timeout
    claims.check(f"{what}: broken connections", errors, errors == 0,
                 f"= 0 (connect {connect}, read {read}, write {write}, timeout {timeout})")
    claims.check(f"{what}: POSTs, of them broken", f"{load.read}, {len(load.broken)}", not load.broken and load.read > 0,
                 f"= 0 {load.broken[:1]}")


def master_pid():
    path = (stack.folder / "run" / "fcgi.pid").resolve()
    return int(path.read_text().split()[0])


def workers_of(master):
    return [pid for pid in harness.pids_of(stack, "dialix-fcgi") if pid != master]


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not happen within {seconds} s.")
        time.sleep(0.05)


def rolling(claims):
    master = master_pid()
    load = Load(60 + options.reloads * (options.pause + 60))
    time.sleep(1)
    for number in range(options.reloads):
        before = set(workers_of(master))
        os.kill(master, signal.SIGHUP)
        wait_for("A rolling restart", lambda: workers_of(master) and not before & set(workers_of(master)))
        harness.note(f"SIGHUP {number + 1}: workers {sorted(before)} became {workers_of(master)}")
        time.sleep(options.pause)
    report(claims, "SIGHUP", options.reloads, load)


def restarts(claims):
    """As under systemd with a socket unit: the socket stays, the server behind it is replaced."""
    stack.command("stop", "fcgi")
    path = str((stack.folder / "run").resolve() / "fcgi.sock")
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server = None
    try:
        listener.bind(path)
        os.chown(path, os.stat(stack.folder.resolve()).st_uid, -1)
        listener.listen(4096)
        with open(stack.folder / "log" / "fcgi.log", "ab") as log:
            def serve():
                # fd 3 is where sd_listen_fds(3) looks.
                prelude = f"exec 3<&{listener.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1; export LISTEN_PID LISTEN_FDS;"
                return harness.launch(stack, build / "dialix-fcgi", log, pass_fds=(listener.fileno(),), prelude=prelude)

            server = serve()
            wait_for("/health", lambda: reader.send("GET", "/health").status_code == 200)
            load = Load(60 + options.restarts * (options.pause + 60))
            time.sleep(1)
            for number in range(options.restarts):
                began = time.monotonic()
                server.terminate()
                status = server.wait(timeout=60)
                harness.note(f"SIGTERM {number + 1}: ended with {status} after {time.monotonic() - began:.2f} s")
                if status != 0:
                    claims.check("SIGTERM: exit status", status, False, "= 0")
                server = serve()
                time.sleep(options.pause + 1)
            report(claims, "SIGTERM", options.restarts, load)
    finally:
        if server is not None:
            server.terminate()
            server.wait(timeout=60)
        listener.close()
        if os.path.exists(path):
            os.unlink(path)
        stack.command("start", "fcgi")


claims = harness.Claims()
rolling(claims)
restarts(claims)
claims.finish()
