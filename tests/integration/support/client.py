"""An HTTP client of the API that checks every answer against the document, and keeps count of what was called."""
import json as json_module
import re
from collections import defaultdict
from urllib.parse import urlencode

import requests

from .openapi import ContractError

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class Journal:
    """What the run has called: statuses seen and the most round trips to PostgreSQL, by operation; and every change that was
    made, as (operation, server, request id, account or None where that is not certain, company that it was made in: the one that
    was named, else the account's own)."""

    def __init__(self):
        self.statuses = defaultdict(set)
        self.round_trips = {}
        self.changes = []

    def note(self, operation, answer, client=None, company=None):
        replayed = "Idempotency-Replayed" in answer.headers  # the change was another request's
        if client and operation.method in UNSAFE and 200 <= answer.status < 300 and not replayed:
            account = client.account or {}
            self.changes.append((operation.id, client.base_url, answer.headers["X-Request-Id"], account.get("id"), company or account.get("company_id")))
        self.statuses[operation.id].add(answer.status)
        if answer.round_trips is not None:
            self.round_trips[operation.id] = max(self.round_trips.get(operation.id, 0), answer.round_trips)


class Answer:
    def __init__(self, response, value):
        self.status = response.status_code
        self.headers = response.headers
        self.body = response.content
        self.json = value
        timing = re.search(r'\bdb;dur=[\d.]+;desc="(\d+)"', response.headers.get("Server-Timing", ""))
        self.round_trips = int(timing.group(1)) if timing else None

    @property
    def code(self):
        return self.json["code"]

    @property
    def field_errors(self):
        return {error["path"]: error["code"] for error in self.json["errors"]}

    def __repr__(self):
        return f"<{self.status} {self.body[:600]!r}>"


class Client:
    """One browser: its own cookies. Sends Origin with unsafe methods as browsers do."""

    def __init__(self, base_url, document, journal, verify=True):
        self.base_url, self.document, self.journal = base_url, document, journal
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = verify
        self.account = None

    def fresh(self):
        return Client(self.base_url, self.document, self.journal, self.session.verify)

    def request(self, method, path, *, expect, query=None, json=None, headers=None, files=None, data=None, origin="same",
                timeout=60):
        """path: with its parameters filled in. expect: the status, or a collection of them. query: names and values, or as it is sent."""
        operation = self.document.find(method, path)
        if operation is None:
            raise ContractError(f"{method} {path} is not in the document")
        sent = dict(headers or {})
        if origin == "same" and method in UNSAFE:
            sent.setdefault("Origin", self.base_url)
        elif origin not in ("same", None):
            sent["Origin"] = origin
        if json is not None:
            data = json_module.dumps(json).encode()
            sent.setdefault("Content-Type", "application/json")
        url = self.base_url + path + ("?" + (query if isinstance(query, str) else urlencode(query)) if query else "")
        response = self.session.request(method, url, headers=sent, data=data, files=files, timeout=timeout, allow_redirects=False)
        value = self.document.check_response(operation, response.status_code, response.headers, response.content)
        answer = Answer(response, value)
        if "Idempotency-Key" in sent:
            answer.round_trips = None  # it has its price: keeping the answer, or looking for it
        self.journal.note(operation, answer, self, query.get("company_id") if isinstance(query, dict) else None)
        allowed = {expect} if isinstance(expect, int) else set(expect)
        assert answer.status in allowed, f"{method} {url}: wanted {sorted(allowed)}, got {answer.status}: {answer.body[:800]!r}"
        if json is not None and answer.status < 300:
            self.document.check_request(operation, json)
        return answer

    def get(self, path, expect=200, **kwargs):
        return self.request("GET", path, expect=expect, **kwargs)

    def post(self, path, json=None, expect=200, **kwargs):
        return self.request("POST", path, json=json, expect=expect, **kwargs)

    def patch(self, path, json=None, expect=200, **kwargs):
        return self.request("PATCH", path, json=json, expect=expect, **kwargs)

    def delete(self, path, expect=204, **kwargs):
        return self.request("DELETE", path, expect=expect, **kwargs)

    def login(self, login, password, expect=200):
        answer = self.post("/api/v1/auth/login", {"login": login, "password": password}, expect=expect)
        if answer.status == 200:
            self.account = answer.json["account"]
        return answer

    def pages(self, path, query=None, limit=50):
        """All items of a cursor list; fails on a cursor that comes back or an item that is told twice."""
        items, seen, cursor = [], set(), None
        while True:
            page = self.get(path, query={**(query or {}), "limit": limit, **({"cursor": cursor} if cursor else {})}).json
            assert len(page["items"]) <= limit
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            assert cursor not in seen, "the list goes in circles"
            seen.add(cursor)
        ids = [item.get("id") or item.get("version") for item in items]
        assert len(ids) == len(set(ids)), "an item came twice"
        return items
