"""Who changes things during a replay: uploads that real analyzers take, people who correct names, live events that tell of the end."""
import json
import threading

import requests


class Writer(threading.Thread):
    """Does `step` at random moments, `an_hour` times an hour on average, until `ending` is set. Failed steps are errors."""

    def __init__(self, step, an_hour, chance, ending, errors):
        super().__init__(daemon=True)
        self.step, self.pause, self.chance, self.ending, self.errors = step, 3600 / an_hour, chance, ending, errors

    def run(self):
        while not self.ending.wait(min(self.chance.expovariate(1 / self.pause), 4 * self.pause)):
            try:
                self.step()
            except (OSError, SystemExit) as error:  # harness.Client leaves by SystemExit where the server refuses
                self.errors.append(str(error)[:300])


class Uploader:
    def __init__(self, client, files, ledger):
        self.client, self.files, self.ledger, self.count = client, files, ledger, 0

    def __call__(self):
        import harness

        self.count += 1
        self.ledger.starting("upload")
        harness.upload(self.client, self.files[self.count % len(self.files)], f"replay {self.count}", operator_code="102")
        self.ledger.acknowledge("upload")


class Editor:
    """Gives the marked operator, call, checklist and settings their next number; now and then deletes a call."""

    def __init__(self, client, ledger, marks, purposes, deletable, chance):
        self.client, self.ledger, self.marks, self.purposes, self.deletable, self.chance = client, ledger, marks, purposes, deletable, chance

    def __call__(self):
        kind = self.chance.choices(["operator", "record", "checklist", "settings", "delete"], [30, 40, 10, 10, 10])[0]
        if kind == "delete":
            if self.deletable:
                self.ledger.starting("delete")
                self.client.call("DELETE", f"/records/{self.deletable.pop()}")
                self.ledger.acknowledge("delete")
            return
        number = self.ledger.starting(kind)
        path, body = {
            "operator": (f"/operators/{self.marks['operator']}", {"name": f"Operator #{number}"}),
            "record": (f"/records/{self.marks['record']}", {"title": f"Marked call #{number}"}),
            "checklist": (f"/checklists/{self.marks['checklist']}", {"title": f"Service #{number}"}),
            "settings": ("/settings", {"purposes": [*self.purposes, f"purpose #{number}"]}),
        }[kind]
        self.client.call("PATCH", path, json=body)
        self.ledger.acknowledge(kind)


class Listener(threading.Thread):
    """The live events of one company: a call that is done is acknowledged, and everybody who listens hears of all of them."""

    def __init__(self, client, url, ledger, people, ending, errors):
        super().__init__(daemon=True)
        self.client, self.url, self.ledger, self.people, self.ending, self.errors = client, url, ledger, people, ending, errors
        self.connected, self.done = threading.Event(), 0

    def run(self):
        while not self.ending.is_set():
            try:
                with self.client.http.get(f"{self.url}/api/v1/events", stream=True, timeout=(5, 40), headers={"Accept": "text/event-stream"}) as answer:
                    self.connected.set()
                    for line in answer.iter_lines():
                        if self.ending.is_set():
                            return
                        if line.startswith(b"data:"):
                            self.heard(json.loads(line[5:]))
            except (requests.RequestException, ValueError) as error:
                if not self.ending.is_set():
                    self.errors.append(f"events: {error!r}"[:300])

    def heard(self, event):
        if event["status"] == "FAILED":
            self.errors.append(f"a call was not analysed: {event}")
        if event["status"] in ("COMPLETED", "FAILED"):
            self.done += 1
            if event["status"] == "COMPLETED":
                self.ledger.acknowledge("completed")
        for person in self.people:
            person.heard(event)
