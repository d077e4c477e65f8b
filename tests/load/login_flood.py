#!/usr/bin/python3
"""A flood of log-ins, 500/s for a minute: what everybody else notices, and what it costs in memory.

Phases of the same length in one run, each with the same 20 requests a second of a logged-in person (GET /me, /records,
/dashboard) whose times are taken from when they were due: nobody floods; one address floods (nginx's limit answers); many
addresses of few networks flood, then as many networks (127.x.y.z, so that no limit by address or by /24 helps), half of the tries
with names that exist; and the last once more with forged device cookies. Meanwhile right passwords are tried, each kind once in
two seconds, by people of their own: with a device cookie from an address where nobody was; without one from a network that is known;
without one from where nobody was, once, and as the web app does it, which tries again up to five times when it is told "busy".
It runs with the packages' log-in limits and puts the stack's own back. Times are told, not judged: the flooder itself shares this
machine.
"""
import argparse
import asyncio
import collections
import json
import multiprocessing
import re
import sys
import threading
import time
from urllib.parse import urlsplit

import harness
import measures
from right_logins import RETRIES, Right

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--seconds", type=int, default=60, help="length of each phase")
arguments.add_argument("--rate", type=int, default=500, help="log-ins a second")
arguments.add_argument("--others", type=int, default=20, help="requests a second of those who only work")
arguments.add_argument("--slack-mb", type=float, default=48.0, help="growth of a worker's peak beyond its hashes, MiB")
options = arguments.parse_args()
assert options.seconds * options.rate <= 60_000, "bounded: at most 60,000 log-ins a phase"

PATHS = ["/me", "/records?limit=50", "/dashboard"]
LIMITS = {name: value for name, value in re.findall(r"^(LOGINS?_\w+)=(.*)$", (harness.ROOT / "nginx/package.values").read_text(), re.MULTILINE)}
PATIENCE = 30  # s that one log-in may take
PASSWORD = "violet-harbour-kettle-91"


PHASES = [("nobody floods", None), ("one address floods", "one address"), ("many addresses flood", "few networks"), ("many networks flood", "many networks"),
          ("many forge cookies", "forged")]
KINDS = {"device": "with a device cookie, from anywhere", "network": "without, from a known network", "stranger": "without, from anywhere",
         "retries": f"without, from anywhere, tried up to {RETRIES + 1} times"}


class Flood:
    """Sends log-ins at a fixed rate, whatever comes back; in a process of its own. Its result: {status: count}."""

    def __init__(self, url, names, kind):
        self.url, self.names, self.kind = urlsplit(url), names, kind
        self.statuses, self.running = collections.Counter(), set()

    def request(self, number):
        name = self.names[number % len(self.names)] if number % 2 else f"nobody-{number}@example.uz"
        body = json.dumps({"login": name, "password": f"wrong password {number}"}).encode()
        cookie = f"Cookie: dialix-device={number:076}\r\n" if self.kind == "forged" else ""
        return (f"POST /api/v1/auth/login HTTP/1.1\r\nHost: {self.url.netloc}\r\nOrigin: http://{self.url.netloc}\r\nConnection: close\r\n{cookie}"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body

    def source(self, number):
        """From 127.16.0.1 on: each its own, none of them anybody else's."""
        if self.kind == "one address":
            return "127.0.77.1"
        if self.kind == "few networks":
            return f"127.{16 + number // 60_000}.{number // 250 % 240}.{1 + number % 250}"
        return f"127.{16 + number // 256 % 200}.{number % 256}.{1 + number // 51_200}"

    async def one(self, number):
        source = self.source(number)
        try:
            reader, writer = await asyncio.open_connection(self.url.hostname, self.url.port, local_addr=(source, 0))
            try:
                writer.write(self.request(number))
                line = await asyncio.wait_for(reader.readline(), PATIENCE)
                self.statuses[int(line.split()[1])] += 1
                await reader.read()
            finally:
                writer.close()
        except (OSError, ValueError, IndexError, asyncio.TimeoutError) as error:
            self.statuses[type(error).__name__] += 1

    async def all(self):
        began = time.monotonic()
        for number in range(options.seconds * options.rate):
            wait = began + number / options.rate - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            task = asyncio.create_task(self.one(number))
            self.running.add(task)
            task.add_done_callback(self.running.discard)
        sent_in = time.monotonic() - began
        await asyncio.wait_for(asyncio.gather(*self.running), PATIENCE * 2)
        return {"sent": options.seconds * options.rate, "seconds": sent_in, "statuses": dict(self.statuses)}


def flood_process(url, names, kind, answer):
    answer.send(asyncio.run(Flood(url, names, kind).all()))


class Others:
    """People at work: each thread asks for its share, on time; late is slow."""

    THREADS = 10

    def __init__(self, url, login):
        self.clients = [harness.Client(url, login) for _ in range(self.THREADS)]
        self.url, self.login = url, login
        self.times, self.statuses, self.lock = [], collections.Counter(), threading.Lock()

    def work(self, which, began):
        client = self.clients[which]
        for number in range(which, options.seconds * options.others, self.THREADS):
            due = began + number / options.others
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                status = client.send("GET", PATHS[number % len(PATHS)], timeout=PATIENCE).status_code
            except OSError as error:
                status = type(error).__name__
            with self.lock:
                self.times.append((time.monotonic() - due) * 1000)
                self.statuses[status] += 1

    def phase(self, right):
        self.times, self.statuses = [], collections.Counter()
        began = time.monotonic() + 0.2
        threads = [threading.Thread(target=self.work, args=(which, began)) for which in range(self.THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads + right.phase(began):
            thread.join()
        return sorted(self.times), dict(self.statuses)


def peak_kb(pid):
    return int(re.search(r"^VmHWM:\s+(\d+)", open(f"/proc/{pid}/status").read(), re.MULTILINE)[1])


def set_limits(stack, values):
    """nginx with these values over the stack's own."""
    file = stack.folder / "nginx.values"
    before = file.read_text() if file.exists() else None
    if values is None:
        file.unlink(missing_ok=True)
    else:
        file.write_text(values)
    stack.command("reload")
    return before


def wait_settled(stack, pids):
    """A reload replaces the workers: until that is over."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            now = measures.workers(stack)
        except FileNotFoundError:  # one ended while it was looked at
            continue
        if len(now) == len(pids) and not set(now) & set(pids):
            return
        time.sleep(0.1)
    sys.exit("the reload does not end")


def person_and_names(stack):
    admin = harness.admin(stack)
    company = harness.fresh_company(admin, "Flood")
    names = []
    for number in range(61):
        name = f"flood-{company[:8]}-{number}@example.uz"
        admin.call("POST", "/accounts", json={"email": name, "name": f"Person {number}", "role": "supervisor", "password": PASSWORD, "language": "en"})
        names.append(name)
    return (names.pop(), PASSWORD), names[:20], names[20:]


def run(stack):
    login, attacked, others_names = person_and_names(stack)
    others, right = Others(stack.url, login), Right(stack.url, others_names, PASSWORD, options.seconds)
    for client in others.clients:
        for path in PATHS:
            client.call("GET", path)
    pids = measures.workers(stack)
    peaks = {"at rest": {pid: peak_kb(pid) / 1024 for pid in pids}}
    told = {}
    print(f"{'phase':<24} {'p50, ms':>8} {'p99, ms':>8} {'most':>8}   {'of the others':<16} the flood's answers; right log-ins: in, of, s (median/most), answers")
    for phase, kind in PHASES:
        flooder = None
        if kind is not None:
            here, there = multiprocessing.Pipe()
            flooder = multiprocessing.get_context("fork").Process(target=flood_process, args=(stack.url, attacked, kind, there), daemon=True)
            flooder.start()
        times, statuses = others.phase(right)
        flood = {"statuses": {}}
        if flooder is not None:
            assert here.poll(PATIENCE * 3), "the flooder does not end"
            flood = here.recv()
            flooder.join(10)
        told[phase] = (times, statuses, flood, right.told())
        peaks[phase] = {pid: peak_kb(pid) / 1024 for pid in pids}
        print(f"{phase:<24} {measures.percentile(times, 0.5):>8.1f} {measures.percentile(times, 0.99):>8.1f} {times[-1]:>8.1f}   {statuses!s:<16} {flood['statuses']}"
              + (f" in {flood['seconds']:.0f} s" if flooder else ""))
        for kind, (good, of, took, answers) in right.told().items():
            print(f"  {KINDS[kind]:<52} {good:>3} of {of:<3} {took:>11}  {answers}", flush=True)
    print(f"\n{'peak of a worker, MiB':<24} " + "  ".join(f"{pid:>8}" for pid in pids))
    for phase, found in peaks.items():
        print(f"{phase:<24} " + "  ".join(f"{found[pid]:>8.1f}" for pid in pids))
    judge(stack, pids, peaks, told)


def judge(stack, pids, peaks, told):
    settings = harness.stack_settings(stack)
    hashes = int(settings.get("PASSWORD_CONCURRENCY", 1)) * int(settings.get("PASSWORD_MEMORY_KIB", 19456)) / 1024
    claims = harness.Claims()
    claims.check("workers that are still the same", len(pids), measures.workers(stack) == pids, f"= {len(pids)}")
    for phase, (_, statuses, flood, right) in told.items():
        claims.check(f"others, {phase}: not 200", sum(count for status, count in statuses.items() if status != 200), set(statuses) == {200}, "= 0")
        claims.check(f"log-ins, {phase}: neither 401, 429 nor 503", sum(n for s, n in flood["statuses"].items() if s not in (401, 429, 503)),
                     set(flood["statuses"]) <= {401, 429, 503}, "= 0")
        good, of = right["device"][:2]
        claims.check(f"right log-ins with a device cookie, {phase}", f"{good} of {of}", good >= 0.9 * of - 1, ">= 90 %, but for one")
    one = told["one address floods"][2]
    refused = one["statuses"].get(429, 0)
    claims.check("one address: refused by nginx", refused, refused >= 0.9 * one["sent"], ">= 90 %")
    for pid in pids:
        growth = peaks[PHASES[-1][0]][pid] - peaks["at rest"][pid]
        claims.check(f"worker {pid}: growth of its peak, MiB", f"{growth:.1f}", growth < hashes + options.slack_mb,
                     f"< {hashes + options.slack_mb:.0f}: {hashes:.0f} for hashes and {options.slack_mb:.0f}")
    claims.finish()


def main():
    stack = harness.stack()
    harness.stack_build(stack)
    pids = measures.workers(stack)
    before = set_limits(stack, "".join(f"{name}={value}\n" for name, value in LIMITS.items()))
    try:
        wait_settled(stack, pids)
        run(stack)
    finally:
        set_limits(stack, before)


if __name__ == "__main__":
    sys.exit(main())
