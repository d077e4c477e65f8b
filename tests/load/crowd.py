#!/usr/bin/python3
"""Everything at once: people who read, correct, upload, export, log in and listen, with nothing between their requests.

For programs with ThreadSanitizer (scripts/test-tsan): what threads of a worker or of the analyzer share is touched by many of
them in the same moment, as tests that ask one thing after the other never do. No request may fail but with 503, by which
the server says that it has enough of that kind under way, and 409, for a code that is taken; every kind must have succeeded.
"""
import argparse
import random
import tempfile
import threading
import time
from collections import Counter, defaultdict

import harness
import requests

arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
arguments.add_argument("--seconds", type=float, default=20)
arguments.add_argument("--people", type=int, default=32)
arguments.add_argument("--seed", type=int, default=1)
options = arguments.parse_args()
PASSWORD = "quiet-river-kettle-1"
READS = ["/dashboard", "/records?limit=20", "/records?q=address&limit=5", "/records/{call}", "/records/{call}/transcript",
         "/records/{call}/waveform", "/records/{call}/audio", "/operators", "/checklists", "/settings", "/balance", "/transactions",
         "/activity-logs?limit=20", "/accounts", "/me", "/me/sessions", "/me/tokens", "/webhooks", "/privacy/erasures"]

stack = harness.stack()
admin = harness.admin(stack)
company = harness.fresh_company(admin, "Load crowd")
calls, operators, lock = [], [], threading.Lock()
statuses, failures = defaultdict(Counter), []


class Person(threading.Thread):
    """One company administrator: a session and kept connections of their own."""

    def __init__(self, number, ends, files):
        super().__init__(daemon=True)
        self.chance, self.ends, self.files = random.Random(options.seed * 1000 + number), ends, files
        self.email = f"crowd-{number}-{company[:8]}@dialix.example"
        admin.call("POST", "/accounts", json={"email": self.email, "name": "Crowd", "role": "company_admin", "password": PASSWORD})
        self.client = harness.Client(stack.url, (self.email, PASSWORD))

    def run(self):
        doings = [(self.read, 60), (self.correct, 14), (self.upload, 6), (self.health, 8), (self.export, 4), (self.log_in, 3), (self.listen, 2),
                  (self.come_and_go, 3)]
        while time.monotonic() < self.ends:
            doing = self.chance.choices([each for each, _ in doings], [weight for _, weight in doings])[0]
            try:
                doing(doing.__name__)
            except requests.RequestException as error:
                with lock:
                    failures.append(f"{doing.__name__}: {error!r}"[:300])

    def ask(self, kind, method, path, by=None, **more):
        answer = (by or self.client).send(method, path, **more)
        with lock:
            statuses[kind][answer.status_code] += 1
            if not answer.ok and answer.status_code not in (409, 503):
                failures.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.ok and "json" in answer.headers.get("Content-Type", "") else {}

    def read(self, kind):
        self.ask(kind, "GET", self.chance.choice(READS).format(call=self.chance.choice(calls)))

    def correct(self, kind):
        number = self.chance.randrange(1000)
        path, body = self.chance.choice([(f"/operators/{self.chance.choice(operators)}", {"name": f"Operator {number}"}),
                                         (f"/records/{self.chance.choice(calls)}", {"title": f"Call {number}"}),
                                         ("/settings", {"purposes": ["order", f"purpose {number}"]})])
        self.ask(kind, "PATCH", path, json=body)

    def upload(self, kind):
        with open(self.chance.choice(self.files), "rb") as body:
            self.ask(kind, "POST", "/records", data={"title": "crowd", "general": "true"}, files={"file": ("call.wav", body)})

    def health(self, kind):
        self.ask(kind, "GET", self.chance.choice(["/health", "/health/detailed", "/metrics"]))

    def export(self, kind):
        self.ask(kind, "GET", self.chance.choice(["/records/export.csv", "/activity-logs/export.csv"]))

    def log_in(self, kind):
        person = harness.Client(stack.url)
        if self.ask(kind, "POST", "/auth/login", by=person, json={"login": self.email, "password": PASSWORD}):
            self.ask(kind, "GET", "/me", by=person)
            self.ask(kind, "POST", "/auth/logout", by=person)

    def listen(self, kind):
        """Asks for the live events and turns away at once."""
        with self.client.http.get(f"{stack.url}/api/v1/events", stream=True, timeout=10, headers={"Accept": "text/event-stream"}) as answer:
            with lock:
                statuses[kind][answer.status_code] += 1

    def come_and_go(self, kind):
        """An operator who is made and deleted, which ends what is kept of lists."""
        made = self.ask(kind, "POST", "/operators", json={"code": f"{self.chance.randrange(200, 1000)}", "name": "Passing"})
        if made:
            self.ask(kind, "DELETE", f"/operators/{made['id']}")


claims = harness.Claims()
with tempfile.TemporaryDirectory() as folder:
    files = harness.speech_files(folder)
    calls += [harness.upload(admin, file, "crowd", general="true")["id"] for file in files]
    operators += [admin.call("POST", "/operators", json={"code": f"{n}", "name": f"Operator {n}"})["id"] for n in range(101, 106)]
    while any(admin.call("GET", f"/records/{call}")["status"] not in ("COMPLETED", "FAILED") for call in calls):
        time.sleep(0.5)
    harness.note(f"{options.people} people, {options.seconds:.0f} s")
    people = [Person(number, 0, files) for number in range(options.people)]
    for person in people:
        person.ends = time.monotonic() + options.seconds
        person.start()
    for person in people:
        person.join(options.seconds + 150)

for failure in failures[:10]:
    print(failure)
claims.check("failed requests", len(failures), not failures, "= 0")
for kind in ("read", "correct", "upload", "health", "export", "log_in", "listen", "come_and_go"):
    fine = sum(count for status, count in statuses[kind].items() if status < 400)
    claims.check(kind, fine, fine > 0, f"> 0 {dict(sorted(statuses[kind].items()))}")
claims.finish(people=options.people, seconds=options.seconds)
