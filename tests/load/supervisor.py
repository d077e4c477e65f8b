"""A supervisor at the browser: asks what the web app asks (frontend/src), as often as it asks it.

Pages are looked at for a while (think time). What is younger than 15 s is not asked for again, operators not within 60 s; the dashboard
and the balance are read again every 60 s. Live events (features/calls/live.tsx): a call that no list knows makes the list on the screen be
read again; a call that is done is read if it is on the screen, and what counts calls is read again 0.6 s later. As browsers do, an
answer's ETag is sent with the next question for the same address.
"""
import re
import threading
import time
import urllib.parse
from collections import defaultdict, deque

import stale_checker

STALE, STALE_OPERATORS, POLL, SOON = 15, 60, 60, 0.6  # s
DONE = ("COMPLETED", "FAILED")
PAGES = [("dashboard", 34), ("calls", 34), ("call", 18), ("operators", 6), ("checklists", 4), ("money", 2), ("settings", 2)]
PERIODS = [(30, 70), (7, 20), (90, 10)]  # days, weight


class Log:
    """What all supervisors met. Threads: all."""

    def __init__(self):
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        """Begins anew, but for the errors."""
        self.errors = getattr(self, "errors", [])
        self.times, self.caches, self.statuses = defaultdict(list), defaultdict(lambda: defaultdict(int)), defaultdict(int)

    def note(self, endpoint, status, ms, cache, words=""):
        with self.lock:
            self.times[endpoint].append(ms)
            self.caches[endpoint][cache] += 1
            self.statuses[status] += 1
            if status not in (200, 202, 204, 304):
                self.errors.append(f"{endpoint}: {status} {words[:200]}")


class Browser:
    """One person's requests: ETags, and the bodies they stand for."""

    def __init__(self, client, url, log, ledger, marks):
        self.client, self.url, self.log, self.ledger, self.marks = client, url, log, ledger, marks
        self.kept = {}

    def get(self, path, **query):
        whole = query.pop("whole", False)
        address = path + ("?" + urllib.parse.urlencode(query) if query else "")
        before, headers = self.ledger.snapshot(), {}
        if address in self.kept:
            headers["If-None-Match"] = self.kept[address][0]
        began = time.monotonic()
        try:
            answer = self.client.http.get(f"{self.url}/api/v1{address}", headers=headers, timeout=60)
        except OSError as error:
            self.log.note(endpoint_of(path), 0, 0, "-", repr(error))
            return None
        timing = answer.headers.get("Server-Timing", "")
        cache = (re.findall(r"cache;desc=\"?(\w+)", timing) or ["?"])[0]
        self.log.note(endpoint_of(path), answer.status_code, (time.monotonic() - began) * 1000, cache, answer.text)
        if answer.status_code == 304:
            body = self.kept[address][1]
        elif answer.ok:
            body = answer.json()
            if "ETag" in answer.headers:
                self.kept[address] = (answer.headers["ETag"], body)
        else:
            return None
        stale_checker.check_body(self.ledger, path, {**query, "whole": whole}, body, before, self.marks,
                                 f"GET {address} ({answer.status_code}, {cache}, {answer.headers.get('X-Request-Id')})")
        return body


def endpoint_of(path):
    return re.sub(r"/[0-9a-f-]{36}", "/{id}", path)


def key_of(path, query):
    return path, tuple(sorted(query.items()))


class Supervisor(threading.Thread):
    """One person until `ending` is set. chance: its own random numbers, so that two runs ask the same."""

    def __init__(self, browser, chance, ending, today, think, words):
        super().__init__(daemon=True)
        self.browser, self.chance, self.ending, self.today, self.think, self.words = browser, chance, ending, today, think, words
        self.read_at, self.bell, self.on_screen, self.listed = {}, threading.Event(), [], []
        self.events, self.lists = deque(), {}

    def run(self):
        if self.ending.wait(self.chance.uniform(0, self.think)):
            return
        self.browser.get("/me")
        while not self.ending.is_set():
            self.open(self.chance.choices([name for name, _ in PAGES], [weight for _, weight in PAGES])[0])
            self.look(min(self.chance.expovariate(1 / self.think), 6 * self.think))

    def heard(self, event):
        """A live event of their company. Any thread."""
        self.events.append(event)
        self.bell.set()

    def fresh(self, seconds, path, **query):
        """Reads unless what is known is younger than that."""
        key = key_of(path, query)
        if time.monotonic() - self.read_at.get(key, -1e9) < seconds:
            return None
        self.read_at[key] = time.monotonic()
        body = self.browser.get(path, **query)
        if path == "/records" and body:
            self.lists[key] = {row["id"] for row in body["items"]}
        return body

    def look(self, seconds):
        """Stays on the page; reads again what is due, and what events say is different."""
        end = time.monotonic() + seconds
        while not self.ending.is_set() and time.monotonic() < end:
            if self.bell.wait(min(1.0, max(0.0, end - time.monotonic()))):
                self.follow_events()
            for path, query in self.on_screen:
                if path in ("/dashboard", "/balance"):
                    self.fresh(POLL, path, **query)

    def follow_events(self):
        wrong = set()
        while self.bell.is_set() and not self.ending.is_set():
            self.bell.clear()
            while self.events:
                wrong |= self.follow(self.events.popleft())
            if wrong:
                self.bell.wait(SOON)  # more of them come along
        for key in [key for key in self.read_at if key[0] in wrong]:
            del self.read_at[key]  # those that are not on the screen are read when they are
        for path, query in self.on_screen:
            if path in wrong:
                self.fresh(0, path, **query)

    def follow(self, event):
        """The paths whose answers are wrong now."""
        one, done = event["id"], event["status"] in DONE
        shown = [self.lists.get(key_of(path, query), ()) for path, query in self.on_screen if path == "/records"]
        is_on_screen = any(one in rows for rows in shown) or any(path == f"/records/{one}" for path, _ in self.on_screen)
        wrong = {"/dashboard", "/balance"} if done else set()
        if done and is_on_screen:
            self.fresh(0, f"/records/{one}")
        elif done or not any(one in rows for rows in self.lists.values()):
            wrong.add("/records")
        return wrong

    def show(self, *reads):
        self.on_screen = [*((path, query) for path, query in reads), ("/balance", {})]
        self.fresh(STALE, "/balance")
        return [self.fresh(STALE_OPERATORS if path == "/operators" else STALE, path, **query) for path, query in reads]

    def period(self):
        days = self.chance.choices([days for days, _ in PERIODS], [weight for _, weight in PERIODS])[0]
        return {"start": (self.today - days_of(days - 1)).isoformat(), "end": self.today.isoformat()}

    def open(self, page):
        if page == "dashboard":
            query = self.period()
            if self.chance.random() < 0.1:
                query["call_type"] = self.chance.choice(["inbound", "outbound"])
            whole = query["start"] == (self.today - days_of(29)).isoformat() and "call_type" not in query
            self.show(("/dashboard", {**query, "whole": whole}), ("/operators", {"limit": 200}))
        elif page == "operators":
            query = {"start": (self.today - days_of(29)).isoformat(), "end": self.today.isoformat()}
            self.show(("/operators", {"limit": 200}), ("/dashboard", {**query, "whole": True}))
        elif page == "calls":
            query = {"limit": 100}
            if self.chance.random() < 0.25:
                query["status"] = "COMPLETED"
            if self.chance.random() < 0.15:
                query["q"] = self.chance.choice(self.words)
            body, _ = self.show(("/records", query), ("/operators", {"limit": 200}))
            self.listed = [row["id"] for row in body["items"]] if body else self.listed
            if body and body["next_cursor"] and self.chance.random() < 0.2:
                self.fresh(STALE, "/records", **query, cursor=body["next_cursor"])
        elif page == "call" and self.listed:
            one = self.chance.choice(self.listed[:30])
            body, = self.show((f"/records/{one}", {}))
            if body and body["status"] == "COMPLETED":
                self.fresh(1e9, f"/records/{one}/transcript")
                self.fresh(1e9, f"/records/{one}/waveform")
        elif page == "checklists":
            self.show(("/checklists", {"limit": 200}))
        elif page == "settings":
            self.show(("/settings", {}))
        else:
            self.show()


def days_of(count):
    import datetime

    return datetime.timedelta(days=count)
