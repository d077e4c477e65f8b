"""Finds stale reads: what a write's acknowledgement promised must be in every read that starts after it.

A fact is a number that only its writer moves, one step at a time: the k-th name of an operator, the k-th title of a call, how many
calls a company has. The writer says `starting` before it sends and `acknowledged` when the answer is there. A reader takes a
Snapshot before it sends; when the answer has come, what it shows must lie between what was acknowledged before the read began
and what was started before it ended. Anything older is stale, anything newer is from nowhere; neither is tolerated once.
Threads: all of it may be called from any.
"""
import re
import threading

NUMBERED = re.compile(r"#(\d+)$")


class Ledger:
    """The facts of one company. Counts of calls have a base (what was there) and go up (uploads) and down (deletes)."""

    def __init__(self, calls, completed):
        self.lock = threading.Lock()
        self.base = {"calls": calls, "completed": completed}
        self.started, self.acknowledged = {}, {}
        self.stale, self.checked = [], 0

    def starting(self, fact):
        with self.lock:
            self.started[fact] = self.started.get(fact, 0) + 1
            return self.started[fact]

    def acknowledge(self, fact):
        with self.lock:
            self.acknowledged[fact] = self.acknowledged.get(fact, 0) + 1

    def snapshot(self):
        with self.lock:
            return dict(self.acknowledged)

    def check(self, fact, shown, before, what):
        """`shown`: the number that the read showed; `before`: the snapshot from before it was sent."""
        with self.lock:
            low, high = before.get(fact, 0), self.started.get(fact, 0)
            self.note(low <= shown <= high, f"{what}: {fact} is {shown}, must be {low} to {high}")

    def check_calls(self, shown, completed, before, what):
        with self.lock:
            deleted = self.started.get("delete", 0)
            low = self.base["calls"] + before.get("upload", 0) - deleted
            high = self.base["calls"] + self.started.get("upload", 0) - before.get("delete", 0)
            self.note(low <= shown <= high, f"{what}: {shown} calls, must be {low} to {high}")
            low = self.base["completed"] + before.get("completed", 0) - deleted
            high = self.base["completed"] + self.started.get("upload", 0)
            self.note(low <= completed <= high, f"{what}: {completed} completed, must be {low} to {high}")

    def note(self, holds, words):
        self.checked += 1
        if not holds:
            self.stale.append(words)


def number_of(text):
    """The k of "Anything #k"; 0 where there is none."""
    found = NUMBERED.search(text or "")
    return int(found[1]) if found else 0


def check_body(ledger, path, query, body, before, marks, what):
    """Holds an answer against the ledger. marks: {"operator": id, "record": id, "checklist": id} whose names carry a number."""
    operator, record, checklist = marks["operator"], marks["record"], marks["checklist"]
    if path == "/dashboard":
        for row in body["operators"]:
            if row["id"] == operator:
                ledger.check("operator", number_of(row["name"]), before, what)
        if not {"operator_id", "call_type"} & set(query) and query.get("whole"):
            ledger.check_calls(body["totals"]["calls"], body["totals"]["completed"], before, what)
    elif path == "/operators":
        for row in body["items"]:
            if row["id"] == operator:
                ledger.check("operator", number_of(row["name"]), before, what)
    elif path == "/records":
        for row in body["items"]:
            if row["id"] == record:
                ledger.check("record", number_of(row["title"]), before, what)
            if (row["operator"] or {}).get("id") == operator:
                ledger.check("operator", number_of(row["operator"]["name"]), before, what)
    elif path == "/checklists":
        for row in body["items"]:
            if row["id"] == checklist:
                ledger.check("checklist", number_of(row["title"]), before, what)
    elif path == "/settings":
        ledger.check("settings", number_of(body["purposes"][-1]), before, what)
    elif path == f"/records/{record}":
        ledger.check("record", number_of(body["title"]), before, what)
